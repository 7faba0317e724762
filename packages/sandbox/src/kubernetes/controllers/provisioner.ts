import { randomSuffix } from '../store';
import { on, runController, type ControllerContext } from './controller';
import { takesDaemon } from './daemonSets';
import { DO_NOT_DISRUPT, emptiestZone, NODE_POOL, ZONE, zones } from './nodes';
import { NodeClaims } from './nodeClaims';
import {
  fittingNode,
  incompatibility,
  nodePool,
  type NodePool,
} from './nodePools';
import { registerNode } from './nodeLifecycle';
import {
  controllerOf,
  isFinished,
  typed,
  type Node,
  type Pod,
} from './objects';
import { addRequests, NOTHING, requestsOf } from './placement';

const INSTANCE_TYPE = 'node.kubernetes.io/instance-type';
const BATCH_MS = 1_000;
const START_MS = 12_000;
const EMPTY_MS = 60_000;
const DRAIN_MS = 5_000;

/** A node that is being started. */
interface ComingNode {
  name: string;
  zone: string;
  /** The ordinary pods it is started for. */
  pods: Pod[];
  node: Node;
}

/** Starts nodes for pods that fit nowhere, and ends those that are empty. */
export class NodeProvisioner {
  readonly #context: ControllerContext;
  readonly #pool: NodePool;
  readonly #claims: NodeClaims;
  /** Pods that no node is being started for yet, by uid. */
  readonly #waiting = new Map<string, Pod>();
  readonly #starting = new Set<ComingNode>();
  /** Nodes that are empty, and end if they stay so. */
  readonly #ending = new Map<string, () => void>();
  readonly #emptiness: { stop(): void };
  #scheduled = false;

  constructor(context: ControllerContext) {
    this.#context = context;
    this.#pool = nodePool(context);
    this.#claims = new NodeClaims(context, this.#pool);
    const poolNodes = () =>
      context.store.list(typed.nodes).filter(isDisruptable);
    this.#emptiness = runController(context, {
      triggers: [
        on(typed.nodes, node => (isDisruptable(node) ? [node.metadata] : [])),
        // A pod that comes or goes changes the node that it is on.
        on(typed.pods, ({ spec }) =>
          spec.nodeName ? [{ name: spec.nodeName }] : [],
        ),
      ],
      reconcile: (_, name) => {
        const node = poolNodes().find(({ metadata }) => metadata.name === name);
        this.#watchEmpty(name, node);
      },
    });
  }

  stop() {
    this.#emptiness.stop();
  }

  /** Has a node made for a pod that fits on none. */
  consider(pod: Pod) {
    const { metadata } = pod;
    const nominated = [...this.#starting].some(({ pods }) =>
      pods.some(other => other.metadata.uid === metadata.uid),
    );
    if (nominated || controllerOf(pod)?.kind === 'DaemonSet') {
      return;
    }
    this.#waiting.set(metadata.uid ?? '', pod);
    if (!this.#scheduled) {
      this.#scheduled = true;
      this.#context.after(BATCH_MS, () => this.#provision());
    }
  }

  #provision() {
    this.#scheduled = false;
    const claims: ComingNode[] = [];
    const pods = [...this.#waiting.values()].filter(({ metadata }) => {
      const { namespace, name, uid } = metadata;
      const current = this.#context.store.get(typed.pods, namespace, name);
      return current?.metadata.uid === uid && !current?.spec.nodeName;
    });
    this.#waiting.clear();
    for (const pod of pods) {
      const problem = this.#assign(pod, claims);
      if (problem) {
        this.#context.events.record(
          pod,
          'Warning',
          'FailedScheduling',
          `Failed to schedule pod, incompatible with nodepool "${this.#pool.name}", ${problem}`,
          this.#pool.component,
        );
      }
    }
    claims.forEach(claim => this.#start(claim));
  }

  /** Puts a pod on a node to come. @returns why none ever will, if so. */
  #assign(pod: Pod, claims: ComingNode[]): string | undefined {
    const problem = incompatibility(this.#context, this.#pool, pod);
    if (problem) {
      return problem;
    }
    const zone = this.#zoneFor(pod, claims);
    for (const claim of [...this.#starting, ...claims]) {
      const node =
        claim.zone === zone && this.#nodeFor(claim, [...claim.pods, pod]);
      // What is being started already grows no more.
      if (node && (claims.includes(claim) || isSameType(node, claim.node))) {
        claim.pods.push(pod);
        claim.node = claims.includes(claim) ? node : claim.node;
        return undefined;
      }
    }
    const name = `${this.#pool.name}-${randomSuffix()}`;
    const node = this.#nodeFor({ name, zone }, [pod]);
    if (!node) {
      return 'no instance type satisfied resources and requirements';
    }
    claims.push({ name, zone, pods: [pod], node });
    return undefined;
  }

  #nodeFor(
    { name, zone }: { name: string; zone: string },
    pods: Pod[],
  ): Node | undefined {
    const options = { seed: name, zone, pods };
    const bare = fittingNode(this.#context, this.#pool, {
      ...options,
      daemons: NOTHING,
    });
    const daemons = this.#context.store
      .list(typed.daemonSets)
      .filter(({ spec }) => bare && takesDaemon(bare, spec.template.spec))
      .map(({ spec }) => requestsOf(spec.template.spec))
      .reduce(addRequests, NOTHING);
    return fittingNode(this.#context, this.#pool, { ...options, daemons });
  }

  /** Where the pod says; else where there are fewest of its kind, or nodes. */
  #zoneFor(pod: Pod, claims: ComingNode[]): string {
    const { store } = this.#context;
    const asked = pod.spec.nodeSelector?.[ZONE];
    const named = zones.find(zone => asked?.endsWith(zone));
    if (named) {
      return named;
    }
    const nodes = store.list(typed.nodes);
    const spread = (pod.spec.topologySpreadConstraints ?? []).some(
      ({ topologyKey }) => topologyKey === ZONE,
    );
    if (!spread && claims.length > 0) {
      return claims[0].zone;
    }
    const owner = controllerOf(pod)?.uid;
    const siblings = (list: Pod[]) =>
      list.filter(other => controllerOf(other)?.uid === owner).length;
    const pods = store.list(typed.pods);
    const counted = nodes.flatMap(({ metadata }) => {
      const here = pods.filter(({ spec }) => spec.nodeName === metadata.name);
      const times = spread ? siblings(here) : 1;
      return Array<string | undefined>(times).fill(metadata.labels?.[ZONE]);
    });
    const coming = [...this.#starting, ...claims].flatMap(claim =>
      Array<string>(spread ? siblings(claim.pods) : 1).fill(claim.zone),
    );
    return emptiestZone([...counted, ...coming]);
  }

  #start(claim: ComingNode) {
    const { events, after, store } = this.#context;
    this.#starting.add(claim);
    this.#claims.launch(claim.name, claim.node);
    for (const pod of claim.pods) {
      events.record(
        pod,
        'Normal',
        'Nominated',
        `Pod should schedule on: nodeclaim/${claim.name}`,
        this.#pool.component,
      );
    }
    after(START_MS, () => {
      this.#starting.delete(claim);
      const wanted = claim.pods.some(({ metadata }) => {
        const pod = store.get(typed.pods, metadata.namespace, metadata.name);
        return pod?.metadata.uid === metadata.uid;
      });
      if (wanted) {
        registerNode(this.#context, claim.node);
        this.#claims.join(claim.name, claim.node);
      } else {
        this.#claims.cancel(claim.name);
      }
    });
  }

  /** Ends a node that stays empty for a while. */
  #watchEmpty(name: string, node: Node | undefined) {
    const empty = node !== undefined && this.#isEmpty(name);
    if (!empty) {
      this.#ending.get(name)?.();
      this.#ending.delete(name);
    } else if (!this.#ending.has(name)) {
      this.#ending.set(
        name,
        this.#context.after(EMPTY_MS, () => this.#end(name)),
      );
    }
  }

  #isEmpty(name: string): boolean {
    return this.#context.store
      .list(typed.pods, { fieldSelector: `spec.nodeName=${name}` })
      .every(pod => isFinished(pod) || controllerOf(pod)?.kind === 'DaemonSet');
  }

  #end(name: string) {
    const { store, events, after } = this.#context;
    const node = store.get(typed.nodes, undefined, name);
    if (!node || !this.#isEmpty(name)) {
      return;
    }
    events.record(
      node,
      'Normal',
      'DisruptionTerminating',
      'Disrupting Node: Empty',
      this.#pool.component,
    );
    store.update(typed.nodes, {
      ...node,
      spec: {
        ...node.spec,
        taints: [
          ...(node.spec.taints ?? []),
          { key: 'karpenter.sh/disrupted', effect: 'NoSchedule' },
        ],
      },
    });
    after(DRAIN_MS, () => {
      this.#ending.delete(name);
      if (store.get(typed.nodes, undefined, name)) {
        store.remove(typed.nodes, undefined, name);
      }
      this.#claims.leave(name);
    });
  }
}

const isSameType = (a: Node, b: Node) =>
  a.metadata.labels?.[INSTANCE_TYPE] === b.metadata.labels?.[INSTANCE_TYPE];

/** Whether a node may be ended when it is empty. */
const isDisruptable = ({ metadata }: Node) =>
  metadata.labels?.[NODE_POOL] !== undefined &&
  metadata.annotations?.[DO_NOT_DISRUPT] !== 'true';
