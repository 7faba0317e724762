import { matchesSelector, type LabelSelector } from '../selectors';
import type { KubernetesObject, MetricsProvider, ResourceKind } from '../types';
import { ScalingHistory } from './autoscalerBehavior';
import { evaluate, type Failure, type Proposal } from './autoscalerMetrics';
import { on, runController, type ControllerContext } from './controller';
import {
  typed,
  withCondition,
  type Autoscaler,
  type Condition,
  type MetricStatus,
} from './objects';

/**
 * A cluster looks every 15 s, at figures that are as old as that. Here it looks
 * more often, so that who sets a load does not wait long.
 */
const SYNC_MS = 5_000;
const COMPONENT = 'horizontal-pod-autoscaler';

interface Scalable extends KubernetesObject {
  spec: { replicas: number; selector: LabelSelector };
}

const TARGETS: Record<string, ResourceKind<Scalable> | undefined> = {
  Deployment: typed.deployments,
  StatefulSet: typed.statefulSets,
  ReplicaSet: typed.replicaSets,
};

/** One look at an autoscaler. */
class Reconciliation {
  readonly #context: ControllerContext;
  readonly #metrics: MetricsProvider;
  readonly #histories: Map<string, ScalingHistory>;
  readonly #autoscaler: Autoscaler;
  #conditions: Condition[] | undefined;

  constructor(
    context: ControllerContext,
    metrics: MetricsProvider,
    histories: Map<string, ScalingHistory>,
    autoscaler: Autoscaler,
  ) {
    this.#context = context;
    this.#metrics = metrics;
    this.#histories = histories;
    this.#autoscaler = autoscaler;
    this.#conditions = autoscaler.status?.conditions;
  }

  run() {
    const { minReplicas = 1, maxReplicas } = this.#autoscaler.spec;
    const target = this.#target();
    if (!target) {
      return;
    }
    const { replicas } = target.object.spec;
    this.#say(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    if (replicas === 0 && minReplicas !== 0) {
      this.#say(
        'ScalingActive',
        'False',
        'ScalingDisabled',
        'scaling is disabled since the replica count of the target is zero',
      );
      this.#save({ current: 0, desired: 0 });
    } else if (replicas > maxReplicas) {
      const reason = 'Current number of replicas above Spec.MaxReplicas';
      this.#scale(target, maxReplicas, reason, undefined);
    } else if (replicas < minReplicas) {
      const reason = 'Current number of replicas below Spec.MinReplicas';
      this.#scale(target, minReplicas, reason, undefined);
    } else {
      this.#follow(target);
    }
  }

  /** What is scaled; undefined, and told, when there is none. */
  #target() {
    const { scaleTargetRef } = this.#autoscaler.spec;
    const { namespace } = this.#autoscaler.metadata;
    const kind = TARGETS[scaleTargetRef.kind];
    const object =
      kind && this.#context.store.get(kind, namespace, scaleTargetRef.name);
    if (kind && object) {
      return { kind, object };
    }
    const problem = kind
      ? `${kind.plural}.apps "${scaleTargetRef.name}" not found`
      : `no matches for kind "${scaleTargetRef.kind}" in group "${
          scaleTargetRef.apiVersion?.split('/')[0] ?? ''
        }"`;
    this.#warn('FailedGetScale', problem);
    this.#say(
      'AbleToScale',
      'False',
      'FailedGetScale',
      `the HPA controller was unable to get the target's current scale: ${problem}`,
    );
    this.#save({});
    return undefined;
  }

  /** Follows the metrics. */
  #follow(target: { kind: ResourceKind<Scalable>; object: Scalable }) {
    const { spec, metadata } = this.#autoscaler;
    const { replicas, selector } = target.object.spec;
    const { namespace } = metadata;
    const pods = this.#context.store
      .list(typed.pods, { namespace })
      .filter(pod => matchesSelector(selector, pod.metadata.labels));
    const figures = this.#metrics.available
      ? this.#metrics.pods(namespace)
      : undefined;
    const outcomes = (spec.metrics ?? []).map(metric =>
      evaluate(metric, { pods, figures, replicas, behavior: spec.behavior }),
    );
    // What could not be measured has an entry that says nothing.
    const statuses = outcomes.map((outcome): MetricStatus =>
      'status' in outcome ? outcome.status : { type: '' },
    );
    const strongest = this.#strongest(outcomes, replicas);
    if (!strongest) {
      this.#save({ current: replicas, metrics: statuses });
      return;
    }
    const history = this.#history(replicas);
    const stable = history.stabilize(
      this.#autoscaler,
      replicas,
      strongest.replicas,
    );
    this.#say('AbleToScale', 'True', stable.said.reason, stable.said.message);
    const limited = history.limit(this.#autoscaler, replicas, stable.replicas);
    const { reason, message } = limited.said ?? {
      reason: 'DesiredWithinRange',
      message: 'the desired count is within the acceptable range',
    };
    this.#say(
      'ScalingLimited',
      limited.said ? 'True' : 'False',
      reason,
      message,
    );
    const why =
      limited.replicas > replicas
        ? `${strongest.name} above target`
        : 'All metrics below target';
    this.#scale(target, limited.replicas, why, statuses);
  }

  /** The metric that asks for most; undefined, and told, when none can say. */
  #strongest(
    outcomes: (Proposal | Failure)[],
    replicas: number,
  ): Proposal | undefined {
    const proposals = outcomes.filter(
      (outcome): outcome is Proposal => 'status' in outcome,
    );
    const failures = outcomes.filter(
      (outcome): outcome is Failure => 'metric' in outcome,
    );
    const [strongest] = [...proposals].sort((a, b) => b.replicas - a.replicas);
    for (const { reason, message } of failures) {
      this.#warn(reason, message);
    }
    const [first] = failures;
    // What could not be measured may be what is too high: nothing shrinks.
    if (first && (!strongest || strongest.replicas < replicas)) {
      this.#say(
        'ScalingActive',
        'False',
        first.reason,
        `the HPA was unable to compute the replica count: ${first.message}`,
      );
      this.#warn(
        'FailedComputeMetricsReplicas',
        `invalid metrics (${failures.length} invalid out of ${outcomes.length}), first error is: failed to get ${first.metric} metric value: ${first.message}`,
      );
      return undefined;
    }
    if (strongest) {
      this.#say(
        'ScalingActive',
        'True',
        'ValidMetricFound',
        `the HPA was able to successfully calculate a replica count from ${strongest.name}`,
      );
    }
    return strongest;
  }

  #history(replicas: number): ScalingHistory {
    const uid = this.#autoscaler.metadata.uid ?? '';
    const known =
      this.#histories.get(uid) ?? new ScalingHistory(replicas, this.#context);
    this.#histories.set(uid, known);
    return known;
  }

  #scale(
    { kind, object }: { kind: ResourceKind<Scalable>; object: Scalable },
    desired: number,
    why: string,
    metrics: MetricStatus[] | undefined,
  ) {
    const { store, events, timestamp } = this.#context;
    const current = object.spec.replicas;
    if (desired === current) {
      this.#save({ current, desired, metrics });
      return;
    }
    store.update(kind, {
      ...object,
      spec: { ...object.spec, replicas: desired },
    });
    this.#history(current).noteChange(desired - current);
    this.#say(
      'AbleToScale',
      'True',
      'SucceededRescale',
      `the HPA controller was able to update the target scale to ${desired}`,
    );
    events.record(
      this.#autoscaler,
      'Normal',
      'SuccessfulRescale',
      `New size: ${desired}; reason: ${why}`,
      COMPONENT,
    );
    this.#save({ current, desired, metrics, lastScaleTime: timestamp() });
  }

  #warn(reason: string, message: string) {
    this.#context.events.record(
      this.#autoscaler,
      'Warning',
      reason,
      message,
      COMPONENT,
    );
  }

  #say(
    type: string,
    status: Condition['status'],
    reason: string,
    message: string,
  ) {
    this.#conditions = withCondition(
      this.#conditions,
      { type, status, reason, message },
      this.#context.timestamp(),
    );
  }

  #save(status: {
    current?: number;
    desired?: number;
    metrics?: MetricStatus[];
    lastScaleTime?: string;
  }) {
    const before = this.#autoscaler.status;
    const current = status.current ?? before?.currentReplicas;
    const lastScaleTime = status.lastScaleTime ?? before?.lastScaleTime;
    this.#context.store.updateStatus(typed.autoscalers, {
      ...this.#autoscaler,
      status: {
        ...(current !== undefined && { currentReplicas: current }),
        desiredReplicas: status.desired ?? before?.desiredReplicas ?? 0,
        ...(lastScaleTime && { lastScaleTime }),
        ...(status.metrics && { currentMetrics: status.metrics }),
        conditions: this.#conditions,
      },
    });
  }
}

/** HorizontalPodAutoscaler autoscaling/v2, as far as cpu and memory go. */
export function runAutoscalers(
  context: ControllerContext,
  metrics: MetricsProvider,
) {
  const { store } = context;
  const histories = new Map<string, ScalingHistory>();
  const queue = runController(context, {
    triggers: [
      on(typed.autoscalers, ({ metadata }, type) => {
        if (type === 'DELETED') {
          histories.delete(metadata.uid ?? '');
        }
        return type === 'ADDED' ? [metadata] : [];
      }),
    ],
    reconcile(namespace, name) {
      const autoscaler = store.get(typed.autoscalers, namespace, name);
      if (autoscaler && !autoscaler.metadata.deletionTimestamp) {
        new Reconciliation(context, metrics, histories, autoscaler).run();
      }
    },
  });
  const timer = setInterval(
    () =>
      store
        .list(typed.autoscalers)
        .forEach(({ metadata }) =>
          queue.add(metadata.namespace, metadata.name),
        ),
    context.scaled(SYNC_MS),
  );
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      queue.stop();
    },
  };
}
