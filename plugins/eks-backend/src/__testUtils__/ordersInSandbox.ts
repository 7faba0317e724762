import { kinds, type KubernetesObject, type Sandbox } from '@slipway/sandbox';

const labels = { 'backstage.io/kubernetes-id': 'orders' };
const selector = { app: 'orders' };

/** Resolves when something holds; a test's own timeout is the limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
}

/** Names of the pods of a namespace that are ready. */
export function readyPods(
  sandbox: Sandbox,
  cluster: string,
  namespace: string,
): string[] {
  return sandbox
    .cluster(cluster)
    .store.list(kinds.pods, { namespace })
    .filter(
      pod =>
        !pod.metadata.deletionTimestamp &&
        JSON.stringify(pod).includes('"type":"Ready","status":"True"'),
    )
    .map(({ metadata }) => metadata.name);
}

/**
 * Runs a service in a cluster of the sandbox, in a namespace that belongs to an
 * entity or to nobody, and waits until its pods are ready.
 */
export async function runOrders(
  sandbox: Sandbox,
  cluster: string,
  options: { namespace: string; owner?: string; replicas?: number },
): Promise<void> {
  const { namespace, owner, replicas = 2 } = options;
  const { store } = sandbox.cluster(cluster);
  store.create(kinds.namespaces, {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      ...(owner && { annotations: { 'slipway.io/entity': owner } }),
    },
  });
  const deployment: KubernetesObject & { spec: object } = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'orders', namespace, labels },
    spec: {
      replicas,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...labels, ...selector } },
        spec: {
          containers: [
            {
              name: 'orders',
              image: 'registry.example.com/orders:v1',
              resources: {
                requests: { cpu: '100m', memory: '128Mi' },
                limits: { memory: '128Mi' },
              },
            },
          ],
        },
      },
    },
  };
  sandbox.cluster(cluster).seed([deployment]);
  await until(() => readyPods(sandbox, cluster, namespace).length === replicas);
}
