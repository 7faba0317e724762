import { code } from '../markdown';
import type { AdoptionPlan } from './adoption';
import type { LeftOut } from './readSource';

/** What the note of a repository that was brought in tells. */
export interface Notable {
  url: string;
  revision?: string;
  plan: AdoptionPlan;
  /** Every file that was brought in. */
  files: readonly string[];
  leftOut: readonly LeftOut[];
  /** Whether its commits came along. */
  withHistory: boolean;
}

/** Programs of other people that run with what the repository may do. */
const PIPELINES =
  /^(\.github\/(workflows|actions)\/|\.gitlab-ci\.ya?ml$|buildspec.*\.ya?ml$|\.circleci\/|Jenkinsfile$|azure-pipelines\.ya?ml$)/;

/** Files of those that were brought in which a git host would run. */
export const pipelinesOf = (files: readonly string[]) =>
  files.filter(file => PIPELINES.test(file));

/** The document that says what was brought in and what there is to decide. */
export function writeNote(notable: Notable): string {
  const { url, revision, plan, files, leftOut, withHistory } = notable;
  const pipelines = pipelinesOf(files);
  const submodules = files.includes('.gitmodules');
  const parts = [
    '# Brought in',
    `${plan.added.length + plan.same.length + plan.beside.length} files come from ${code(url)}${
      revision ? ` as of ${code(revision)}` : ''
    }, ${
      withHistory
        ? 'with the commits that led there; what was generated is the commit on top'
        : 'as a copy: the history stays there'
    }. Only what was missing was added, and no file was overwritten.`,
  ];
  if (pipelines.length > 0) {
    parts.push(
      '## Read these before the next push',
      'They came along, and the git host runs them. In this repository they can take the role of the pipeline and push images: keep only what you would have written yourself.',
      list(pipelines),
    );
  }
  if (plan.beside.length > 0) {
    parts.push(
      '## Two files of one name',
      'They differ. Compare, keep what is right, and remove the other one.',
      [
        '| in its place | beside it |',
        '| --- | --- |',
        ...plan.beside.map(({ path, beside, whose }) =>
          whose === 'generated'
            ? `| ${code(path)}, brought in | ${code(beside)}, generated |`
            : `| ${code(path)}, generated | ${code(beside)}, brought in |`,
        ),
      ].join('\n'),
    );
  }
  if (plan.ignored.length > 0) {
    parts.push(
      '## Ignored by git, and here nevertheless',
      `The ${code('.gitignore')} that was brought in leaves these out, and would have kept them from this repository. It is not in its place: narrow it, and put it back.`,
      list(plan.ignored.slice(0, 100)),
    );
  }
  if (leftOut.length > 0) {
    parts.push(
      '## Left out',
      list(
        leftOut.map(({ path }) => path),
        leftOut.map(({ reason }) => reason),
      ),
    );
  }
  if (submodules) {
    parts.push(
      '## Submodules',
      `${code('.gitmodules')} names repositories whose files did not come along. Add them, or take their files in.`,
    );
  }
  parts.push(
    '## What a pod needs',
    'The image runs as user 10001 with a root file system that is read-only but for `/tmp`, and listens on `PORT` (8080). On SIGTERM the program finishes what it has begun within 25 seconds. See `Dockerfile` and `deploy/base/deployment.yaml`.',
  );
  return `${parts.join('\n\n')}\n`;
}

function list(names: readonly string[], words: readonly string[] = []) {
  return names
    .map(
      (name, index) =>
        `- ${code(name)}${words[index] === undefined ? '' : `: ${words[index]}`}`,
    )
    .join('\n');
}
