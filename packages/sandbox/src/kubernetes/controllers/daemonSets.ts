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
import { createPod, deletePod, RETRY_MS, templateHash } from './podControl';
import { resolveCount } from './quantity';

const COMPONENT = 'daemonset-controller';
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
  const { store, after } = context;
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
      if (ensure(context, set, nodes, hash) === 'refused') {
        after(RETRY_MS, () => queue.add(namespace, name));
      }
      replaceOld(context, set, hash);
      writeStatus(context, set, nodes, hash);
    },
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
  context: ControllerContext,
  set: DaemonSet,
  nodes: Node[],
  hash: string,
): 'refused' | undefined {
  const pods = podsOf(context, set);
  const wanted = new Set(nodes.map(({ metadata }) => metadata.name));
  pods
    .filter(pod => isActive(pod) && !wanted.has(nodeOf(pod) ?? ''))
    .forEach(pod => deletePod(context, set, pod, COMPONENT));
  const there = new Set(pods.map(nodeOf));
  for (const node of wanted) {
    if (there.has(node)) {
      continue;
    }
    const made = createPod(context, {
      owner: set,
      template: templateFor(set.spec.template, node),
      labels: { [HASH]: hash },
      component: COMPONENT,
    });
    if ('refused' in made) {
      return 'refused';
    }
  }
  return undefined;
}

/** Replaces pods of an old template, as many at once as may be missing. */
function replaceOld(context: ControllerContext, set: DaemonSet, hash: string) {
  const { type = 'RollingUpdate', rollingUpdate } =
    set.spec.updateStrategy ?? {};
  const pods = podsOf(context, set);
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
      .forEach(pod => deletePod(context, set, pod, COMPONENT));
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
