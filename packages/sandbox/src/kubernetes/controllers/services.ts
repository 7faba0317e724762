import { createHash } from 'node:crypto';
import { on, runController, type ControllerContext } from './controller';
import { ZONE } from './nodes';
import {
  isFinished,
  ownerReference,
  servesTraffic,
  typed,
  type Endpoint,
  type EndpointAddress,
  type EndpointPort,
  type Pod,
  type Service,
} from './objects';

/** So many endpoints are in a slice. */
const SLICE_SIZE = 100;
const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';

/** Service → EndpointSlice and, for those who still read them, Endpoints. */
export function runServices(context: ControllerContext) {
  const { store } = context;
  const selecting = (pod: Pod | undefined) =>
    store
      .list(typed.services, { namespace: pod?.metadata.namespace })
      .filter(({ spec }) => selects(spec.selector, pod?.metadata.labels))
      .map(({ metadata }) => metadata);
  return runController(context, {
    triggers: [
      on(typed.services),
      on(typed.pods, (pod, _, previous) => [
        ...selecting(pod),
        // It may not be selected any more.
        ...(previous ? selecting(previous) : []),
      ]),
    ],
    reconcile(namespace, name) {
      const service = store.get(typed.services, namespace, name);
      if (!service?.spec.selector || service.metadata.deletionTimestamp) {
        return;
      }
      const pods = store
        .list(typed.pods, { namespace })
        .filter(
          pod =>
            selects(service.spec.selector, pod.metadata.labels) &&
            pod.status?.podIP &&
            !isFinished(pod),
        );
      const endpoints = pods.map(pod => endpoint(context, service, pod));
      const ports = (service.spec.ports ?? []).map(port => ({
        name: port.name ?? '',
        port: targetPort(port, pods[0]),
        protocol: port.protocol ?? 'TCP',
      }));
      writeSlices(context, service, endpoints, ports);
      writeEndpoints(context, service, endpoints, ports);
    },
  });
}

export function selects(
  selector: Record<string, string> | undefined,
  labels: Record<string, string> = {},
): boolean {
  const wanted = Object.entries(selector ?? {});
  return (
    wanted.length > 0 && wanted.every(([key, value]) => labels[key] === value)
  );
}

function endpoint(
  { store }: ControllerContext,
  { spec }: Service,
  pod: Pod,
): Endpoint {
  const node = store.get(typed.nodes, undefined, pod.spec.nodeName ?? '');
  const zone = node?.metadata.labels?.[ZONE];
  const terminating = Boolean(pod.metadata.deletionTimestamp);
  const serving = servesTraffic(pod);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: {
      ready:
        (serving && !terminating) || Boolean(spec.publishNotReadyAddresses),
      serving,
      terminating,
    },
    nodeName: pod.spec.nodeName,
    ...(zone && { zone }),
    targetRef: {
      kind: 'Pod',
      name: pod.metadata.name,
      namespace: pod.metadata.namespace,
      uid: pod.metadata.uid,
    },
  };
}

function targetPort(
  { port, targetPort: target }: { port: number; targetPort?: number | string },
  pod: Pod | undefined,
): number {
  if (typeof target === 'number') {
    return target;
  }
  const named = pod?.spec.containers
    .flatMap(({ ports }) => ports ?? [])
    .find(({ name }) => name === target);
  return named?.containerPort ?? port;
}

function writeSlices(
  { store }: ControllerContext,
  service: Service,
  endpoints: Endpoint[],
  ports: EndpointPort[],
) {
  const { name, namespace, uid = '', labels } = service.metadata;
  const nameOf = (index: number) =>
    `${name}-${createHash('sha256')
      .update(index === 0 ? uid : `${uid}/${index}`)
      .digest('hex')
      .slice(0, 5)}`;
  const count = Math.max(1, Math.ceil(endpoints.length / SLICE_SIZE));
  for (let index = 0; index < count; index += 1) {
    const part = endpoints.slice(index * SLICE_SIZE, (index + 1) * SLICE_SIZE);
    const slice = store.get(typed.endpointSlices, namespace, nameOf(index));
    if (slice) {
      store.update(typed.endpointSlices, { ...slice, endpoints: part, ports });
    } else {
      store.create(typed.endpointSlices, {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: nameOf(index),
          generateName: `${name}-`,
          namespace,
          labels: {
            ...labels,
            'kubernetes.io/service-name': name,
            [MANAGED_BY]: 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [ownerReference(service)],
        },
        addressType: 'IPv4',
        endpoints: part,
        ports,
      });
    }
  }
  // There were more pods.
  for (
    let index = count;
    store.get(typed.endpointSlices, namespace, nameOf(index));
    index += 1
  ) {
    store.remove(typed.endpointSlices, namespace, nameOf(index));
  }
}

function writeEndpoints(
  { store }: ControllerContext,
  { metadata }: Service,
  endpoints: Endpoint[],
  ports: EndpointPort[],
) {
  const { name, namespace, labels } = metadata;
  const addresses = (ready: boolean): EndpointAddress[] =>
    endpoints
      .filter(
        ({ conditions }) =>
          conditions.ready === ready && !conditions.terminating,
      )
      .map(({ addresses: [ip], nodeName, targetRef }) => ({
        ip,
        nodeName,
        targetRef,
      }));
  const [ready, notReady] = [addresses(true), addresses(false)];
  const some = ready.length + notReady.length > 0;
  const subsets = some
    ? [
        {
          ...(ready.length > 0 && { addresses: ready }),
          ...(notReady.length > 0 && { notReadyAddresses: notReady }),
          ports,
        },
      ]
    : undefined;
  const known = store.get(typed.endpoints, namespace, name);
  if (known) {
    store.update(typed.endpoints, { ...known, subsets });
    return;
  }
  store.create(typed.endpoints, {
    apiVersion: 'v1',
    kind: 'Endpoints',
    metadata: {
      name,
      namespace,
      labels: {
        ...labels,
        'endpoints.kubernetes.io/managed-by': 'endpoint-controller',
      },
    },
    subsets,
  });
}
