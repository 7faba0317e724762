import { mockServices, startTestBackend } from '@backstage/backend-test-utils';
import type { JsonObject } from '@backstage/types';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { TemplateEntityV1beta3 } from '@backstage/plugin-scaffolder-common';
import scaffolderPlugin from '@backstage/plugin-scaffolder-backend';
import request from 'supertest';
import scaffolderModuleEks from '.';
import { useSandbox } from './__testUtils__/sandboxEnvironment';

const template: TemplateEntityV1beta3 = {
  apiVersion: 'scaffolder.backstage.io/v1beta3',
  kind: 'Template',
  metadata: {
    name: 'repository',
    annotations: { 'backstage.io/managed-by-location': 'url:http://x/x.yaml' },
  },
  spec: {
    owner: 'group:default/platform',
    type: 'service',
    parameters: [],
    steps: [
      {
        id: 'clusters',
        name: 'Look at the clusters',
        action: 'aws:eks:cluster:describe',
        each: '${{ parameters.clusterArns }}',
        input: {
          clusterArn: '${{ each.value }}',
          namespace: '${{ parameters.name }}',
          failOnProblems: false,
        },
      },
      {
        id: 'ecr',
        name: 'Make the image repository',
        action: 'aws:ecr:repository:ensure',
        input: {
          name: '${{ parameters.name }}',
          accountId: '111122223333',
          region: 'eu-west-1',
          owner: 'component:default/${{ parameters.name }}',
          lifecycle: { expireUntaggedAfterDays: 14 },
        },
      },
      {
        id: 'namespace',
        name: 'Make the namespaces',
        action: 'kubernetes:apply',
        each: '${{ parameters.clusterArns }}',
        input: {
          clusterArn: '${{ each.value }}',
          owner: 'component:default/${{ parameters.name }}',
          manifests: [
            {
              apiVersion: 'v1',
              kind: 'Namespace',
              metadata: { name: '${{ parameters.name }}' },
            },
          ],
        },
      },
    ],
    output: {
      uri: '${{ steps.ecr.output.uri }}',
      compute: '${{ steps.clusters.output.compute }}',
      applied: '${{ steps.namespace.output.resources }}',
    },
  },
};

const clusterArns = [
  'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu',
  'arn:aws:eks:us-east-1:444455556666:cluster/staging-us',
];

interface TaskEvent {
  type: string;
  body: { message: string; output?: JsonObject };
}

describe('the module in the scaffolder backend', () => {
  const environment = useSandbox();
  let backend: Awaited<ReturnType<typeof startTestBackend>>;

  beforeAll(async () => {
    const catalog = catalogServiceMock.factory({ entities: [template] });
    backend = await startTestBackend({
      features: [
        scaffolderPlugin,
        scaffolderModuleEks,
        catalog,
        mockServices.rootConfig.factory({
          data: {
            ...environment.sandbox.config,
            backend: { baseUrl: 'http://localhost' },
          },
        }),
      ],
    });
  });

  afterAll(async () => {
    await backend.stop();
  });

  /** All events of a task up to its end: the scaffolder holds the answer until there are some. */
  async function runTask(values: JsonObject): Promise<TaskEvent[]> {
    const { body } = await request(backend.server)
      .post('/api/scaffolder/v2/tasks')
      .send({ templateRef: 'template:default/repository', values })
      .expect(201);
    const events: TaskEvent[] = [];
    let after: number | undefined;
    while (!events.some(({ type }) => type === 'completion')) {
      const answer = await request(backend.server)
        .get(`/api/scaffolder/v2/tasks/${body.id}/events`)
        .query(after === undefined ? {} : { after })
        .expect(200);
      events.push(...answer.body);
      after = answer.body.at(-1)?.id ?? after;
    }
    return events;
  }

  it('offers every action with its schema and examples', async () => {
    const { body } = await request(backend.server)
      .get('/api/scaffolder/v2/actions')
      .expect(200);

    for (const id of [
      'aws:ecr:repository:ensure',
      'aws:eks:cluster:describe',
      'aws:eks:service:preflight',
      'kubernetes:apply',
    ]) {
      expect(body).toContainEqual(
        expect.objectContaining({
          id,
          description: expect.any(String),
          examples: expect.arrayContaining([expect.anything()]),
          schema: {
            input: expect.objectContaining({ type: 'object' }),
            output: expect.objectContaining({ type: 'object' }),
          },
        }),
      );
    }
  });

  it('dry-runs without a write, and then runs to the same output', async () => {
    const values = { name: 'orders', clusterArns };
    const { body: dry } = await request(backend.server)
      .post('/api/scaffolder/v2/dry-run')
      .send({ template, values, directoryContents: [] })
      .expect(200);
    const creations = () =>
      environment.sandbox.journal.list({ operation: 'CreateRepository' });
    const applied = () =>
      clusterArns.filter(arn =>
        environment.sandbox
          .cluster(arn)
          .snapshot()
          .objects.some(
            ({ kind, metadata }) =>
              kind === 'Namespace' && metadata.name === 'orders',
          ),
      );
    expect(creations()).toEqual([]);
    expect(applied()).toEqual([]);

    const events = await runTask(values);

    expect(events.at(-1)).toMatchObject({
      type: 'completion',
      body: {
        message: expect.stringContaining('completed'),
        output: dry.output,
      },
    });
    expect(dry.output).toEqual({
      uri: '111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders',
      compute: ['auto-mode', 'nodes'],
      applied: clusterArns.map(() => [
        {
          apiVersion: 'v1',
          kind: 'Namespace',
          name: 'orders',
          operation: 'created',
        },
      ]),
    });
    expect(creations()).toHaveLength(1);
    expect(applied()).toEqual(clusterArns);
  });

  it('fails a task with the name of the field', async () => {
    const events = await runTask({ name: 'Orders', clusterArns: [] });

    expect(events.map(({ body }) => body.message).join('\n')).toContain(
      "aws:ecr:repository:ensure: `name`: a repository's name starts with a lower-case letter",
    );
  });
});
