import {
  mockServices,
  startTestBackend,
  type TestBackend,
} from '@backstage/backend-test-utils';
import type { BackendFeature } from '@backstage/backend-plugin-api';
import type { Entity } from '@backstage/catalog-model';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import kubernetesPlugin from '@backstage/plugin-kubernetes-backend';
import type { JsonObject } from '@backstage/types';
import eksModule from '@slipway/backstage-plugin-kubernetes-backend-module-eks';
import request from 'supertest';
import { PROD_EU, useRealSandbox } from './__testUtils__/realSandbox';
import { send, until } from './send';

const labels = { 'backstage.io/kubernetes-id': 'orders' };

const entity: Entity = {
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    name: 'orders',
    annotations: {
      'backstage.io/kubernetes-id': 'orders',
      'aws.amazon.com/amazon-eks-cluster-arn': PROD_EU,
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'payments' },
};

const template = {
  metadata: { labels },
  spec: {
    containers: [
      {
        name: 'orders',
        image: 'orders:1',
        resources: { requests: { cpu: '100m', memory: '64Mi' } },
      },
    ],
  },
};
const selector = { matchLabels: labels };
const once = {
  ...template,
  spec: { ...template.spec, restartPolicy: 'Never' },
};

/** One object of each kind that the tab shows, but for pods and ReplicaSets, which come by themselves. */
const objects: [path: string, kind: string, parts: object][] = [
  ['api/v1', 'ConfigMap', { data: { a: 'b' } }],
  ['api/v1', 'Service', { spec: { selector: labels, ports: [{ port: 80 }] } }],
  ['api/v1', 'ResourceQuota', { spec: { hard: { pods: '50' } } }],
  [
    'api/v1',
    'LimitRange',
    { spec: { limits: [{ type: 'Container', default: { cpu: '1' } }] } },
  ],
  ['apis/apps/v1', 'Deployment', { spec: { replicas: 3, selector, template } }],
  [
    'apis/apps/v1',
    'StatefulSet',
    { spec: { replicas: 1, serviceName: 'orders', selector, template } },
  ],
  ['apis/apps/v1', 'DaemonSet', { spec: { selector, template } }],
  ['apis/batch/v1', 'Job', { spec: { template: once } }],
  [
    'apis/batch/v1',
    'CronJob',
    {
      spec: {
        schedule: '0 3 1 1 *',
        jobTemplate: { spec: { template: once } },
      },
    },
  ],
  [
    'apis/autoscaling/v2',
    'HorizontalPodAutoscaler',
    {
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'orders',
        },
        minReplicas: 3,
        maxReplicas: 3,
      },
    },
  ],
  [
    'apis/networking.k8s.io/v1',
    'Ingress',
    {
      spec: {
        ingressClassName: 'alb',
        defaultBackend: { service: { name: 'orders', port: { number: 80 } } },
      },
    },
  ],
];

/** Three of the Deployment, one of the StatefulSet, one on each of three nodes. */
const PODS = 7;

interface Answer {
  items: {
    cluster: { name: string };
    errors: object[];
    podMetrics: { pod: { metadata: { name: string } } }[];
    resources: {
      type: string;
      resources: { metadata: { managedFields?: unknown } }[];
    }[];
  }[];
}

const byType = (a: { type: string }, b: { type: string }) =>
  a.type.localeCompare(b.type);

/** The answer as text, but for what the watch drops on arrival, and the order. */
const comparable = ({ items }: Answer) =>
  items.map(({ resources, podMetrics, ...rest }) => ({
    ...rest,
    // The figures themselves change from one second to the next.
    podMetrics: podMetrics.map(({ pod }) => pod.metadata.name).sort(),
    resources: Object.fromEntries(
      [...resources]
        .sort(byType)
        .map(({ type, resources: found }) => [
          type,
          found
            .map(({ metadata: { managedFields: _, ...metadata }, ...object }) =>
              JSON.stringify({ ...object, metadata }),
            )
            .sort(),
        ]),
    ),
  }));

describe('the official Kubernetes tab on a real control plane', () => {
  const use = useRealSandbox();
  let ours: TestBackend;
  let theirs: TestBackend;

  const backendWith = (features: BackendFeature[], data: JsonObject) =>
    startTestBackend({
      features: [
        kubernetesPlugin,
        ...features,
        catalogServiceMock.factory({ entities: [entity] }),
        mockServices.rootConfig.factory({ data }),
      ],
    });
  const kubernetes = (clusters: JsonObject[]) => ({
    kubernetes: {
      serviceLocatorMethod: { type: 'multiTenant' },
      clusterLocatorMethods: [{ type: 'config', clusters }],
    },
  });

  async function makeObjects() {
    const access = await use.accessOf('slipway-portal');
    use.sandbox.cluster(PROD_EU).seed([
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'orders' } },
      ...objects.map(([path, kind, parts]) => ({
        apiVersion: path.replace(/^apis?\//, ''),
        kind,
        metadata: { name: 'orders', namespace: 'orders', labels },
        ...parts,
      })),
    ]);
    await until(async () => {
      const { body } = await send(
        access,
        'GET',
        '/apis/networking.k8s.io/v1/namespaces/orders/ingresses/orders',
      );
      return body.status?.loadBalancer?.ingress;
    });
    return access;
  }

  beforeAll(async () => {
    const { url, certificateAuthority, token } = await makeObjects();
    ours = await backendWith([eksModule], {
      ...use.sandbox.config,
      ...kubernetes([]),
    });
    theirs = await backendWith(
      [],
      kubernetes([
        {
          name: PROD_EU,
          title: 'prod-eu',
          url,
          caData: Buffer.from(certificateAuthority).toString('base64'),
          authProvider: 'serviceAccount',
          serviceAccountToken: token,
        },
      ]),
    );
  });

  afterAll(async () => {
    await ours?.stop();
    await theirs?.stop();
  });

  async function shownBy({ server }: TestBackend) {
    const { status, body } = await request(server)
      .post('/api/kubernetes/services/orders')
      .send({ entity, auth: {} });
    expect(status).toBe(200);
    return comparable(body);
  }

  it('shows the same with our module as without it', async () => {
    let first = await shownBy(theirs);
    let own = await shownBy(ours);
    let after = await shownBy(theirs);
    // Until nothing changes meanwhile: what is asked later would else be newer.
    for (
      let again = 0;
      again < 30 &&
      (JSON.stringify(first) !== JSON.stringify(after) ||
        own[0].podMetrics.length < PODS);
      again += 1
    ) {
      first = after;
      own = await shownBy(ours);
      after = await shownBy(theirs);
    }
    expect(after).toEqual(first);
    expect(own).toEqual(first);

    expect(first[0].errors).toEqual([]);
    const { resources, podMetrics } = first[0];
    const empty = Object.entries(resources)
      .filter(([, found]) => !found.length)
      .map(([type]) => type);
    expect(empty).toEqual([]);
    // The Job's may still be among them.
    expect(podMetrics.length).toBeGreaterThanOrEqual(PODS);
  });
});
