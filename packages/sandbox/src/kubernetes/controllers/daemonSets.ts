import {
  on,
  owners,
  runController,
  type ControllerContext,
} from './controller';
import {
  isActive,
  isReady,
  ownedBy,
  typed,
  type DaemonSet,
  type Node,
  type Pod,
  type PodSpec,
  type PodTemplate,
} from './objects';
import { placementProblem } from './placement';
import { PodControl, templateHash } from './podControl';
import { resolveCount } from './quantity';

const HASH = 'controller-revision-hash';

/** What a daemon does not mind of its node. */
const TOLERATIONS = [
  ['not-ready', 'NoExecute'],
  ['unreachable', 'NoExecute'],
  ['disk-pressure', 'NoSchedule'],
  ['memory-pressure', 'NoSchedule'],
  ['pid-pressure', 'NoSchedule'],
  ['unschedulable', 'NoSchedule'],
].map(([state, effect]) => ({
  key: `node.kubernetes.io/${state}`,
  operator: 'Exists',
  effect,
}));

/** DaemonSet → one Pod on each node that takes it. */
export function runDaemonSets(context: ControllerContext) {
  const { store } = context;
  const queue = runController(context, {
    triggers: [
      on(typed.daemonSets),
      on(typed.pods, owners('DaemonSet')),
      on(typed.nodes, () =>
        store.list(typed.daemonSets).map(({ metadata }) => metadata),
      ),
    ],
    reconcile(namespace, name) {
      const set = store.get(typed.daemonSets, namespace, name);
      if (!set || set.metadata.deletionTimestamp) {
        return;
      }
      const hash = templateHash(set.spec.template);
      const nodes = store
        .list(typed.nodes)
        .filter(node => takesDaemon(node, set.spec.template.spec));
      ensure(control, podsOf(context, set), set, { nodes, hash });
      replaceOld(control, podsOf(context, set), set, hash);
      writeStatus(context, set, nodes, hash);
    },
  });
  const control = new PodControl(context, {
    component: 'daemonset-controller',
    lookAgain: (namespace, name) => queue.add(namespace, name),
  });
  return queue;
}

/** Whether a DaemonSet has a pod on a node. */
export const takesDaemon = (node: Node, spec: PodSpec) =>
  placementProblem(
    {
      ...spec,
      tolerations: [...(spec.tolerations ?? []), ...TOLERATIONS],
    },
    node,
  ) === undefined;

/** The node that a pod is meant for, before and after it is there. */
const nodeOf = ({ spec }: Pod) =>
  spec.nodeName ??
  spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
    ?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0];

function templateFor(template: PodTemplate, node: string): PodTemplate {
  return {
    ...template,
    spec: {
      ...template.spec,
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              {
                matchFields: [
                  { key: 'metadata.name', operator: 'In', values: [node] },
                ],
              },
            ],
          },
        },
      },
      tolerations: [...(template.spec.tolerations ?? []), ...TOLERATIONS],
    },
  };
}

const podsOf = ({ store }: ControllerContext, set: DaemonSet) =>
  store
    .list(typed.pods, { namespace: set.metadata.namespace })
    .filter(pod => ownedBy(pod, set));

/** Makes what is missing, deletes what is on other nodes. */
function ensure(
  control: PodControl,
  pods: Pod[],
  set: DaemonSet,
  { nodes, hash }: { nodes: Node[]; hash: string },
) {
  const wanted = new Set(nodes.map(({ metadata }) => metadata.name));
  pods
    .filter(pod => isActive(pod) && !wanted.has(nodeOf(pod) ?? ''))
    .forEach(pod => control.remove(set, pod));
  const there = new Set(pods.map(nodeOf));
  [...wanted]
    .filter(node => !there.has(node))
    .forEach(node =>
      control.create(set, {
        template: templateFor(set.spec.template, node),
        labels: { [HASH]: hash },
      }),
    );
}

/** Replaces pods of an old template, as many at once as may be missing. */
function replaceOld(
  control: PodControl,
  pods: Pod[],
  set: DaemonSet,
  hash: string,
) {
  const { type = 'RollingUpdate', rollingUpdate } =
    set.spec.updateStrategy ?? {};
  const old = pods.filter(
    pod => isActive(pod) && pod.metadata.labels?.[HASH] !== hash,
  );
  const missing = pods.filter(pod => !isReady(pod)).length;
  const allowed = Math.max(
    1,
    resolveCount(rollingUpdate?.maxUnavailable ?? 1, pods.length, 'up'),
  );
  if (type === 'RollingUpdate') {
    old
      .slice(0, Math.max(0, allowed - missing))
      .forEach(pod => control.remove(set, pod));
  }
}

function writeStatus(
  context: ControllerContext,
  set: DaemonSet,
  nodes: Node[],
  hash: string,
) {
  const pods = podsOf(context, set).filter(isActive);
  const ready = pods.filter(isReady).length;
  const updated = pods.filter(
    ({ metadata }) => metadata.labels?.[HASH] === hash,
  ).length;
  context.store.updateStatus(typed.daemonSets, {
    ...set,
    status: {
      observedGeneration: set.metadata.generation,
      currentNumberScheduled: pods.length,
      desiredNumberScheduled: nodes.length,
      numberMisscheduled: 0,
      numberReady: ready,
      numberAvailable: ready,
      updatedNumberScheduled: updated,
      ...(nodes.length > ready && { numberUnavailable: nodes.length - ready }),
    },
  });
}
