import type { ControllerContext } from './controller';
import {
  findCondition,
  typed,
  withCondition,
  type Condition,
  type Deployment,
  type DeploymentStatus,
  type ReplicaSet,
} from './objects';
import { limitsOf } from './rollout';

/** Pods of all replica sets of a Deployment. */
interface Counts {
  current: ReplicaSet | undefined;
  /** As the replica sets ask for. */
  specified: number;
  replicas: number;
  ready: number;
  available: number;
  failure: Condition | undefined;
}

/** Writes what a Deployment says of itself. */
export class DeploymentStatuses {
  readonly #context: ControllerContext;
  readonly #lookAgain: (deployment: Deployment) => void;
  /** When a rollout last got on, by uid: to the millisecond. */
  readonly #progressed = new Map<string, number>();
  readonly #created = new Map<string, ReplicaSet>();
  readonly #deadlines = new Map<string, () => void>();

  /** @param lookAgain - called when a deadline may have passed. */
  constructor(
    context: ControllerContext,
    lookAgain: (deployment: Deployment) => void,
  ) {
    this.#context = context;
    this.#lookAgain = lookAgain;
  }

  /** A new replica set begins a new rollout. */
  noteNew({ metadata }: Deployment, replicaSet: ReplicaSet) {
    this.#created.set(metadata.uid ?? '', replicaSet);
    this.#progressed.set(metadata.uid ?? '', this.#context.now());
  }

  /** A pause stops the clock; the rollout's time begins again after it. */
  notePause({ spec, status, metadata }: Deployment) {
    const reason = findCondition(status?.conditions, 'Progressing')?.reason;
    if (spec.paused || reason === 'DeploymentPaused') {
      this.#progressed.set(metadata.uid ?? '', this.#context.now());
    }
  }

  write(deployment: Deployment, counts: Counts) {
    const { spec, metadata } = deployment;
    const status: DeploymentStatus = {
      observedGeneration: metadata.generation,
      replicas: counts.replicas,
      updatedReplicas: counts.current?.status?.replicas ?? 0,
      readyReplicas: counts.ready,
      availableReplicas: counts.available,
      unavailableReplicas: Math.max(0, counts.specified - counts.available),
    };
    const enough =
      counts.available >= spec.replicas - limitsOf(deployment).unavailable;
    const failure = counts.failure && {
      ...counts.failure,
      lastUpdateTime: counts.failure.lastTransitionTime,
    };
    const conditions = [
      this.#progressing(deployment, status, counts.current),
      {
        type: 'Available',
        status: enough ? ('True' as const) : ('False' as const),
        reason: enough
          ? 'MinimumReplicasAvailable'
          : 'MinimumReplicasUnavailable',
        message: enough
          ? 'Deployment has minimum availability.'
          : 'Deployment does not have minimum availability.',
      },
      failure,
    ].filter(condition => condition !== undefined);
    status.conditions = conditions.reduce(
      (all, condition) => this.#set(all, condition),
      (deployment.status?.conditions ?? []).filter(
        ({ type }) => type !== 'ReplicaFailure',
      ),
    );
    this.#context.store.updateStatus(typed.deployments, {
      ...deployment,
      status,
    });
  }

  /** The times stay while neither status nor reason changes. */
  #set(all: Condition[], condition: Condition): Condition[] {
    const known = findCondition(all, condition.type);
    if (
      known?.status === condition.status &&
      known.reason === condition.reason &&
      condition.reason !== 'ReplicaSetUpdated'
    ) {
      return all;
    }
    const at = this.#context.timestamp();
    return withCondition(all, { lastUpdateTime: at, ...condition }, at);
  }

  /** How the rollout gets on; undefined leaves what was said. */
  #progressing(
    deployment: Deployment,
    status: DeploymentStatus,
    current: ReplicaSet | undefined,
  ): Condition | undefined {
    const { spec, metadata } = deployment;
    const uid = metadata.uid ?? '';
    const known = findCondition(deployment.status?.conditions, 'Progressing');
    const created = this.#created.get(uid);
    this.#created.delete(uid);
    const say = (
      yes: Condition['status'],
      reason: string,
      message: string,
    ): Condition => ({ type: 'Progressing', status: yes, reason, message });
    if (spec.progressDeadlineSeconds === undefined) {
      return undefined;
    }
    if (spec.paused) {
      return say('Unknown', 'DeploymentPaused', 'Deployment is paused');
    }
    const subject = current
      ? `ReplicaSet "${current.metadata.name}"`
      : `Deployment "${metadata.name}"`;
    const wasComplete =
      known?.reason === 'NewReplicaSetAvailable' &&
      status.replicas === status.updatedReplicas &&
      !created;
    if (wasComplete) {
      return undefined;
    }
    if (isComplete(deployment, status)) {
      return say(
        'True',
        'NewReplicaSetAvailable',
        `${subject} has successfully progressed.`,
      );
    }
    if (known?.reason === 'DeploymentPaused') {
      this.#watchDeadline(deployment);
      return say('Unknown', 'DeploymentResumed', 'Deployment is resumed');
    }
    if (!created && gotOn(deployment.status, status)) {
      this.#progressed.set(uid, this.#context.now());
      this.#watchDeadline(deployment);
      return say('True', 'ReplicaSetUpdated', `${subject} is progressing.`);
    }
    if (created || !this.#deadlines.has(uid)) {
      this.#watchDeadline(deployment);
    }
    if (created) {
      return say(
        'True',
        'NewReplicaSetCreated',
        `Created new replica set "${created.metadata.name}"`,
      );
    }
    if (!known && current) {
      return say(
        'True',
        'FoundNewReplicaSet',
        `Found new replica set "${current.metadata.name}"`,
      );
    }
    return this.#isTooLate(deployment, known)
      ? say(
          'False',
          'ProgressDeadlineExceeded',
          `${subject} has timed out progressing.`,
        )
      : undefined;
  }

  #deadline({ spec, metadata, status }: Deployment): number {
    const known = findCondition(status?.conditions, 'Progressing');
    const since =
      this.#progressed.get(metadata.uid ?? '') ??
      Date.parse(known?.lastUpdateTime ?? this.#context.timestamp());
    const patience = (spec.progressDeadlineSeconds ?? 0) * 1_000;
    return since + this.#context.scaled(patience);
  }

  #isTooLate(deployment: Deployment, known: Condition | undefined): boolean {
    return (
      known?.reason !== 'NewReplicaSetAvailable' &&
      this.#context.now() >= this.#deadline(deployment)
    );
  }

  /** Looks again when the time is up; once for each Deployment. */
  #watchDeadline(deployment: Deployment) {
    const uid = deployment.metadata.uid ?? '';
    const patience = (deployment.spec.progressDeadlineSeconds ?? 0) * 1_000;
    this.#deadlines.get(uid)?.();
    this.#deadlines.set(
      uid,
      this.#context.after(patience + 500, () => {
        this.#deadlines.delete(uid);
        this.#lookAgain(deployment);
      }),
    );
  }
}

function isComplete({ spec }: Deployment, status: DeploymentStatus): boolean {
  return (
    status.updatedReplicas === spec.replicas &&
    status.replicas === spec.replicas &&
    status.availableReplicas === spec.replicas
  );
}

function gotOn(
  before: DeploymentStatus | undefined,
  status: DeploymentStatus,
): boolean {
  const old = (of: DeploymentStatus | undefined) =>
    (of?.replicas ?? 0) - (of?.updatedReplicas ?? 0);
  const more = (
    field: 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => (status[field] ?? 0) > (before?.[field] ?? 0);
  return (
    more('updatedReplicas') ||
    old(status) < old(before) ||
    more('readyReplicas') ||
    more('availableReplicas')
  );
}
