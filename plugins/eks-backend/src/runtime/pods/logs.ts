import type { IncomingMessage } from 'node:http';
import { InputError } from '@backstage/errors';
import type { KubernetesObject } from '@kubernetes/client-node';
import { askCluster } from '../kubernetes/askCluster';
import { openRequest } from '../kubernetes/clusterRequest';
import type { Member } from '../kubernetes/members';
import type { LogsWanted } from '../schemas';
import { containerNames } from './containers';

/** How long a cluster has to begin with its answer. */
const BEGIN_TIMEOUT_MS = 15_000;
/** The most that is read at once, in bytes; what follows later has no end. */
const MAXIMUM_BYTES = 5 * 1024 * 1024;

const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

/** The container whose logs are meant: the pod's own choice, or its first. */
export function chooseContainer(
  pod: KubernetesObject,
  asked: string | undefined,
): string {
  const names = containerNames(pod);
  const chosen =
    asked ??
    names.find(
      name => name === pod.metadata?.annotations?.[DEFAULT_CONTAINER],
    ) ??
    names[0];
  if (!chosen || !names.includes(chosen)) {
    throw new InputError(
      `container: pod \`${pod.metadata?.name}\` has no \`${chosen}\`; choose one of ${names.join(', ')}`,
    );
  }
  return chosen;
}

/**
 * What a container writes, as it comes from the cluster.
 *
 * @param signal - fires when nobody reads any more
 * @throws InputError when there are no such logs, with the cluster's own reason
 */
export async function openLogs(
  { cluster, object }: Member,
  container: string,
  wanted: Pick<
    LogsWanted,
    'previous' | 'follow' | 'tailLines' | 'sinceSeconds'
  >,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { namespace = '', name = '' } = object.metadata ?? {};
  const query = new URLSearchParams({
    container,
    tailLines: String(wanted.tailLines),
    ...(wanted.previous && { previous: 'true' }),
    ...(wanted.follow
      ? { follow: 'true' }
      : { limitBytes: String(MAXIMUM_BYTES) }),
    ...(wanted.sinceSeconds && { sinceSeconds: String(wanted.sinceSeconds) }),
  });
  // The deadline is for the beginning alone: what is followed may be silent.
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new DOMException('too late', 'TimeoutError')),
    BEGIN_TIMEOUT_MS,
  );
  const end = AbortSignal.any([signal, late.signal]);
  try {
    return await askCluster(
      cluster,
      {
        action: `read the logs of container \`${container}\` of pod \`${name}\``,
        signal: end,
      },
      kubeConfig =>
        openRequest(kubeConfig, {
          method: 'GET',
          path: `/api/v1/namespaces/${encodeURIComponent(
            namespace,
          )}/pods/${encodeURIComponent(name)}/log?${query}`,
          signal: end,
        }),
    );
  } finally {
    clearTimeout(timer);
  }
}
