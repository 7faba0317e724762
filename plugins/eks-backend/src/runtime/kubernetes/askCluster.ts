import type { KubeConfig } from '@kubernetes/client-node';
import type { WatchableCluster } from '@slipway/backstage-plugin-eks-node';
import { callCluster } from '@slipway/backstage-plugin-eks-node/resources';

/**
 * Connects to a cluster and asks it something. Waits no longer than the signal
 * says, whatever the credentials or the cluster are waiting for.
 *
 * @param action - for the message of an error, such as "delete pod `orders-1`"
 */
export async function askCluster<T>(
  cluster: WatchableCluster,
  options: { action: string; signal: AbortSignal },
  ask: (kubeConfig: KubeConfig) => Promise<T>,
): Promise<T> {
  const { action, signal } = options;
  let listener = () => {};
  const aborted = new Promise<never>((_, reject) => {
    listener = () => reject(signal.reason);
    signal.addEventListener('abort', listener, { once: true });
  });
  try {
    return await callCluster({ clusterName: cluster.title, action }, () => {
      signal.throwIfAborted();
      return Promise.race([cluster.connect().then(ask), aborted]);
    });
  } finally {
    signal.removeEventListener('abort', listener);
  }
}
