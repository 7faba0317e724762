import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import * as backstageErrors from '@backstage/errors';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { scaffolderServiceMock } from '@backstage/plugin-scaffolder-node/testUtils';
import { DefaultEksClusters } from '@slipway/backstage-plugin-eks-node';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { createActions } from './actions';

const config = new ConfigReader({});
const clusters = DefaultEksClusters.fromConfig(config, {
  logger: mockServices.logger.mock(),
});

afterAll(() => clusters.stop());

const actions = createActions({
  clusters,
  catalog: catalogServiceMock(),
  integrations: ScmIntegrations.fromConfig(config),
  config,
  auth: mockServices.auth(),
  userInfo: mockServices.userInfo(),
  database: mockServices.database.mock(),
  reader: mockServices.urlReader.mock(),
  scaffolder: scaffolderServiceMock.mock(),
});

describe.each(actions)('documentation of $id', action => {
  const page = readFileSync(
    resolve(
      __dirname,
      '../../../docs/actions',
      `${action.id.replace(/:/g, '-')}.md`,
    ),
    'utf8',
  );

  const sectionOf = (title: string) =>
    new RegExp(`## ${title}\n(.*?)(\n## |$)`, 'is').exec(page)?.[1] ?? '';

  it('has an example that a test runs', () => {
    const written = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml]) =>
      parse(yaml),
    );
    const tested = (action.examples ?? []).map(({ example }) => parse(example));

    expect(written).toHaveLength(1);
    expect(tested).toContainEqual(written[0]);
  });

  it.each(['input', 'output'] as const)('describes every %s', part => {
    const schema = action.schema?.[part];
    const described = [...sectionOf(part).matchAll(/^\| (`[^|]*?) +\|/gm)]
      .flatMap(([, names]) => names.split(', '))
      .map(name => name.replace(/`/g, ''));

    expect(described.sort()).toEqual(
      Object.keys(schema?.properties ?? {}).sort(),
    );
  });

  it('links the policy that it needs', () => {
    const policy = `iam-policies/actions/${action.id.replace(/:/g, '-')}.json`;
    const needed = existsSync(resolve(__dirname, '../../../docs', policy));

    expect(sectionOf('permissions').includes(`(../${policy})`)).toBe(needed);
  });

  it('says how it fails', () => {
    const errors = [
      ...sectionOf('errors').matchAll(/^\| `(\w*Error)` +\| +(\S[^|]*) \|$/gm),
    ].map(([, name]) => name);

    expect(errors).toContain('InputError');
    expect(errors).toEqual([...new Set(errors)]);
    expect(
      errors.filter(name => name !== 'Error' && !(name in backstageErrors)),
    ).toEqual([]);
  });

  it('is matched by descriptions in the schema', () => {
    for (const part of ['input', 'output'] as const) {
      for (const [name, property] of Object.entries(
        action.schema?.[part]?.properties ?? {},
      )) {
        expect({ name, description: property.description }).toEqual({
          name,
          description: expect.stringMatching(/\w/),
        });
      }
    }
  });
});
