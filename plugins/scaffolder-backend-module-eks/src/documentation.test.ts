import { mockServices } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { DefaultEksClusters } from '@slipway/backstage-plugin-eks-node';
import { readFileSync } from 'node:fs';
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
    const section = new RegExp(`## ${part}\n(.*?)\n## `, 'is').exec(page)?.[1];
    const described = [...(section ?? '').matchAll(/^\| (`[^|]*?) +\|/gm)]
      .flatMap(([, names]) => names.split(', '))
      .map(name => name.replace(/`/g, ''));

    expect(described.sort()).toEqual(
      Object.keys(schema?.properties ?? {}).sort(),
    );
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
