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
  findProblem,
  unschedulableMessage,
  usageByNode,
  type Requests,
} from './placement';
import { NodeProvisioner } from './provisioner';

const COMPONENT = 'default-scheduler';

/** Finds a node for each pod, or has one made. */
export function runScheduler(context: ControllerContext) {
  const { store, cluster } = context;
  const fargate = new FargateScheduler(context);
  const provisioner = new NodeProvisioner(context);
  const pending = () =>
    store
      .list(typed.pods)
      .filter(isWaiting)
      .map(({ metadata }) => metadata);
  const queue = runController(context, {
    triggers: [
      // What ends makes room for those that wait.
      on(typed.pods, (pod, type) =>
        type === 'DELETED' || isFinished(pod) ? pending() : waiting(pod),
      ),
      on(typed.nodes, pending),
    ],
    reconcile(namespace, name) {
      const pod = store.get(typed.pods, namespace, name);
      if (!pod || !isWaiting(pod)) {
        return;
      }
      const profile = fargate.takes(pod);
      if (profile) {
        const problem = fargate.place(pod, profile, (found, node) =>
          bind(context, found, node, FARGATE_SCHEDULER),
        );
        if (problem) {
          reject(context, pod, problem, FARGATE_SCHEDULER);
        }
        return;
      }
      const nodes = store.list(typed.nodes);
      const pods = store.list(typed.pods);
      const usage = usageByNode(pods);
      const problems = nodes.map(node =>
        findProblem(pod.spec, node, usage.get(node.metadata.name)),
      );
      const fitting = nodes.filter((_, i) => !problems[i]);
      if (fitting.length > 0) {
        const zoneOf = new Map(
          nodes.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE]]),
        );
        const node = mostSuitable(pod, fitting, { pods, usage, zoneOf });
        bind(context, pod, node, COMPONENT);
        return;
      }
      const message = unschedulableMessage(
        problems.filter(problem => problem !== undefined),
      );
      reject(context, pod, message, COMPONENT);
      if (cluster.compute.kind === 'auto-mode' || cluster.compute.karpenter) {
        provisioner.consider(pod);
      }
    },
  });
  return {
    stop() {
      queue.stop();
      provisioner.stop();
    },
  };
}

const waiting = (pod: Pod) => (isWaiting(pod) ? [pod.metadata] : []);

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

/** The zone and the node with the fewest of its kind, then the emptiest. */
function mostSuitable(
  pod: Pod,
  nodes: Node[],
  {
    pods,
    usage,
    zoneOf,
  }: {
    pods: Pod[];
    usage: Map<string, Requests>;
    zoneOf: Map<string, string | undefined>;
  },
): Node {
  const owner = controllerOf(pod)?.uid;
  const hosts = pods
    .filter(
      other =>
        other.spec.nodeName &&
        !other.metadata.deletionTimestamp &&
        controllerOf(other)?.uid === owner,
    )
    .map(({ spec }) => spec.nodeName);
  const score = ({ metadata }: Node) => {
    const zone = metadata.labels?.[ZONE];
    const inZone = hosts.filter(host => zoneOf.get(host ?? '') === zone);
    const here = hosts.filter(host => host === metadata.name);
    const cpu = usage.get(metadata.name)?.cpu ?? 0;
    return inZone.length * 1_000 + here.length * 100 + cpu;
  };
  return [...nodes].sort((a, b) => score(a) - score(b))[0];
}
