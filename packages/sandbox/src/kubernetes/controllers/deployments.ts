import { matchesSelector } from '../selectors';
import {
  on,
  owners,
  runController,
  type ControllerContext,
} from './controller';
import { DeploymentStatuses } from './deploymentStatus';
import {
  controllerOf,
  isFinished,
  ownedBy,
  ownerReference,
  sum,
  typed,
  type Deployment,
  type ReplicaSet,
} from './objects';
import { templateHash } from './podControl';
import {
  limitsOf,
  newSize,
  oldSizes,
  proportionalSizes,
  specified,
} from './rollout';

const PREFIX = 'deployment.kubernetes.io';
const REVISION = `${PREFIX}/revision`;
const HISTORY = `${PREFIX}/revision-history`;
const DESIRED = `${PREFIX}/desired-replicas`;
const MAXIMUM = `${PREFIX}/max-replicas`;
const HASH = 'pod-template-hash';
const COMPONENT = 'deployment-controller';
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  HISTORY,
  DESIRED,
  MAXIMUM,
]);

/** One look at a Deployment. */
class Reconciliation {
  readonly #context: ControllerContext;
  readonly #statuses: DeploymentStatuses;
  readonly #hash: string;
  #deployment: Deployment;
  /** Oldest first. */
  #old: ReplicaSet[];
  #current: ReplicaSet | undefined;

  constructor(
    context: ControllerContext,
    statuses: DeploymentStatuses,
    deployment: Deployment,
  ) {
    this.#context = context;
    this.#statuses = statuses;
    this.#deployment = deployment;
    this.#hash = templateHash(deployment.spec.template);
    const all = this.#replicaSets();
    this.#current = all.find(
      ({ metadata }) => metadata.labels?.[HASH] === this.#hash,
    );
    this.#old = all.filter(replicaSet => replicaSet !== this.#current);
  }

  run() {
    const { spec, metadata } = this.#deployment;
    if (metadata.deletionTimestamp) {
      this.#writeStatus();
      return;
    }
    this.#statuses.notePause(this.#deployment);
    if (spec.paused || this.#isScaled()) {
      this.#scaleAll();
    } else if (spec.strategy.type === 'Recreate') {
      this.#recreate();
    } else {
      this.#roll();
    }
    this.#forgetOld();
    this.#copyRevision();
    this.#writeStatus();
  }

  #replicaSets(): ReplicaSet[] {
    const { store } = this.#context;
    const { metadata, spec } = this.#deployment;
    return store
      .list(typed.replicaSets, { namespace: metadata.namespace })
      .filter(
        replicaSet =>
          ownedBy(replicaSet, this.#deployment) ||
          (!controllerOf(replicaSet) &&
            matchesSelector(spec.selector, replicaSet.metadata.labels)),
      )
      .map(replicaSet => this.#adopt(replicaSet))
      .sort((a, b) => revisionOf(a) - revisionOf(b));
  }

  /** A replica set that was left alone becomes the Deployment's again. */
  #adopt(replicaSet: ReplicaSet): ReplicaSet {
    return controllerOf(replicaSet)
      ? replicaSet
      : this.#context.store.update(typed.replicaSets, {
          ...replicaSet,
          metadata: {
            ...replicaSet.metadata,
            ownerReferences: [ownerReference(this.#deployment)],
          },
        });
  }

  /** Whether only the number of replicas has changed. */
  #isScaled(): boolean {
    return this.#active().some(
      ({ metadata }) =>
        metadata.annotations?.[DESIRED] !== undefined &&
        metadata.annotations[DESIRED] !==
          String(this.#deployment.spec.replicas),
    );
  }

  #all(): ReplicaSet[] {
    return [...this.#old, ...(this.#current ? [this.#current] : [])];
  }

  #active(): ReplicaSet[] {
    return this.#all().filter(({ spec }) => spec.replicas > 0);
  }

  #scaleAll() {
    const { replicas, strategy } = this.#deployment.spec;
    const active = this.#active();
    const only = active.length === 1 ? active[0] : undefined;
    const saturated =
      this.#current?.spec.replicas === replicas &&
      this.#current.metadata.annotations?.[DESIRED] === String(replicas) &&
      this.#current.status?.availableReplicas === replicas;
    if (only) {
      this.#scale(only, replicas);
    } else if (active.length === 0) {
      const latest = this.#current ?? this.#old.at(-1);
      if (latest) {
        this.#scale(latest, replicas);
      }
    } else if (saturated) {
      this.#old.forEach(replicaSet => this.#scale(replicaSet, 0));
    } else if (strategy.type === 'RollingUpdate') {
      const total = Math.max(
        ...active.map(
          ({ metadata }) => Number(metadata.annotations?.[MAXIMUM]) || 0,
        ),
      );
      proportionalSizes(
        this.#deployment,
        active,
        total || specified(active),
      ).forEach((size, i) => this.#scale(active[i], size));
    }
  }

  #recreate() {
    const { store } = this.#context;
    const { metadata, spec } = this.#deployment;
    this.#old.forEach(replicaSet => this.#scale(replicaSet, 0));
    const running = store
      .list(typed.pods, { namespace: metadata.namespace })
      .some(
        pod =>
          !isFinished(pod) &&
          this.#old.some(replicaSet => ownedBy(pod, replicaSet)),
      );
    if (!running) {
      this.#ensureCurrent();
      this.#scaleCurrent(spec.replicas);
    }
  }

  #roll() {
    const current = this.#ensureCurrent();
    const before = current.spec.replicas;
    const size = newSize(this.#deployment, current, specified(this.#all()));
    this.#scaleCurrent(size);
    if (size === before && this.#current) {
      const old = this.#old.filter(({ spec }) => spec.replicas > 0);
      oldSizes(this.#deployment, this.#current, old).forEach((left, i) =>
        this.#scale(old[i], left),
      );
    }
  }

  #ensureCurrent(): ReplicaSet {
    const latest = Math.max(0, ...this.#old.map(revisionOf));
    this.#current ??= this.#createReplicaSet(latest + 1);
    if (revisionOf(this.#current) <= latest) {
      // A rollback takes the old replica set up again.
      const { annotations = {} } = this.#current.metadata;
      const history = [annotations[HISTORY], annotations[REVISION]];
      this.#current = this.#annotate(this.#current, {
        [REVISION]: String(latest + 1),
        [HISTORY]: history.filter(Boolean).join(','),
      });
    }
    return this.#current;
  }

  #createReplicaSet(revision: number): ReplicaSet {
    const { store } = this.#context;
    const { metadata, spec } = this.#deployment;
    const labels = { ...spec.template.metadata?.labels, [HASH]: this.#hash };
    const own = Object.entries(metadata.annotations ?? {}).filter(
      ([key]) => !notCopied.has(key),
    );
    const created = store.create<ReplicaSet>(typed.replicaSets, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: {
        name: `${metadata.name}-${this.#hash}`,
        namespace: metadata.namespace,
        labels,
        annotations: {
          ...Object.fromEntries(own),
          ...this.#bounds(),
          [REVISION]: String(revision),
        },
        ownerReferences: [ownerReference(this.#deployment)],
      },
      spec: {
        replicas: 0,
        ...(spec.minReadySeconds && { minReadySeconds: spec.minReadySeconds }),
        selector: {
          ...spec.selector,
          matchLabels: { ...spec.selector.matchLabels, [HASH]: this.#hash },
        },
        template: {
          ...spec.template,
          metadata: { ...spec.template.metadata, labels },
        },
      },
    });
    this.#statuses.noteNew(this.#deployment, created);
    return created;
  }

  /** How many pods there are to be, and may be, as replica sets remember it. */
  #bounds(): Record<string, string> {
    const { replicas } = this.#deployment.spec;
    return {
      [DESIRED]: String(replicas),
      [MAXIMUM]: String(replicas + limitsOf(this.#deployment).surge),
    };
  }

  #annotate(
    replicaSet: ReplicaSet,
    annotations: Record<string, string>,
  ): ReplicaSet {
    const { metadata } = replicaSet;
    return this.#context.store.update(typed.replicaSets, {
      ...replicaSet,
      metadata: {
        ...metadata,
        annotations: { ...metadata.annotations, ...annotations },
      },
    });
  }

  #scaleCurrent(replicas: number) {
    if (this.#current) {
      this.#scale(this.#current, replicas);
    }
  }

  #scale(replicaSet: ReplicaSet, replicas: number) {
    const { store, events } = this.#context;
    const { name } = replicaSet.metadata;
    const before = replicaSet.spec.replicas;
    const annotated = this.#annotate(replicaSet, this.#bounds());
    const scaled = store.update(typed.replicaSets, {
      ...annotated,
      spec: { ...annotated.spec, replicas },
    });
    if (replicaSet === this.#current) {
      this.#current = scaled;
    }
    this.#old = this.#old.map(old => (old === replicaSet ? scaled : old));
    if (before !== replicas) {
      const direction = before < replicas ? 'up' : 'down';
      events.record(
        this.#deployment,
        'Normal',
        'ScalingReplicaSet',
        `Scaled ${direction} replica set ${name} from ${before} to ${replicas}`,
        COMPONENT,
      );
    }
  }

  #forgetOld() {
    const { revisionHistoryLimit = 10 } = this.#deployment.spec;
    const empty = this.#old.filter(
      ({ spec, status, metadata }) =>
        spec.replicas === 0 && !status?.replicas && !metadata.deletionTimestamp,
    );
    const forgotten = empty.slice(
      0,
      Math.max(0, empty.length - revisionHistoryLimit),
    );
    forgotten.forEach(({ metadata }) =>
      this.#context.store.remove(
        typed.replicaSets,
        metadata.namespace,
        metadata.name,
      ),
    );
    this.#old = this.#old.filter(replicaSet => !forgotten.includes(replicaSet));
  }

  /** The Deployment carries the revision of its newest replica set. */
  #copyRevision() {
    const revision = this.#current?.metadata.annotations?.[REVISION];
    const { metadata } = this.#deployment;
    if (revision && metadata.annotations?.[REVISION] !== revision) {
      this.#deployment = this.#context.store.update(typed.deployments, {
        ...this.#deployment,
        metadata: {
          ...metadata,
          annotations: { ...metadata.annotations, [REVISION]: revision },
        },
      });
    }
  }

  #writeStatus() {
    const count = (field: 'replicas' | 'readyReplicas' | 'availableReplicas') =>
      sum(this.#all().map(({ status }) => status?.[field] ?? 0));
    this.#statuses.write(this.#deployment, {
      current: this.#current,
      specified: specified(this.#all()),
      replicas: count('replicas'),
      ready: count('readyReplicas'),
      available: count('availableReplicas'),
      failure: this.#all()
        .flatMap(({ status }) => status?.conditions ?? [])
        .find(({ type }) => type === 'ReplicaFailure'),
    });
  }
}

const revisionOf = ({ metadata }: ReplicaSet) =>
  Number(metadata.annotations?.[REVISION] ?? 0);

/** Deployment → ReplicaSets, with the rules of a rolling update. */
export function runDeployments(context: ControllerContext) {
  const { store } = context;
  const queue = runController(context, {
    triggers: [
      on(typed.deployments),
      on(typed.replicaSets, owners('Deployment')),
      // A strategy of Recreate waits for the last of the old pods.
      on(typed.pods, (pod, type) => {
        const owner = type === 'DELETED' ? controllerOf(pod) : undefined;
        const replicaSet =
          owner?.kind === 'ReplicaSet' &&
          store.get(typed.replicaSets, pod.metadata.namespace, owner.name);
        return replicaSet ? owners('Deployment')(replicaSet) : [];
      }),
    ],
    reconcile(namespace, name) {
      const deployment = store.get(typed.deployments, namespace, name);
      if (deployment) {
        new Reconciliation(context, statuses, deployment).run();
      }
    },
  });
  const statuses = new DeploymentStatuses(context, ({ metadata }) =>
    queue.add(metadata.namespace, metadata.name),
  );
  return queue;
}
