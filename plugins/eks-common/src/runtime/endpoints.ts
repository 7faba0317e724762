import { keyOf, listOf, textOf } from './kubernetes';

/** An EndpointSlice as far as it is looked at. */
export interface EndpointSlice {
  metadata?: { namespace?: string; labels?: Record<string, string> };
  endpoints?: {
    addresses?: string[];
    conditions?: { ready?: boolean; terminating?: boolean };
    targetRef?: { kind?: string; namespace?: string; name?: string };
  }[];
}

/** How many endpoints of a Service get requests. */
export interface Endpoints {
  ready: number;
  /** Without those that end. */
  total: number;
  draining: number;
}

const SERVICE_NAME = 'kubernetes.io/service-name';

/**
 * The endpoints of each Service, by its namespace and name. A pod with an
 * address of each family is in two slices, and is one endpoint.
 */
export function toEndpoints(
  slices: readonly EndpointSlice[],
): Map<string, Endpoints> {
  const services = new Map<string, Map<string, Endpoint>>();
  for (const { metadata, endpoints } of listOf(slices)) {
    const name = textOf(metadata?.labels?.[SERVICE_NAME]);
    const key =
      name && keyOf({ metadata: { namespace: metadata?.namespace, name } });
    if (key) {
      const known = services.get(key) ?? new Map<string, Endpoint>();
      services.set(key, known);
      for (const endpoint of listOf(endpoints)) {
        const { conditions, targetRef, addresses } = endpoint;
        const id =
          textOf(targetRef?.name) ?? textOf(listOf(addresses)[0]) ?? '';
        known.set(id, {
          // What is not said is so, as Kubernetes has it.
          ready: conditions?.ready !== false || known.get(id)?.ready === true,
          draining: conditions?.terminating === true,
        });
      }
    }
  }
  return new Map(
    [...services].map(([key, endpoints]) => [key, count(endpoints.values())]),
  );
}

interface Endpoint {
  ready: boolean;
  draining: boolean;
}

function count(endpoints: Iterable<Endpoint>): Endpoints {
  const counted = { ready: 0, total: 0, draining: 0 };
  for (const { ready, draining } of endpoints) {
    counted.draining += draining ? 1 : 0;
    counted.total += draining ? 0 : 1;
    counted.ready += ready && !draining ? 1 : 0;
  }
  return counted;
}
