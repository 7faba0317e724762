import type { KubeConfig } from '@kubernetes/client-node';
import { openKubernetes, parseObject, readText } from './request';

export { KubernetesStatusError } from './request';

/** The most that is read of one answer, in bytes. */
const MAXIMUM_BYTES = 4 * 1024 * 1024;

/**
 * GETs one path of a cluster's API.
 *
 * @throws KubernetesStatusError for statuses from 300 on.
 */
export async function readKubernetes(
  kubeConfig: KubeConfig,
  path: string,
  signal: AbortSignal,
): Promise<Record<string, unknown>> {
  const response = await openKubernetes(kubeConfig, path, { signal });
  return parseObject(await readText(response, MAXIMUM_BYTES));
}
