import { readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  DefaultNamespaceEntityPolicy,
  type Entity,
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  parseEntityRef,
  SchemaValidEntityPolicy,
  stringifyEntityRef,
} from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';
import { filesBelow, run } from './programs';
import type { Judge, Objection, Subject } from './types';

/** What every repository's values name, and the portal's catalog has. */
const known = ['group:default/payments', 'system:default/shop'];

const policy = EntityPolicies.allOf([
  new DefaultNamespaceEntityPolicy(),
  new SchemaValidEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
  {
    async enforce(entity) {
      const fits = await Promise.all(
        [componentEntityV1alpha1Validator, apiEntityV1alpha1Validator].map(
          validator => validator.check(entity),
        ),
      );
      return fits.some(Boolean) ? entity : undefined;
    },
  },
]);

/** Which field names which kind, where the reference does not say. */
const references: [field: string, kind: string][] = [
  ['owner', 'Group'],
  ['system', 'System'],
  ['providesApis', 'API'],
  ['consumesApis', 'API'],
  ['dependsOn', 'Component'],
];

function dangling(entity: Entity, there: Set<string>): string[] {
  return references.flatMap(([field, defaultKind]) =>
    [entity.spec?.[field] ?? []]
      .flat()
      .map(ref =>
        stringifyEntityRef(parseEntityRef(String(ref), { defaultKind })),
      )
      .filter(ref => !there.has(ref))
      .map(ref => `${field}: ${ref}`),
  );
}

async function judgeCatalog({ folder }: Subject): Promise<Objection[]> {
  const text = readFileSync(join(folder, 'catalog-info.yaml'), 'utf8');
  const entities: Entity[] = parseAllDocuments(text).map(document =>
    document.toJS(),
  );
  const there = new Set([...known, ...entities.map(stringifyEntityRef)]);
  const found = await Promise.all(
    entities.map(async entity => {
      const invalid = await policy.enforce(structuredClone(entity)).then(
        () => [],
        error => [{ rule: 'schema', message: String(error.message) }],
      );
      return [
        ...invalid,
        ...dangling(entity, there).map(message => ({
          rule: 'reference',
          message: `${message} is not there`,
        })),
      ].map(objection => ({
        ...objection,
        folder,
        at: stringifyEntityRef(entity),
      }));
    }),
  );
  return found.flat();
}

/** The catalog's own rules for what it takes in. */
export const catalogModel: Judge = {
  name: 'catalog-model',
  artifact: 'catalog-info.yaml',
  files: ({ repository }) => ({
    'catalog-info.yaml': readFileSync(
      join(repository, 'catalog-info.yaml'),
      'utf8',
    ),
  }),
  judge: async subjects =>
    (await Promise.all(subjects.map(judgeCatalog))).flat(),
};

/** The documentation, as TechDocs builds it: a dead link is a warning, and fails. */
export const mkdocs: Judge = {
  name: 'mkdocs',
  artifact: 'docs',
  files: ({ repository }) =>
    Object.fromEntries(
      [
        'mkdocs.yml',
        ...filesBelow(join(repository, 'docs')).map(file => join('docs', file)),
      ].map(path => [path, readFileSync(join(repository, path), 'utf8')]),
    ),
  async judge(subjects, { python }) {
    // Not `--quiet`: what is not said then does not count as a warning either.
    const found = await Promise.all(
      subjects.map(async ({ folder }) => {
        const site = `${folder}-site`;
        const { code, stdout, stderr } = await run(
          join(python, 'python'),
          ['-m', 'mkdocs', 'build', '--strict', '--site-dir', site],
          {
            cwd: folder,
            env: { PATH: [python, process.env.PATH].join(delimiter) },
          },
        );
        const lines = (stdout + stderr)
          .split('\n')
          .filter(line => /^(WARNING|ERROR)/.test(line));
        if (code !== 0 && !lines.length) {
          throw new Error(`mkdocs failed: ${stderr}`);
        }
        return lines.map(message => ({
          folder,
          rule: message.split(' ')[0],
          at: 'docs',
          message,
        }));
      }),
    );
    return found.flat();
  },
};
