import type { PodStatusFetchResponse } from '@backstage/plugin-kubernetes-common';
import type {
  KubernetesObject,
  PodMetric,
  V1Pod,
} from '@kubernetes/client-node';

const isPod = (object: KubernetesObject): object is V1Pod =>
  'spec' in object &&
  typeof object.spec === 'object' &&
  object.spec !== null &&
  'containers' in object.spec &&
  Array.isArray(object.spec.containers);

const isPodMetric = (
  object: KubernetesObject,
): object is KubernetesObject & PodMetric =>
  'containers' in object && Array.isArray(object.containers);

/**
 * Usage of pods beside their requests and limits, as the Kubernetes backend
 * has it computed by the Kubernetes client.
 */
export async function podStatus(
  pods: KubernetesObject[],
  metrics: KubernetesObject[],
): Promise<PodStatusFetchResponse> {
  // The client comes as an ECMAScript module only.
  const { CoreV1Api, KubeConfig, Metrics, topPods } =
    await import('@kubernetes/client-node');
  // Nobody is asked: both lists are there already.
  const nowhere = new KubeConfig();
  nowhere.loadFromClusterAndUser(
    {
      name: 'memory',
      server: 'https://unused.invalid',
      skipTLSVerify: false,
    },
    { name: 'memory' },
  );
  const core = nowhere.makeApiClient(CoreV1Api);
  core.listPodForAllNamespaces = async () => ({ items: pods.filter(isPod) });
  const usage = new Metrics(nowhere);
  usage.getPodMetrics = async () => ({
    kind: 'PodMetricsList',
    apiVersion: 'metrics.k8s.io/v1beta1',
    metadata: { selfLink: '' },
    items: metrics.filter(isPodMetric),
  });
  return { type: 'podstatus', resources: await topPods(core, usage) };
}
