import { createHash } from 'node:crypto';
import { runController, type ControllerContext } from './controller';
import { isReady, typed, type EndpointSlice, type Pod } from './objects';
import { ownerReference } from './objects';

/** Service → EndpointSlice. */
export function runServices(context: ControllerContext) {
  const { store } = context;
  return runController(context, {
    triggers: [
      { kind: typed.services },
      {
        kind: typed.pods,
        key: pod =>
          store
            .list(typed.services, { namespace: pod.metadata.namespace })
            .filter(({ spec }) => selects(spec.selector, pod.metadata.labels))
            .map(({ metadata }) => metadata),
      },
    ],
    reconcile(namespace, name) {
      const service = store.get(typed.services, namespace, name);
      if (!service?.spec.selector) {
        return;
      }
      const pods = store
        .list(typed.pods, { namespace })
        .filter(
          pod =>
            selects(service.spec.selector, pod.metadata.labels) &&
            pod.status?.podIP,
        );
      const sliceName = `${name}-${createHash('sha256')
        .update(service.metadata.uid ?? '')
        .digest('hex')
        .slice(0, 5)}`;
      const slice: EndpointSlice = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: sliceName,
          namespace,
          labels: {
            ...service.metadata.labels,
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by':
              'endpointslice-controller.k8s.io',
          },
          ownerReferences: [ownerReference(service)],
        },
        addressType: 'IPv4',
        endpoints: pods.map(pod => endpoint(context, pod)),
        ports: (service.spec.ports ?? []).map(port => ({
          name: port.name ?? '',
          port: targetPort(port, pods[0]),
          protocol: port.protocol ?? 'TCP',
        })),
      };
      const before = store.get(typed.endpointSlices, namespace, sliceName);
      if (!before) {
        store.create(typed.endpointSlices, slice);
      } else {
        const { endpoints, ports } = slice;
        store.update(typed.endpointSlices, { ...before, endpoints, ports });
      }
    },
  });
}

function selects(
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
  pod: Pod,
): EndpointSlice['endpoints'][number] {
  const node =
    pod.spec.nodeName && store.get(typed.nodes, undefined, pod.spec.nodeName);
  const ready = isReady(pod);
  return {
    addresses: [pod.status?.podIP ?? ''],
    conditions: {
      ready,
      serving: ready,
      terminating: Boolean(pod.metadata.deletionTimestamp),
    },
    nodeName: pod.spec.nodeName,
    ...(node && {
      zone: node.metadata.labels?.['topology.kubernetes.io/zone'],
    }),
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
