import { toError } from '@backstage/errors';
import type { JsonObject } from '@backstage/types';
import {
  toPodParts,
  type PodDetails,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { askCluster } from '../kubernetes/askCluster';
import { requestObject } from '../kubernetes/clusterRequest';
import type { Member } from '../kubernetes/members';

/** How long a cluster has to tell of a pod's events. */
const EVENTS_TIMEOUT_MS = 5_000;
/** How many are asked for. */
const MAXIMUM_EVENTS = 200;

/**
 * Everything about one pod: from memory, but for its events, which are asked
 * for. A pod whose events cannot be read is told without them.
 */
export async function readPod(
  member: Member,
  signal: AbortSignal,
): Promise<PodDetails> {
  const events = await readEvents(member, signal).then(
    items => ({ items }),
    error => ({ items: [], problem: toError(error).message }),
  );
  return {
    object: withoutWeight(member.object),
    ...toPodParts(member.object, events.items),
    ...('problem' in events && { eventsProblem: events.problem }),
  };
}

async function readEvents(
  { cluster, object }: Member,
  signal: AbortSignal,
): Promise<unknown[]> {
  const { namespace = '', name = '', uid } = object.metadata ?? {};
  const end = AbortSignal.any([signal, AbortSignal.timeout(EVENTS_TIMEOUT_MS)]);
  const query = new URLSearchParams({
    fieldSelector: uid
      ? `involvedObject.uid=${uid}`
      : `involvedObject.kind=Pod,involvedObject.name=${name}`,
    limit: String(MAXIMUM_EVENTS),
  });
  const { items } = await askCluster(
    cluster,
    { action: `list the events of pod \`${name}\``, signal: end },
    kubeConfig =>
      requestObject(kubeConfig, {
        method: 'GET',
        path: `/api/v1/namespaces/${encodeURIComponent(
          namespace,
        )}/events?${query}`,
        signal: end,
      }),
  );
  return Array.isArray(items) ? items : [];
}

/** A copy as plain JSON, without what no person reads. */
function withoutWeight(object: object): JsonObject {
  const copy: JsonObject & { metadata?: JsonObject } = JSON.parse(
    JSON.stringify(object),
  );
  delete copy.metadata?.managedFields;
  return copy;
}
