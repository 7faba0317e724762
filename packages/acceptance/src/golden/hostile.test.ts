import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import { usePlayedScaffolder } from './__testUtils__/played';
import {
  repoUrlFor,
  usualValues,
  type Values,
} from './__testUtils__/scaffolder';
import { filesIn, readTemplate } from './__testUtils__/template';

const hostile = [
  'a"b',
  "a'b",
  'a`b`',
  'a\nb: c',
  'a\r\n- b',
  '${{ secrets.TOKEN }}',
  '${{ values.name }}',
  '{{ 7 * 7 }}',
  '{% if %}',
  '{# x #}',
  '$(id)',
  '${HOME}',
  'a: b',
  'a #b',
  '- a',
  '*a',
  '&a',
  '!a',
  '|',
  '---',
  'null',
  'true',
  '123',
  '1e3',
  '0x1f',
  '2026-11-24',
  '~',
  'a; rm -rf /',
  '<script>alert(1)</script>',
  '](javascript:alert(1))',
  '../../etc/passwd',
  '🛒',
  '\u202Egnp.exe',
  '\u0000',
  'a\u2028b',
  `${'a'.repeat(10_000)}`,
];

const [{ environment, clusterArn, namespace }] = usualValues.targets;

/** A repository that there is. */
const existing = {
  source: 'existing',
  sourceUrl: 'https://github.com/acme/theirs',
  healthPath: '/health',
};

/** What means nothing to anybody, where one word is no value. */
const harmlessIn: Record<string, string> = {
  path: '/harmless',
  healthPath: '/harmless',
  sourceUrl: 'https://github.com/acme/harmless',
};

/** Every field of the form that takes text, and how a value gets into it. */
const fields: Record<string, (text: string, pipeline: string) => Values> = {
  name: name => ({ name }),
  description: description => ({ description }),
  owner: owner => ({ owner }),
  system: system => ({ system }),
  lifecycle: lifecycle => ({ lifecycle }),
  runtime: runtime => ({ runtime }),
  compute: compute => ({ compute }),
  exposure: exposure => ({ exposure }),
  routing: routing => ({ exposure: 'public', routing }),
  pipeline: pipeline => ({ pipeline }),
  hostname: hostname => ({ exposure: 'public', hostname }),
  path: path => ({ exposure: 'public', path }),
  loadBalancerGroup: loadBalancerGroup => ({
    exposure: 'public',
    loadBalancerGroup,
  }),
  source: source => ({ ...existing, source }),
  sourceUrl: sourceUrl => ({ ...existing, sourceUrl }),
  sourceHistory: sourceHistory => ({ ...existing, sourceHistory }),
  sourceRuntime: sourceRuntime => ({ ...existing, sourceRuntime }),
  healthPath: healthPath => ({ ...existing, healthPath }),
  'targets[0].environment': text => ({
    targets: [{ environment: text, clusterArn, namespace }],
  }),
  'targets[0].clusterArn': text => ({
    targets: [{ environment, clusterArn: text, namespace }],
  }),
  'targets[0].namespace': text => ({
    targets: [{ environment, clusterArn, namespace: text }],
  }),
  repoUrl: (text, pipeline) => ({ repoUrl: repoUrlFor(pipeline, text) }),
};

/** What a file is made of, without its texts: what injection would change. */
function shapeOf(node: unknown): unknown {
  if (isMap(node)) {
    return node.items.map(({ key, value }) => [String(key), shapeOf(value)]);
  }
  if (isSeq(node)) {
    return node.items.map(shapeOf);
  }
  return isScalar(node) ? typeof node.value : node;
}

describe('what is typed', () => {
  const scaffolder = usePlayedScaffolder();

  /** Files by path, each as its own parser sees it. */
  function parsed(directory: string): Map<string, unknown> {
    return new Map(
      filesIn(directory).map((path): [string, unknown] => {
        const file = relative(directory, path);
        const text = readFileSync(path, 'utf8');
        if (/\.ya?ml$/.test(file)) {
          const documents = parseAllDocuments(text);
          expect([
            file,
            documents.flatMap(({ errors }) => errors.map(String)),
          ]).toEqual([file, []]);
          return [file, documents.map(({ contents }) => shapeOf(contents))];
        }
        if (file.endsWith('.json')) {
          return [file, typeof JSON.parse(text)];
        }
        if (file.endsWith('.sh')) {
          execFileSync('bash', ['-n', join(directory, file)]);
        }
        // As many lines as ever, and the same instructions in a Dockerfile.
        return [
          file,
          file === 'Dockerfile'
            ? text.match(/^[A-Z]+ /gm)
            : text.split('\n').length,
        ];
      }),
    );
  }

  // CodePipeline's stack and GitLab's pipeline have texts that no other file has.
  const ways = Object.keys(fields).flatMap(field => [
    { field, pipeline: 'github-actions' },
    ...(/name|repoUrl/.test(field)
      ? [{ field, pipeline: 'codepipeline' }]
      : []),
    ...(/name$|environment|repoUrl/.test(field)
      ? [{ field, pipeline: 'gitlab-ci' }]
      : []),
  ]);

  it.each(ways)(
    'as $field is what it is, or is refused naming the field: $pipeline',
    async ({ field, pipeline }) => {
      const filled = (text: string) =>
        scaffolder.dryRun({
          ...usualValues,
          pipeline,
          repoUrl: repoUrlFor(pipeline),
          ...fields[field](text, pipeline),
        });
      // What a text makes that means nothing to anybody.
      const harmless = await filled(harmlessIn[field] ?? 'harmless');
      // Behind what such a value begins with, too: much of it is no reason to
      // refuse an address.
      const start = harmlessIn[field]?.replace('harmless', '');
      for (const text of [
        ...hostile,
        ...(start === undefined ? [] : hostile.map(end => start + end)),
      ]) {
        const run = await filled(text);
        const refused = run.status === 400;
        const told = refused
          ? JSON.parse(run.error).errors.some(
              ({ property }: { property: string }) =>
                property.startsWith(`instance.${field}`),
            )
          : { error: run.error, files: parsed(run.directory) };
        expect([text, told]).toEqual([
          text,
          refused || { error: '', files: parsed(harmless.directory) },
        ]);
      }
    },
    240_000,
  );

  it('is all that the form has', () => {
    const pages = [readTemplate().spec.parameters ?? []].flat();
    const texts = pages.flatMap(page =>
      [page, page.then, page.else].flatMap(branch =>
        Object.entries(Object(Object(branch).properties))
          .filter(([, field]) => Object(field).type === 'string')
          .map(([name]) => name),
      ),
    );
    expect(texts.sort()).toEqual(
      Object.keys(fields)
        .filter(name => !name.startsWith('targets'))
        .sort(),
    );
  });
});
