import { code } from '../markdown';
import type { Merge } from './mergeTrees';

/** From which version of a template to which. */
export interface Upgrade {
  template: string;
  from: string;
  to: string;
}

/** Title of the pull request, and first line of its commit. */
export const titleOf = ({ template, from, to }: Upgrade) =>
  `Upgrade ${template} from ${from} to ${to}`;

/** How {@link titleOf} begins, whatever the versions. */
export const titleStart = (template: string) => `Upgrade ${template} from `;

const list = (paths: readonly string[]) =>
  paths.map(path => `- ${code(path)}`).join('\n');

/** The text of the pull request, in Markdown. */
export function describeUpgrade(
  { template, from, to }: Upgrade,
  { written, deleted, conflicts }: Merge,
): string {
  const of = (outcome: string) =>
    conflicts
      .filter(conflict => conflict.outcome === outcome)
      .map(({ path }) => path);
  const marked = of('marked');
  const sections: [string, string, readonly string[]][] = [
    [
      'Conflicts',
      'Both the repository and the template changed these lines. Git’s marks are in the files: decide, and remove them before this is merged.',
      marked,
    ],
    [
      'Left as they are',
      'The template changed or removed these too, and what is here was kept. Compare them by hand, if you want its changes.',
      of('kept'),
    ],
    [
      'Not brought back',
      'The template changed these, and they were removed or moved here before.',
      of('gone'),
    ],
    [
      'Changed',
      'With the template’s changes; yours are kept.',
      [...written.keys()].filter(path => !marked.includes(path)).sort(),
    ],
    [
      'Removed',
      'The template no longer has them, and nobody changed them.',
      deleted,
    ],
  ];
  return [
    `This repository was made with version ${from} of the template ${code(template)}. This brings it to version ${to}, as a three-way merge: what the template changed between the two is applied to what is here.`,
    ...sections
      .filter(([, , paths]) => paths.length > 0)
      .map(
        ([title, text, paths]) => `## ${title}\n\n${text}\n\n${list(paths)}`,
      ),
  ].join('\n\n');
}
