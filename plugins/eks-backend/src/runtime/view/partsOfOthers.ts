import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject } from '../kubernetes/clusterRequest';

/** More of a message is not shown either. */
const MAXIMUM_MESSAGE = 2_000;

/** Only what the model reads of each of up to a hundred endpoints. */
export function partOfSlice(slice: KubernetesObject): KubernetesObject {
  const { metadata, endpoints }: KubernetesObject & { endpoints?: unknown } =
    slice;
  const part = {
    metadata: { namespace: metadata?.namespace, labels: metadata?.labels },
    ...(Array.isArray(endpoints) && {
      endpoints: endpoints.map(endpoint => {
        const { addresses, conditions, targetRef } = isObject(endpoint)
          ? endpoint
          : {};
        return { addresses, conditions, targetRef };
      }),
    }),
  };
  return part;
}

/** Fields of an event that are kept as they are. */
const TOLD = [
  'type',
  'reason',
  'count',
  'source',
  'series',
  'eventTime',
  'firstTimestamp',
  'lastTimestamp',
  'reportingComponent',
];

/** What `toEvent` of the model reads, and whom it is about. */
export function partOfEvent(event: KubernetesObject): KubernetesObject {
  const fields: Record<string, unknown> = { ...event };
  const { message, involvedObject } = fields;
  const { kind, namespace, name } = isObject(involvedObject)
    ? involvedObject
    : {};
  const part = {
    metadata: {
      uid: event.metadata?.uid,
      creationTimestamp: event.metadata?.creationTimestamp,
    },
    involvedObject: { kind, namespace, name },
    message:
      typeof message === 'string' ? message.slice(0, MAXIMUM_MESSAGE) : message,
    ...Object.fromEntries(TOLD.map(field => [field, fields[field]])),
  };
  return part;
}
