import {
  coreServices,
  createServiceFactory,
} from '@backstage/backend-plugin-api';
import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { Entity } from '@backstage/catalog-model';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import type {
  FetchResponse,
  ObjectsByEntityResponse,
} from '@backstage/plugin-kubernetes-common';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  clusterWatchServiceRef,
  DefaultClusterWatch,
  DefaultEksClusters,
  defaultWatchSettings,
} from '@slipway/backstage-plugin-eks-node';
import request from 'supertest';
import { useSandbox } from './__testUtils__/useSandbox';
import eksModule from './index';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const BATCH_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const STAGING_US = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
const PROD_US = 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us';

const labels = { 'backstage.io/kubernetes-id': 'orders' };

const use = useSandbox();
let backend: TestBackend | undefined;

function component(clusterArns?: string): Entity {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'orders',
      annotations: {
        'backstage.io/kubernetes-id': 'orders',
        ...(clusterArns && {
          'aws.amazon.com/amazon-eks-cluster-arn': clusterArns,
        }),
      },
    },
    spec: { type: 'service', lifecycle: 'production', owner: 'payments' },
  };
}

/** The watch, with less patience than an operator has. */
const clusterWatchFactory = createServiceFactory({
  service: clusterWatchServiceRef,
  deps: {
    lifecycle: coreServices.rootLifecycle,
    logger: coreServices.rootLogger,
  },
  factory({ lifecycle, logger }) {
    const watch = new DefaultClusterWatch({
      settings: { ...defaultWatchSettings, answerMs: 1_000, metricsMs: 300 },
      logger,
    });
    lifecycle.addShutdownHook(() => watch.stop());
    return watch;
  },
});

async function start(options: { clusters?: JsonObject[]; entity?: Entity }) {
  const entity = options.entity ?? component();
  backend = await startTestBackend({
    features: [
      kubernetesPlugin,
      eksModule,
      catalogServiceMock.factory({ entities: [entity] }),
      clusterWatchFactory,
      mockServices.rootConfig.factory({
        data: {
          ...use.sandbox.config,
          kubernetes: {
            serviceLocatorMethod: { type: 'multiTenant' },
            clusterLocatorMethods: [
              { type: 'config', clusters: options.clusters ?? [] },
            ],
          },
        },
      }),
    ],
  });
  const { server } = backend;
  return {
    async clusters() {
      const { body } = await request(server).get('/api/kubernetes/clusters');
      return body.items;
    },
    async objects(): Promise<ObjectsByEntityResponse> {
      const { status, body } = await request(server)
        .post('/api/kubernetes/services/orders')
        .send({ entity, auth: {} });
      expect(status).toBe(200);
      return body;
    },
  };
}

/** The answer of the Kubernetes backend alone, with the cluster configured. */
async function official(entity: Entity): Promise<ObjectsByEntityResponse> {
  const clusters = DefaultEksClusters.fromConfig(
    new ConfigReader(use.sandbox.config),
    { logger: mockServices.logger.mock() },
  );
  const { clusters: found } = await clusters.list();
  const cluster = found.find(({ arn }) => arn === PROD_EU);
  const alone = await startTestBackend({
    features: [
      kubernetesPlugin,
      catalogServiceMock.factory({ entities: [entity] }),
      mockServices.rootConfig.factory({
        data: {
          kubernetes: {
            serviceLocatorMethod: { type: 'multiTenant' },
            clusterLocatorMethods: [
              {
                type: 'config',
                clusters: [
                  {
                    name: PROD_EU,
                    title: 'prod-eu',
                    url: cluster?.endpoint ?? '',
                    caData: cluster?.certificateAuthority ?? '',
                    authProvider: 'serviceAccount',
                    serviceAccountToken: await clusters.token(PROD_EU),
                  },
                ],
              },
            ],
          },
        },
      }),
    ],
  });
  try {
    const { body } = await request(alone.server)
      .post('/api/kubernetes/services/orders')
      .send({ entity, auth: {} });
    return body;
  } finally {
    await alone.stop();
    clusters.stop();
  }
}

/** As text, but for what is dropped on arrival. */
function textWithoutManagedFields({
  metadata,
  ...object
}: {
  metadata?: object;
}): string {
  const { managedFields: _, ...rest }: { managedFields?: unknown } =
    metadata ?? {};
  return JSON.stringify({ ...object, metadata: rest });
}

/** Names of the clusters with the sentences of what went wrong there. */
const problemsOf = ({ items }: ObjectsByEntityResponse) =>
  Object.fromEntries(
    items.map(({ cluster, errors }) => [
      cluster.name,
      errors.flatMap(error => ('message' in error ? [error.message] : [])),
    ]),
  );

function podsOf({ items }: ObjectsByEntityResponse): string[] {
  return items
    .flatMap(({ resources }) => resources)
    .filter(
      (item): item is Extract<FetchResponse, { type: 'pods' }> =>
        item.type === 'pods',
    )
    .flatMap(({ resources }) => resources)
    .map(pod => `${pod.metadata?.namespace} ${pod.status?.phase}`);
}

/** As the API server keeps it, with its defaults filled in. */
const deployment = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace: 'orders', labels },
  spec: {
    replicas: 2,
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    },
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        restartPolicy: 'Always',
        containers: [
          {
            name: 'orders',
            image: 'orders:1',
            resources: { requests: { cpu: '100m', memory: '64Mi' } },
          },
        ],
      },
    },
  },
};

beforeAll(() => {
  use.sandbox
    .cluster(PROD_EU)
    .seed([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } },
      deployment,
    ]);
});

afterEach(async () => {
  await backend?.stop();
  backend = undefined;
});

describe('GET /api/kubernetes/clusters', () => {
  it('lists discovered clusters by their ARN, titled by their name', async () => {
    const { clusters } = await start({});
    expect(await clusters()).toEqual([
      { name: BATCH_EU, title: 'batch-eu', authProvider: 'serviceAccount' },
      { name: PROD_EU, title: 'prod-eu', authProvider: 'serviceAccount' },
      { name: PROD_US, title: 'prod-us', authProvider: 'serviceAccount' },
      { name: STAGING_US, title: 'staging-us', authProvider: 'serviceAccount' },
    ]);
  });

  it('keeps configured clusters, and lists none twice', async () => {
    const { clusters } = await start({
      clusters: [
        {
          name: 'on-premises',
          url: 'https://kubernetes.example.com',
          authProvider: 'serviceAccount',
          serviceAccountToken: 'token',
        },
        {
          name: 'our-production',
          url: `${use.sandbox.urls.clusters[PROD_EU]}/`,
          authProvider: 'aws',
        },
      ],
    });
    expect(
      (await clusters()).map(({ name }: { name: string }) => name),
    ).toEqual(['on-premises', 'our-production', BATCH_EU, PROD_US, STAGING_US]);
  });

  it('lists the clusters of the other accounts when one is denied', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'sts',
      operation: 'AssumeRole',
      target: 'arn:aws:iam::444455556666:role/slipway-portal',
    });
    const { clusters } = await start({});
    expect(
      (await clusters()).map(({ name }: { name: string }) => name),
    ).toEqual([BATCH_EU, PROD_EU]);
  });
});

describe('POST /api/kubernetes/services/:id', () => {
  it('reads the pods of a workload with a token of the portal', async () => {
    const { objects } = await start({ entity: component(PROD_EU) });
    let pods: string[] = [];
    const deadline = Date.now() + 10_000;
    while (pods.length < 2 && Date.now() < deadline) {
      pods = podsOf(await objects()).filter(pod => pod.endsWith('Running'));
    }
    expect(pods).toEqual(['orders Running', 'orders Running']);
  }, 20_000);

  it('asks only the clusters that the entity names', async () => {
    const { objects } = await start({ entity: component(PROD_EU) });
    const before = use.sandbox.journal.list({ target: BATCH_EU }).length;
    const { items } = await objects();
    expect(items.map(({ cluster }) => cluster)).toEqual([
      { name: PROD_EU, title: 'prod-eu' },
    ]);
    expect(use.sandbox.journal.list({ target: BATCH_EU })).toHaveLength(before);
  });

  it('says how to get into a cluster that does not know the portal', async () => {
    const { objects } = await start({
      entity: component(`${PROD_EU}, ${PROD_US}`),
    });
    const answer = await objects();
    expect(problemsOf(answer)).toEqual({
      [PROD_EU]: [],
      [PROD_US]: [
        'cluster `prod-us`: access denied for role arn:aws:iam::444455556666:role/slipway-portal; add an access entry with AmazonEKSViewPolicy, see docs/iam.md',
      ],
    });
    expect(podsOf(answer)).toHaveLength(2);
  });

  it('keeps the place of clusters that the portal does not know', async () => {
    const gone = `${PROD_EU}-2`;
    const foreign = PROD_EU.replace('111122223333', '999988887777');
    const { objects } = await start({
      entity: component([PROD_EU, gone, foreign, 'prod-eu'].join(',')),
    });
    const answer = await objects();
    expect(problemsOf(answer)).toEqual({
      [PROD_EU]: [],
      [gone]: [
        expect.stringMatching(
          /^cluster `prod-eu-2`: the portal knows no such cluster in account 111122223333, region eu-west-1/,
        ),
      ],
      [foreign]: [expect.stringMatching(/eks\.discovery\.accounts/)],
      'prod-eu': [
        expect.stringMatching(/^"prod-eu" is not the ARN of an EKS cluster/),
      ],
    });
    expect(podsOf(answer)).toHaveLength(2);
  });

  it('shows healthy clusters beside an account whose role is denied', async () => {
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'sts',
      operation: 'AssumeRole',
      target: 'arn:aws:iam::444455556666:role/slipway-portal',
    });
    const { objects } = await start({
      entity: component(`${PROD_EU},${STAGING_US}`),
    });
    const answer = await objects();
    expect(podsOf(answer)).toHaveLength(2);
    expect(problemsOf(answer)[STAGING_US]).toEqual([
      expect.stringMatching(/account 444455556666.*may not take its role/),
    ]);
  });

  it('does not wait for a cluster that never answers', async () => {
    use.sandbox.faults.add({
      kind: 'hang',
      service: 'kubernetes',
      target: STAGING_US,
    });
    const { objects } = await start({
      entity: component(`${PROD_EU},${STAGING_US}`),
    });
    const answer = await objects();
    expect(podsOf(answer)).toHaveLength(2);
    expect(problemsOf(answer)[STAGING_US]).toEqual([
      expect.stringMatching(/^cluster `staging-us`: .* did not answer in time/),
    ]);
  }, 30_000);

  it('keeps the pods when their metrics cannot be read', async () => {
    use.sandbox.faults.add({
      kind: 'reset-before',
      service: 'kubernetes',
      operation: 'list pods.metrics.k8s.io',
      target: PROD_EU,
    });
    const { objects } = await start({ entity: component(PROD_EU) });
    const answer = await objects();
    expect(podsOf(answer)).toHaveLength(2);
    expect(problemsOf(answer)[PROD_EU]).toEqual([
      expect.stringMatching(/could not be asked \(list pods.metrics.k8s.io\)/),
    ]);
  });

  it('asks the cluster nothing more while all is well, however many look', async () => {
    const { objects } = await start({ entity: component(PROD_EU) });
    await objects();
    await objects();
    const before = new Set(use.sandbox.journal.list());
    await Promise.all(Array.from({ length: 10 }, () => objects()));
    const operations = use.sandbox.journal
      .list()
      .filter(entry => !before.has(entry) && entry.service === 'kubernetes')
      .map(({ operation }) => operation);
    // What is not watched is read for those who ask.
    expect(
      operations.filter(
        operation =>
          !['list configmaps', 'list pods.metrics.k8s.io'].includes(operation),
      ),
    ).toEqual([]);
  });

  it('answers as the Kubernetes backend does by itself', async () => {
    const { objects } = await start({ entity: component(PROD_EU) });
    const comparable = ({ items }: ObjectsByEntityResponse) =>
      items.map(({ resources, podMetrics, ...rest }) => ({
        ...rest,
        podMetrics: podMetrics.map(({ pod }) => pod.metadata?.name).sort(),
        resources: Object.fromEntries(
          resources.map(({ type, resources: found }) => [
            type,
            found.map(textWithoutManagedFields).sort(),
          ]),
        ),
      }));
    const ours = comparable(await objects());
    const theirs = comparable(await official(component(PROD_EU)));
    expect(ours).toEqual(theirs);
    expect(Object.keys(ours[0].resources).length).toBeGreaterThan(10);
  });

  it('looks everywhere for an entity that names no cluster', async () => {
    const { objects } = await start({ entity: component() });
    expect(podsOf(await objects())).toHaveLength(2);
  });
});
