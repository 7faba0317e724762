import { on, runController, type ControllerContext } from './controller';
import { DO_NOT_DISRUPT, isFargate, newNode, zones } from './nodes';
import { typed, type Node } from './objects';

/** The machines that a cluster has from its start, one in each zone. */
const FIRST = {
  'managed-nodes': {
    kind: 'managed',
    pool: 'general',
    arch: 'arm64',
    size: { instanceType: 'm7g.large', cpu: 2, memoryGiB: 8, pods: 29 },
  },
  'auto-mode': {
    kind: 'auto-mode',
    pool: 'general-purpose',
    arch: 'amd64',
    size: { instanceType: 'c6a.large', cpu: 2, memoryGiB: 4, pods: 29 },
  },
} as const;

/** Puts a node into the cluster, and tells that it is ready. */
export function registerNode({ store, events }: ControllerContext, node: Node) {
  const { name } = node.metadata;
  const created = store.create(typed.nodes, node);
  events.record(
    created,
    'Normal',
    'RegisteredNode',
    `Node ${name} event: Registered Node ${name} in Controller`,
    'node-controller',
  );
  events.record(
    created,
    'Normal',
    'NodeReady',
    `Node ${name} status is now: NodeReady`,
    { component: 'kubelet', host: name },
  );
}

/** A node in each zone, where pods do not run on Fargate. */
export function startFirstNodes(context: ControllerContext) {
  const { store, cluster, timestamp, addresses } = context;
  const { kind } = cluster.compute;
  if (kind === 'fargate' || store.list(typed.nodes).length > 0) {
    return;
  }
  for (const zone of zones) {
    const node = newNode(cluster, {
      ...FIRST[kind],
      seed: `first/${zone}`,
      zone,
      address: addresses.take(`first/${zone}`),
      now: timestamp(),
    });
    registerNode(context, {
      ...node,
      metadata: {
        ...node.metadata,
        // They stay when they are empty, so that a service starts at once.
        ...(kind === 'auto-mode' && {
          annotations: {
            ...node.metadata.annotations,
            [DO_NOT_DISRUPT]: 'true',
          },
        }),
      },
    });
  }
}

/** Pods go with their node, and a machine of Fargate with its pod. */
export function runPodCollector(context: ControllerContext) {
  const { store } = context;
  return runController(context, {
    triggers: [
      on(typed.nodes, ({ metadata }, type) =>
        type === 'DELETED' ? [{ name: metadata.name }] : [],
      ),
      on(typed.pods, ({ spec }, type) =>
        type === 'DELETED' && spec.nodeName ? [{ name: spec.nodeName }] : [],
      ),
    ],
    reconcile(_, name) {
      const node = store.get(typed.nodes, undefined, name);
      const pods = store.list(typed.pods, {
        fieldSelector: `spec.nodeName=${name}`,
      });
      if (!node) {
        pods.forEach(({ metadata }) =>
          store.remove(typed.pods, metadata.namespace, metadata.name, {
            gracePeriodSeconds: 0,
          }),
        );
      } else if (isFargate(node) && pods.length === 0) {
        store.remove(typed.nodes, undefined, name);
      }
    },
  });
}
