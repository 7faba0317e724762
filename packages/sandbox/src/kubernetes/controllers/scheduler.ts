import { on, runController, type ControllerContext } from './controller';
import { FARGATE_SCHEDULER, FargateScheduler } from './fargate';
import { ZONE } from './nodes';
import {
  controllerOf,
  findCondition,
  isFinished,
  typed,
  withCondition,
  type Node,
  type Pod,
} from './objects';
import {
  addRequests,
  findProblem,
  NOTHING,
  requestsOf,
  unschedulableMessage,
  usageByNode,
  type Requests,
} from './placement';
import { NodeProvisioner } from './provisioner';

const COMPONENT = 'default-scheduler';

const isWaiting = ({ metadata, spec }: Pod) =>
  !metadata.deletionTimestamp &&
  !spec.nodeName &&
  [undefined, COMPONENT, FARGATE_SCHEDULER].includes(spec.schedulerName);

function bind(
  { store, events, timestamp }: ControllerContext,
  pod: Pod,
  node: Node,
  component: string,
) {
  const { namespace, name } = pod.metadata;
  const nodeName = node.metadata.name;
  const bound = store.update(typed.pods, {
    ...pod,
    spec: { ...pod.spec, nodeName },
  });
  store.updateStatus(typed.pods, {
    ...bound,
    status: {
      phase: 'Pending',
      ...bound.status,
      conditions: [
        ...(bound.status?.conditions ?? []).filter(
          ({ type }) => type !== 'PodScheduled',
        ),
        {
          type: 'PodScheduled',
          status: 'True',
          lastTransitionTime: timestamp(),
        },
      ],
    },
  });
  events.record(
    bound,
    'Normal',
    'Scheduled',
    `Successfully assigned ${namespace}/${name} to ${nodeName}`,
    component,
  );
}

function reject(
  { store, events, timestamp }: ControllerContext,
  pod: Pod,
  message: string,
  component: string,
) {
  const known = findCondition(pod.status?.conditions, 'PodScheduled');
  if (known?.message === message) {
    return;
  }
  events.record(pod, 'Warning', 'FailedScheduling', message, component);
  store.updateStatus(typed.pods, {
    ...pod,
    status: {
      ...pod.status,
      phase: 'Pending',
      conditions: withCondition(
        pod.status?.conditions,
        {
          type: 'PodScheduled',
          status: 'False',
          reason: 'Unschedulable',
          message,
        },
        timestamp(),
      ),
    },
  });
}

/** What runs where, while pods are given their nodes. */
class Placement {
  readonly #nodes: Node[];
  readonly #pods: Pod[];
  readonly #usage: Map<string, Requests>;
  readonly #zones: Map<string, string | undefined>;

  constructor(nodes: Node[], pods: Pod[]) {
    this.#nodes = nodes;
    this.#pods = pods.filter(
      ({ spec, metadata }) => spec.nodeName && !metadata.deletionTimestamp,
    );
    this.#usage = usageByNode(pods);
    this.#zones = new Map(
      nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE]]),
    );
  }

  /** The node for a pod, or why there is none. */
  find(pod: Pod): { node: Node } | { problem: string } {
    const problems = this.#nodes.map(node =>
      findProblem(pod.spec, node, this.#usage.get(node.metadata.name)),
    );
    const fitting = this.#nodes.filter((_, i) => !problems[i]);
    return fitting.length > 0
      ? { node: this.#mostSuitable(pod, fitting) }
      : {
          problem: unschedulableMessage(
            problems.filter(problem => problem !== undefined),
          ),
        };
  }

  add(pod: Pod, { metadata }: Node) {
    const { name } = metadata;
    const used = this.#usage.get(name) ?? NOTHING;
    this.#usage.set(name, addRequests(used, requestsOf(pod.spec)));
    this.#pods.push({ ...pod, spec: { ...pod.spec, nodeName: name } });
  }

  /** The zone and the node with the fewest of its kind, then the emptiest. */
  #mostSuitable(pod: Pod, nodes: Node[]): Node {
    const owner = controllerOf(pod)?.uid;
    const hosts = this.#pods
      .filter(other => controllerOf(other)?.uid === owner)
      .map(({ spec }) => spec.nodeName ?? '');
    const score = ({ metadata }: Node) => {
      const zone = metadata.labels?.[ZONE];
      const inZone = hosts.filter(host => this.#zones.get(host) === zone);
      const here = hosts.filter(host => host === metadata.name);
      const cpu = this.#usage.get(metadata.name)?.cpu ?? 0;
      return inZone.length * 1_000 + here.length * 100 + cpu;
    };
    const scores = new Map(nodes.map(node => [node, score(node)]));
    return [...nodes].sort(
      (a, b) => (scores.get(a) ?? 0) - (scores.get(b) ?? 0),
    )[0];
  }
}

/** All that wait are looked at together: one key for them all. */
const EVERYTHING = [{ name: 'everything' }];

/** Finds a node for each pod, or has one made. */
export function runScheduler(context: ControllerContext) {
  const { store, cluster } = context;
  const fargate = new FargateScheduler(context);
  const grows =
    cluster.compute.kind === 'auto-mode' || cluster.compute.karpenter;
  const provisioner = grows ? new NodeProvisioner(context) : undefined;
  const queue = runController(context, {
    triggers: [
      // What ends makes room for those that wait.
      on(typed.pods, (pod, type) =>
        type === 'DELETED' || isFinished(pod) || isWaiting(pod)
          ? EVERYTHING
          : [],
      ),
      on(typed.nodes, () => EVERYTHING),
    ],
    reconcile() {
      const pods = store.list(typed.pods);
      const ordinary = pods.filter(isWaiting).filter(pod => {
        const profile = fargate.takes(pod);
        const problem =
          profile &&
          fargate.place(pod, profile, (found, node) =>
            bind(context, found, node, FARGATE_SCHEDULER),
          );
        if (problem) {
          reject(context, pod, problem, FARGATE_SCHEDULER);
        }
        return !profile;
      });
      if (ordinary.length > 0) {
        const placement = new Placement(store.list(typed.nodes), pods);
        ordinary.forEach(pod => schedule(pod, placement));
      }
    },
  });

  function schedule(pod: Pod, placement: Placement) {
    const found = placement.find(pod);
    if ('node' in found) {
      bind(context, pod, found.node, COMPONENT);
      placement.add(pod, found.node);
    } else {
      reject(context, pod, found.problem, COMPONENT);
      provisioner?.consider(pod);
    }
  }

  return {
    stop() {
      queue.stop();
      provisioner?.stop();
    },
  };
}
