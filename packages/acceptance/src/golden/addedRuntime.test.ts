import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';
import { usePlayedScaffolder } from './__testUtils__/played';
import { repoUrlFor, usualValues } from './__testUtils__/scaffolder';
import { choicesOf, readContent } from './__testUtils__/template';

const root = resolve(__dirname, '../../../..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');

/** What the README says that a file loses and gets. */
interface Change {
  file: string;
  lost: string[];
  got: string[];
}

/** The example of a sixth runtime in the template's README. */
function readExample(): Change[] {
  const [, diff = ''] =
    /```diff\n([\s\S]*?)\n```/.exec(read('templates/eks-service/README.md')) ??
    [];
  return diff.split('\n\n').map(part => {
    const [heading, ...lines] = part.split('\n');
    const [, file = ''] = /^ (?:#|\/\/) (\S+)$/.exec(heading) ?? [];
    const starting = (sign: string) =>
      lines.filter(line => line.startsWith(sign)).map(line => line.slice(1));
    return { file, lost: starting('-'), got: starting('+') };
  });
}

describe('a runtime that is added as the README says', () => {
  const changes = readExample();
  const inContent = changes.filter(({ file }) => file.startsWith('content/'));
  const scaffolder = usePlayedScaffolder();

  it('takes at most 30 lines beside its own files', () => {
    expect(changes.every(({ file }) => file !== '')).toBe(true);
    expect(changes.flatMap(({ got }) => got).length).toBeLessThanOrEqual(30);
  });

  it.each(
    changes
      .filter(({ file }) => !file.startsWith('content/'))
      .map(change => [change.file, change] as const),
  )('changes what there is in %s', (file, { lost, got }) => {
    // What is added alone stands beside the same of another runtime.
    const like = got.map(
      line =>
        /^\s*(\{ id: 'rust'|'?[\w.]*rust\w+'?:)/
          .exec(line)?.[1]
          .replace('rust', 'go') ?? `a line such as ${line}`,
    );
    for (const line of lost.length ? lost : like) {
      expect(read(file)).toContain(line);
    }
  });

  it('has files for every pipeline that the form offers', () => {
    for (const pipeline of choicesOf('pipeline')) {
      expect(
        inContent.filter(({ file }) =>
          file.startsWith(`content/pipeline/${pipeline}/runtime/rust/`),
        ),
      ).not.toHaveLength(0);
      expect(
        existsSync(
          join(root, 'templates/eks-service/content/pipeline', pipeline),
        ),
      ).toBe(true);
    }
  });

  it.each(choicesOf('pipeline'))('fills in a repository with %s', async p => {
    const change = changes.find(({ file }) => file.endsWith('template.yaml'));
    const [before = '', after = ''] = [
      ...(change?.lost ?? []),
      ...(change?.got ?? []),
    ];
    // Its own files: those of another, since what is in them is its own affair.
    const source = readContent()
      .filter(({ path }) => path.startsWith('content/runtime/go/'))
      .map(file => ({
        ...file,
        path: file.path.replace('/runtime/go/', '/runtime/rust/'),
      }));
    const run = await scaffolder.dryRun(
      {
        ...usualValues,
        runtime: 'rust',
        pipeline: p,
        repoUrl: repoUrlFor(p),
      },
      template => {
        const text = read('templates/eks-service/template.yaml');
        Object.assign(
          template.spec,
          parse(text.replace(before, after), { merge: true }).spec,
        );
      },
      [
        ...source,
        ...inContent.map(({ file, got }) => ({
          path: file,
          base64Content: Buffer.from(`${got.join('\n')}\n`).toString('base64'),
        })),
      ],
    );
    expect(run.error).toBe('');
    for (const { file, got } of inContent) {
      const [, own] =
        new RegExp(`^content/pipeline/${p}/runtime/rust/(.*)$`).exec(file) ??
        [];
      expect(
        own === undefined ||
          readFileSync(join(run.directory, own), 'utf8').includes(got[0]),
      ).toBe(true);
    }
    const record = parse(
      readFileSync(join(run.directory, '.slipway.yaml'), 'utf8'),
    );
    expect(record.parameters.runtime).toBe('rust');
  });
});
