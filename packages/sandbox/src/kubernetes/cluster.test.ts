import type { KubeConfig } from '@kubernetes/client-node';
import { clientNode } from './clientNode';
import {
  startTestCluster,
  until,
  type TestCluster,
} from './__testUtils__/testCluster';

const {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  KubernetesObjectApi,
  PatchStrategy,
  Watch,
} = clientNode;

const namespace = 'orders';

let cluster: TestCluster;
let kubeConfig: KubeConfig;

beforeAll(async () => {
  cluster = await startTestCluster();
  kubeConfig = cluster.kubeConfig('admin');
});

afterAll(() => cluster?.stop());

const deployment = (image: string, extra: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'orders', namespace },
  spec: {
    selector: { matchLabels: { app: 'orders' } },
    template: {
      metadata: { labels: { app: 'orders' } },
      spec: {
        containers: [
          {
            name: 'app',
            image,
            resources: { requests: { cpu: '100m', memory: '64Mi' } },
          },
        ],
      },
    },
    ...extra,
  },
});

const apply = (
  object: { apiVersion: string; kind: string },
  manager = 'test',
  force = false,
) =>
  KubernetesObjectApi.makeApiClient(kubeConfig).patch(
    object,
    undefined,
    undefined,
    manager,
    force,
    PatchStrategy.ServerSideApply,
  );

describe('a simulated cluster', () => {
  it('runs what is applied, and rolls a new image out', async () => {
    const core = kubeConfig.makeApiClient(CoreV1Api);
    const apps = kubeConfig.makeApiClient(AppsV1Api);
    await core.createNamespace({ body: { metadata: { name: namespace } } });
    await apply(deployment('registry/orders:1', { replicas: 3 }));
    await until(async () => {
      const { status } = await apps.readNamespacedDeployment({
        namespace,
        name: 'orders',
      });
      return status?.availableReplicas === 3;
    });

    let fewest = 3;
    const watch = new Watch(kubeConfig);
    const abort = await watch.watch(
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      {},
      (_, object) => {
        fewest = Math.min(fewest, object.status?.availableReplicas ?? 3);
      },
      () => {},
    );
    await apply(
      deployment('registry/orders:2', {
        replicas: 3,
        strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: '25%' } },
      }),
    );
    await until(async () => {
      const { items } = await core.listNamespacedPod({ namespace });
      return (
        items.length === 3 &&
        items.every(
          pod => pod.spec?.containers[0].image === 'registry/orders:2',
        )
      );
    });
    abort.abort();
    expect(fewest).toBe(3);
  });

  it('follows the load with an autoscaler', async () => {
    await apply({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name: 'orders', namespace },
      spec: {
        scaleTargetRef: {
          apiVersion: 'apps/v1',
          kind: 'Deployment',
          name: 'orders',
        },
        minReplicas: 3,
        maxReplicas: 10,
        metrics: [
          {
            type: 'Resource',
            resource: {
              name: 'cpu',
              target: { type: 'Utilization', averageUtilization: 70 },
            },
          },
        ],
      },
    } as { apiVersion: string; kind: string });
    cluster.standIn.setLoad(namespace, 'orders', 140);
    const autoscaling = kubeConfig.makeApiClient(AutoscalingV2Api);
    const scaled = await until(async () => {
      const hpa = await autoscaling.readNamespacedHorizontalPodAutoscaler({
        namespace,
        name: 'orders',
      });
      return (hpa.status?.currentReplicas ?? 0) >= 6 && hpa;
    });
    expect(scaled.status?.conditions?.map(({ type }) => type).sort()).toEqual([
      'AbleToScale',
      'ScalingActive',
      'ScalingLimited',
    ]);
  });

  it('refuses what another manager owns, and says whose it is', async () => {
    await expect(
      apply(deployment('registry/orders:3'), 'somebody'),
    ).rejects.toMatchObject({
      code: 409,
      body: expect.stringContaining('conflict with \\"test\\"'),
    });
  });
});
