import { matchingFargateProfile } from './fargate';
import type { ControllerContext } from './controller';
import { emptiestZone, newNode } from './nodes';
import { typed, type Node, type Pod } from './objects';
import { parseQuantity } from './quantity';

const NODE_START_MS = 12_000;
const FARGATE_START_MS = 9_000;
const ZONE = 'topology.kubernetes.io/zone';

/** Finds a place for a pod, or has one made. */
export class Scheduler {
  readonly #context: ControllerContext;
  /** Fargate pods that a machine is being started for, by uid. */
  readonly #waiting = new Set<string>();
  /** Who waits for the node that is being started; one at a time. */
  #starting: Set<() => void> | undefined;
  #nodesMade = 0;

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /**
   * @param retry - called when a new node may take the pod.
   * @returns the node to run on; undefined while there is none.
   */
  place(pod: Pod, retry: () => void): Node | undefined {
    const profile = matchingFargateProfile(
      this.#context.cluster.compute.fargateProfiles ?? [],
      pod.metadata.namespace ?? '',
      pod.metadata.labels ?? {},
    );
    if (profile) {
      return this.#fargate(pod, retry);
    }
    const nodes = this.#context.store
      .list(typed.nodes)
      .filter(node => !isFargate(node));
    const fitting = nodes.filter(node => this.#fits(pod, node));
    if (fitting.length > 0) {
      return this.#spread(pod, fitting);
    }
    this.#unschedulable(pod, nodes);
    this.#grow(pod, nodes, retry);
    return undefined;
  }

  #fits(pod: Pod, node: Node): boolean {
    const there = this.#context.store
      .list(typed.pods)
      .filter(
        ({ spec, status }) =>
          spec.nodeName === node.metadata.name &&
          status?.phase !== 'Succeeded' &&
          status?.phase !== 'Failed',
      );
    const enough = (name: 'cpu' | 'memory') =>
      there.reduce((used, other) => used + request(other, name), 0) +
        request(pod, name) <=
      parseQuantity(node.status.allocatable[name]) * 0.94;
    const selected = Object.entries(pod.spec.nodeSelector ?? {}).every(
      ([key, value]) => node.metadata.labels?.[key] === value,
    );
    return (
      selected &&
      there.length < Number(node.status.allocatable.pods) &&
      enough('cpu') &&
      enough('memory')
    );
  }

  /** The zone and the node with the fewest pods of the same workload. */
  #spread(pod: Pod, nodes: Node[]): Node {
    const owner = pod.metadata.ownerReferences?.[0]?.uid;
    const siblings = this.#context.store
      .list(typed.pods, { namespace: pod.metadata.namespace })
      .filter(other => other.metadata.ownerReferences?.[0]?.uid === owner);
    const zoneOf = new Map(
      this.#context.store
        .list(typed.nodes)
        .map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE]]),
    );
    const score = (node: Node) => {
      const zone = node.metadata.labels?.[ZONE];
      const inZone = siblings.filter(
        ({ spec }) => spec.nodeName && zoneOf.get(spec.nodeName) === zone,
      ).length;
      const here = siblings.filter(
        ({ spec }) => spec.nodeName === node.metadata.name,
      ).length;
      return inZone * 100 + here;
    };
    return [...nodes].sort((a, b) => score(a) - score(b))[0];
  }

  #unschedulable(pod: Pod, nodes: Node[]) {
    const { store, timestamp, events, cluster } = this.#context;
    const message =
      nodes.length > 0
        ? `0/${nodes.length} nodes are available: ${nodes.length} Insufficient cpu. preemption: 0/${nodes.length} nodes are available: ${nodes.length} No preemption victims found for incoming pod.`
        : noNodes(cluster.compute.kind);
    const known = pod.status?.conditions?.find(
      ({ type }) => type === 'PodScheduled',
    );
    if (known?.message === message) {
      return;
    }
    events.record(
      pod,
      'Warning',
      'FailedScheduling',
      message,
      'default-scheduler',
    );
    store.updateStatus(typed.pods, {
      ...pod,
      status: {
        ...pod.status,
        phase: 'Pending',
        conditions: [
          {
            type: 'PodScheduled',
            status: 'False',
            reason: 'Unschedulable',
            message,
            lastTransitionTime: timestamp(),
          },
        ],
      },
    });
  }

  #grow(pod: Pod, nodes: Node[], retry: () => void) {
    const { cluster, events, after } = this.#context;
    const { kind, karpenter } = cluster.compute;
    if (kind !== 'auto-mode' && !karpenter) {
      return;
    }
    if (this.#starting) {
      // There may be room beside the others; if not, it asks again.
      this.#starting.add(retry);
      return;
    }
    this.#starting = new Set([retry]);
    const autoMode = kind === 'auto-mode';
    const seed = `scaled-${nodes.length}-${this.#nodesMade++}`;
    events.record(
      pod,
      'Normal',
      'Nominated',
      `Pod should schedule on: nodeclaim/${
        autoMode ? 'general-purpose' : 'default'
      }-${seed}`,
      'karpenter',
    );
    after(NODE_START_MS, () => {
      const waiting = this.#starting ?? [];
      this.#starting = undefined;
      this.#makeNode(
        newNode(cluster, {
          seed: `${seed}-${pod.metadata.uid}`,
          kind: autoMode ? 'auto-mode' : 'karpenter',
          zone: emptiestZone(this.#context.store.list(typed.nodes)),
          instanceType: 'c7g.large',
          now: this.#context.timestamp(),
        }),
      );
      waiting.forEach(ask => ask());
    });
  }

  /** Fargate gives every pod a machine of its own. */
  #fargate(pod: Pod, retry: () => void): Node | undefined {
    const { cluster, store, after, timestamp } = this.#context;
    const uid = pod.metadata.uid ?? '';
    const node = newNode(cluster, {
      seed: `fargate-${uid}`,
      kind: 'fargate',
      zone: emptiestZone(store.list(typed.nodes)),
      cpu: '2',
      memory: '8Gi',
      now: timestamp(),
    });
    const made = store.get(typed.nodes, undefined, node.metadata.name);
    if (made) {
      return made;
    }
    if (!this.#waiting.has(uid)) {
      this.#waiting.add(uid);
      after(FARGATE_START_MS, () => {
        this.#waiting.delete(uid);
        if (store.get(typed.pods, pod.metadata.namespace, pod.metadata.name)) {
          this.#makeNode(node);
          retry();
        }
      });
    }
    return undefined;
  }

  #makeNode(node: Node) {
    if (!this.#context.store.get(typed.nodes, undefined, node.metadata.name)) {
      this.#context.store.create(typed.nodes, node);
    }
  }

  /** A Fargate node goes with its pod; others are kept. */
  release(pod: Pod) {
    const { store } = this.#context;
    const node =
      pod.spec.nodeName && store.get(typed.nodes, undefined, pod.spec.nodeName);
    if (node && isFargate(node)) {
      store.remove(typed.nodes, undefined, node.metadata.name);
    }
  }
}

function noNodes(kind: string): string {
  return kind === 'fargate'
    ? '0/0 nodes are available: the pod matches no Fargate profile of the cluster and there are no other nodes.'
    : 'no nodes available to schedule pods';
}

const isFargate = (node: Node) =>
  node.metadata.labels?.['eks.amazonaws.com/compute-type'] === 'fargate';

/** What all containers of a pod request, in cores or bytes. */
export function request(pod: Pod, name: 'cpu' | 'memory'): number {
  return pod.spec.containers.reduce(
    (sum, { resources }) =>
      sum +
      parseQuantity(resources?.requests?.[name] ?? resources?.limits?.[name]),
    0,
  );
}
