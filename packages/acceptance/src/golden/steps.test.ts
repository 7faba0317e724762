import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import scaffolderModuleGithub from '@backstage/plugin-scaffolder-backend-module-github';
import scaffolderModuleGitlab from '@backstage/plugin-scaffolder-backend-module-gitlab';
import scaffolderModuleEks from '@slipway/backstage-plugin-scaffolder-backend-module-eks';
import request from 'supertest';
import { readTemplate } from './__testUtils__/template';

interface Schema {
  properties?: Record<string, unknown>;
  required?: string[];
  /** Where there is more than one way to say it. */
  anyOf?: Schema[];
  oneOf?: Schema[];
}
interface Action {
  id: string;
  schema?: { input?: Schema; output?: Schema };
}

/** The ways to fill a schema in. */
const waysOf = ({ anyOf, oneOf, ...schema }: Schema = {}) =>
  (anyOf ?? oneOf ?? [schema]).map(({ properties = {}, required = [] }) => ({
    names: Object.keys(properties),
    required,
  }));

let actions: Map<string, Action>;

const schemaOf = (id: string) => {
  const action = actions.get(id);
  if (!action) {
    throw new Error(`there is no action ${id}`);
  }
  return action.schema ?? {};
};

beforeAll(async () => {
  const backend = await startTestBackend({
    features: [
      scaffolderPlugin,
      scaffolderModuleGithub,
      scaffolderModuleGitlab,
      scaffolderModuleEks,
      catalogServiceMock.factory(),
      mockServices.rootConfig.factory({
        data: {
          backend: { baseUrl: 'http://localhost' },
          eks: { discovery: { accounts: [] } },
        },
      }),
    ],
  });
  const { body } = await request(backend.server)
    .get('/api/scaffolder/v2/actions')
    .expect(200);
  actions = new Map(body.map((action: Action) => [action.id, action]));
  await backend.stop();
});

describe.each([
  'eks-service',
  'eks-service-decommission',
  'eks-service-upgrade',
])('the steps of %s', templateName => {
  const template = readTemplate(templateName);
  const { steps } = template.spec;

  it.each(steps.map(step => [step.id, step] as const))(
    'gives %s what its action takes, and all that it needs',
    (_, step) => {
      const given = Object.keys(step.input ?? {});
      const ways = waysOf(schemaOf(step.action).input).map(
        ({ names, required }) => ({
          unknown: given.filter(name => !names.includes(name)),
          missing: required.filter(name => !given.includes(name)),
        }),
      );

      expect(ways).toContainEqual({ unknown: [], missing: [] });
    },
  );

  it('reads only what a step before has put out', () => {
    const text = JSON.stringify([...steps, template.spec.output]);
    const read = [...text.matchAll(/steps\.(\w+)\.output\.(\w+)/g)].map(
      ([, id, name]) => ({ id, name }),
    );
    expect(read.length).toBeGreaterThan(0);
    const unknown = read.filter(({ id, name }) => {
      const step = steps.find(candidate => candidate.id === id);
      const { output } = schemaOf(step?.action ?? id);
      // Some actions, as catalog:register, do not say what they put out.
      return (
        output && !waysOf(output).some(({ names }) => names.includes(name))
      );
    });
    expect(unknown).toEqual([]);
  });
});

describe('the order of eks-service', () => {
  const { steps } = readTemplate().spec;

  it('makes nothing before everything is looked at and written', () => {
    const order = steps.map(({ action }) => action);
    const first = (id: string) => order.indexOf(id);
    const last = (id: string) => order.lastIndexOf(id);

    expect(first('aws:eks:service:preflight')).toBe(0);
    expect(last('fetch:template')).toBeLessThan(
      first('aws:ecr:repository:ensure'),
    );
    expect(first('aws:ecr:repository:ensure')).toBeLessThan(
      first('publish:github'),
    );
    // The ids that the role trusts are there once the repository is.
    expect(first('publish:github')).toBeLessThan(
      first('aws:iam:pipeline-role:ensure'),
    );
    expect(first('aws:iam:pipeline-role:ensure')).toBeLessThan(
      first('catalog:register'),
    );
  });
});
