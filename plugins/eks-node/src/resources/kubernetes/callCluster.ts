import { mapKubernetesError } from '../../kubernetes/mapKubernetesError';

/**
 * A request to a cluster, for the message of its error.
 *
 * @public
 */
export interface ClusterCall {
  clusterName: string;
  /** What is asked, such as "read Namespace `orders`". */
  action: string;
  signal?: AbortSignal;
}

/**
 * Makes a request to a cluster, and says in its error what was asked of which
 * cluster and what to do. When the task was cancelled, the error is that.
 *
 * @public
 */
export async function callCluster<T>(
  { signal, ...context }: ClusterCall,
  call: () => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    throw mapKubernetesError(error, context);
  }
}
