import { createHash } from 'node:crypto';
import { owners, runController, type ControllerContext } from './controller';
import {
  ownedBy,
  ownerReference,
  typed,
  withCondition,
  type Condition,
  type Deployment,
  type ReplicaSet,
} from './objects';
import { resolveCount } from './quantity';

const REVISION = 'deployment.kubernetes.io/revision';
const HASH = 'pod-template-hash';
const COMPONENT = 'deployment-controller';

/** Deployment → ReplicaSets, with the rules of a rolling update. */
export function runDeployments(context: ControllerContext) {
  const { store, events } = context;

  const scale = (
    deployment: Deployment,
    replicaSet: ReplicaSet,
    replicas: number,
  ): ReplicaSet => {
    const before = replicaSet.spec.replicas;
    if (before === replicas) {
      return replicaSet;
    }
    events.record(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${before < replicas ? 'up' : 'down'} replica set ${
        replicaSet.metadata.name
      } from ${before} to ${replicas}`,
      COMPONENT,
    );
    return store.update(typed.replicaSets, {
      ...replicaSet,
      spec: { ...replicaSet.spec, replicas },
    });
  };

  const createReplicaSet = (
    deployment: Deployment,
    hash: string,
    revision: number,
  ): ReplicaSet => {
    const { template, selector } = deployment.spec;
    const labels = { ...template.metadata?.labels, [HASH]: hash };
    return store.create<ReplicaSet>(typed.replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace,
        labels,
        annotations: { [REVISION]: String(revision) },
        ownerReferences: [ownerReference(deployment)],
      },
      spec: {
        replicas: 0,
        selector: {
          ...selector,
          matchLabels: { ...selector.matchLabels, [HASH]: hash },
        },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    });
  };

  const queue = runController(context, {
    triggers: [
      { kind: typed.deployments },
      { kind: typed.replicaSets, key: owners('Deployment') },
    ],
    reconcile(namespace, name) {
      const deployment = store.get(typed.deployments, namespace, name);
      if (!deployment || deployment.metadata.deletionTimestamp) {
        return;
      }
      const owned = store
        .list(typed.replicaSets, { namespace })
        .filter(replicaSet => ownedBy(replicaSet, deployment))
        .sort((a, b) => revisionOf(a) - revisionOf(b));
      const hash = templateHash(deployment);
      let current = owned.find(
        ({ metadata }) => metadata.labels?.[HASH] === hash,
      );
      const latest = Math.max(0, ...owned.map(revisionOf));
      if (!deployment.spec.paused) {
        if (!current) {
          current = createReplicaSet(deployment, hash, latest + 1);
        } else if (revisionOf(current) < latest) {
          // A rollback takes the old replica set up again.
          current = store.update(typed.replicaSets, {
            ...current,
            metadata: {
              ...current.metadata,
              annotations: {
                ...current.metadata.annotations,
                [REVISION]: String(latest + 1),
              },
            },
          });
        }
        const old = owned.filter(
          ({ metadata }) => metadata.uid !== current?.metadata.uid,
        );
        current = roll(deployment, current, old, scale);
        forget(old, deployment.spec.revisionHistoryLimit ?? 10);
      } else if (current) {
        current = scale(deployment, current, deployment.spec.replicas);
      }
      const revision = current && current.metadata.annotations?.[REVISION];
      if (
        revision &&
        deployment.metadata.annotations?.[REVISION] !== revision
      ) {
        store.update(typed.deployments, {
          ...deployment,
          metadata: {
            ...deployment.metadata,
            annotations: {
              ...deployment.metadata.annotations,
              [REVISION]: revision,
            },
          },
        });
      }
      const now = store.get(typed.deployments, namespace, name);
      if (now) {
        writeStatus(context, now, current, () => queue.add(namespace, name));
      }
    },
  });
  return queue;

  function forget(old: ReplicaSet[], limit: number) {
    const empty = old.filter(
      ({ spec, status }) => spec.replicas === 0 && !status?.replicas,
    );
    empty
      .slice(0, Math.max(0, empty.length - limit))
      .forEach(({ metadata }) =>
        store.remove(typed.replicaSets, metadata.namespace, metadata.name),
      );
  }
}

const revisionOf = (replicaSet: ReplicaSet) =>
  Number(replicaSet.metadata.annotations?.[REVISION] ?? 0);
const available = (replicaSet: ReplicaSet) =>
  replicaSet.status?.availableReplicas ?? 0;
const sum = (numbers: number[]) => numbers.reduce((a, b) => a + b, 0);

function templateHash({ spec }: Deployment): string {
  const digest = createHash('sha256')
    .update(JSON.stringify(sorted(spec.template)))
    .digest();
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return [...digest.subarray(0, 10)]
    .map(byte => alphabet[byte % alphabet.length])
    .join('');
}

/** The same template in another order of keys has the same hash. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(
        Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)]),
      )
    : value;
}

/** One step towards the wanted replicas; the new ones' replica set. */
function roll(
  deployment: Deployment,
  current: ReplicaSet,
  old: ReplicaSet[],
  scale: (d: Deployment, rs: ReplicaSet, replicas: number) => ReplicaSet,
): ReplicaSet {
  const { replicas, strategy } = deployment.spec;
  const active = old.filter(({ spec }) => spec.replicas > 0);
  if (strategy.type === 'Recreate') {
    active.forEach(replicaSet => scale(deployment, replicaSet, 0));
    const running = sum(old.map(({ status }) => status?.replicas ?? 0));
    return running > 0 ? current : scale(deployment, current, replicas);
  }
  if (active.length === 0) {
    return scale(deployment, current, replicas);
  }
  const { maxSurge, maxUnavailable } = strategy.rollingUpdate ?? {};
  const surge = resolveCount(maxSurge ?? '25%', replicas, 'up');
  const allowed = resolveCount(maxUnavailable ?? '25%', replicas, 'down');
  // Both may round to nothing; then one pod at a time may be missing.
  const unavailable = surge === 0 && allowed === 0 ? 1 : allowed;

  const total = () =>
    current.spec.replicas + sum(active.map(({ spec }) => spec.replicas));
  let next = current;
  if (next.spec.replicas > replicas) {
    next = scale(deployment, next, replicas);
  } else {
    const room = replicas + surge - total();
    const more = Math.min(room, replicas - next.spec.replicas);
    if (more > 0) {
      next = scale(deployment, next, next.spec.replicas + more);
    }
  }

  const minAvailable = replicas - unavailable;
  const all = next.spec.replicas + sum(active.map(({ spec }) => spec.replicas));
  const newUnavailable = next.spec.replicas - available(next);
  let mayGo = all - minAvailable - newUnavailable;
  const shrunk = active.map(replicaSet => {
    // Those that do not serve go first.
    const failing = replicaSet.spec.replicas - available(replicaSet);
    const gone = Math.max(0, Math.min(failing, mayGo));
    mayGo -= gone;
    return { replicaSet, left: replicaSet.spec.replicas - gone };
  });
  let spare = available(next) + sum(active.map(available)) - minAvailable;
  for (const { replicaSet, left } of shrunk) {
    const gone = Math.max(0, Math.min(left, spare, mayGo));
    spare -= gone;
    mayGo -= gone;
    scale(deployment, replicaSet, left - gone);
  }
  return next;
}

function writeStatus(
  { store, timestamp, now, scaled, after }: ControllerContext,
  deployment: Deployment,
  current: ReplicaSet | undefined,
  lookAgain: () => void,
) {
  const all = store
    .list(typed.replicaSets, { namespace: deployment.metadata.namespace })
    .filter(replicaSet => ownedBy(replicaSet, deployment));
  const count = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
    sum(all.map(({ status }) => status?.[field] ?? 0));
  const { replicas: wanted, strategy } = deployment.spec;
  const updated = current?.status?.replicas ?? 0;
  const serving = count('availableReplicas');
  const minAvailable =
    wanted -
    resolveCount(strategy.rollingUpdate?.maxUnavailable ?? 0, wanted, 'down');
  const at = timestamp();
  const enough = serving >= minAvailable;
  let conditions = withCondition(
    deployment.status?.conditions,
    {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough
        ? 'MinimumReplicasAvailable'
        : 'MinimumReplicasUnavailable',
      message: enough
        ? 'Deployment has minimum availability.'
        : 'Deployment does not have minimum availability.',
      lastUpdateTime: at,
    },
    at,
  );

  const complete =
    updated === wanted &&
    count('replicas') === wanted &&
    (current?.status?.availableReplicas ?? 0) === wanted;
  const before = deployment.status;
  const progressed =
    before?.observedGeneration !== deployment.metadata.generation ||
    before?.updatedReplicas !== updated ||
    before?.readyReplicas !== count('readyReplicas') ||
    before?.availableReplicas !== serving;
  const known = conditions.find(({ type }) => type === 'Progressing');
  const progressing = progressCondition();
  if (progressing) {
    conditions = withCondition(conditions, progressing, at);
  }

  function progressCondition(): Condition | undefined {
    const name = current?.metadata.name;
    if (complete) {
      return known?.reason === 'NewReplicaSetAvailable' && !progressed
        ? undefined
        : {
            type: 'Progressing',
            status: 'True',
            reason: 'NewReplicaSetAvailable',
            message: `ReplicaSet "${name}" has successfully progressed.`,
            lastUpdateTime: at,
          };
    }
    const patience = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
    if (progressed || !known?.lastUpdateTime) {
      after(patience + 1_000, lookAgain);
      return {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        message: `ReplicaSet "${name}" is progressing.`,
        lastUpdateTime: at,
      };
    }
    if (now() < Date.parse(known.lastUpdateTime) + scaled(patience)) {
      return undefined;
    }
    return known.reason === 'ProgressDeadlineExceeded'
      ? undefined
      : {
          type: 'Progressing',
          status: 'False',
          reason: 'ProgressDeadlineExceeded',
          message: `ReplicaSet "${name}" has timed out progressing.`,
          lastUpdateTime: at,
        };
  }

  store.updateStatus(typed.deployments, {
    ...deployment,
    status: {
      observedGeneration: deployment.metadata.generation,
      replicas: count('replicas'),
      updatedReplicas: updated,
      readyReplicas: count('readyReplicas'),
      availableReplicas: serving,
      unavailableReplicas: Math.max(0, wanted - serving),
      conditions,
    },
  });
}
