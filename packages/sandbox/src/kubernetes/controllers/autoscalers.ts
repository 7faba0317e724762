import { Queue, type ControllerContext } from './controller';
import type { Load } from './load';
import {
  isReady,
  typed,
  withCondition,
  type Autoscaler,
  type Condition,
  type MetricSpec,
  type Pod,
} from './objects';
import { parseQuantity } from './quantity';

const SYNC_MS = 5_000;
/** A ratio this close to 1 changes nothing. */
const TOLERANCE = 0.1;
const DOWN_STABILIZATION_SECONDS = 300;
const COMPONENT = 'horizontal-pod-autoscaler';

interface Measured {
  desired: number;
  status: object;
  /** For the reason of a rescale. */
  text: string;
}

interface Unmeasured {
  problem: { reason: string; message: string };
}

/** HorizontalPodAutoscaler autoscaling/v2, as far as cpu and memory go. */
export function runAutoscalers(
  context: ControllerContext,
  options: { load: Load; metricsServer: boolean },
) {
  const { store } = context;
  const history = new Map<string, { at: number; desired: number }[]>();
  const queue = new Queue(context, (namespace, name) => {
    const autoscaler = store.get(typed.autoscalers, namespace, name);
    if (autoscaler) {
      reconcile(context, options, history, autoscaler);
    }
  });
  const sync = () =>
    store
      .list(typed.autoscalers)
      .forEach(({ metadata }) => queue.add(metadata.namespace, metadata.name));
  const timer = setInterval(sync, context.scaled(SYNC_MS));
  timer.unref();
  const unsubscribe = store.subscribe(({ kind, type, object }) => {
    if (kind.kind === 'HorizontalPodAutoscaler' && type === 'ADDED') {
      queue.add(object.metadata.namespace, object.metadata.name);
    }
  });
  return {
    stop() {
      clearInterval(timer);
      unsubscribe();
      queue.stop();
    },
  };
}

function reconcile(
  context: ControllerContext,
  options: { load: Load; metricsServer: boolean },
  history: Map<string, { at: number; desired: number }[]>,
  autoscaler: Autoscaler,
) {
  const { store, events, timestamp } = context;
  const { metadata, spec } = autoscaler;
  const { namespace } = metadata;
  const { name } = spec.scaleTargetRef;
  const at = timestamp();
  let conditions = autoscaler.status?.conditions;
  const set = (
    type: string,
    status: Condition['status'],
    reason: string,
    message: string,
  ) => {
    conditions = withCondition(
      conditions,
      { type, status, reason, message },
      at,
    );
  };
  const save = (status: Partial<NonNullable<Autoscaler['status']>>) =>
    store.updateStatus(typed.autoscalers, {
      ...autoscaler,
      status: {
        desiredReplicas: autoscaler.status?.desiredReplicas ?? 0,
        lastScaleTime: autoscaler.status?.lastScaleTime,
        ...status,
        observedGeneration: metadata.generation,
        conditions,
      },
    });

  const deployment = store.get(typed.deployments, namespace, name);
  if (!deployment) {
    set(
      'AbleToScale',
      'False',
      'FailedGetScale',
      `the HPA controller was unable to get the target's current scale: deployments.apps "${name}" not found`,
    );
    save({});
    return;
  }
  const current = deployment.spec.replicas;
  if (current === 0) {
    set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    set(
      'ScalingActive',
      'False',
      'ScalingDisabled',
      'scaling is disabled since the replica count of the target is zero',
    );
    save({ currentReplicas: 0, desiredReplicas: 0, currentMetrics: undefined });
    return;
  }

  const pods = store
    .list(typed.pods, { namespace })
    .filter(pod => options.load.workloadOf(pod) === name);
  const measured = (spec.metrics ?? []).map(metric =>
    measure(options, metric, pods, current),
  );
  const known = measured.filter((m): m is Measured => 'desired' in m);
  const failed = measured.find((m): m is Unmeasured => 'problem' in m);
  if (known.length === 0) {
    const problem = failed?.problem ?? {
      reason: 'InvalidMetricSourceType',
      message: 'the HPA has no metric',
    };
    set(
      'AbleToScale',
      'True',
      'SucceededGetScale',
      "the HPA controller was able to get the target's current scale",
    );
    set('ScalingActive', 'False', problem.reason, problem.message);
    events.record(
      autoscaler,
      'Warning',
      problem.reason,
      problem.message,
      COMPONENT,
    );
    save({ currentReplicas: current, currentMetrics: undefined });
    return;
  }
  const strongest = known.reduce((a, b) => (b.desired > a.desired ? b : a));
  // What could not be measured may be what is too high: then nothing shrinks.
  const wanted = failed
    ? Math.max(strongest.desired, current)
    : strongest.desired;
  set(
    'ScalingActive',
    'True',
    'ValidMetricFound',
    `the HPA was able to successfully calculate a replica count from ${strongest.text}`,
  );

  const stable = stabilized(context, history, autoscaler, current, wanted);
  if (stable > wanted) {
    set(
      'AbleToScale',
      'True',
      'ScaleDownStabilized',
      'recent recommendations were higher than current one, applying the highest recent recommendation',
    );
  } else {
    set(
      'AbleToScale',
      'True',
      'ReadyForNewScale',
      'recommended size matches current size',
    );
  }
  const rated = withinRate(autoscaler, current, stable);
  const desired = Math.min(spec.maxReplicas, Math.max(spec.minReplicas, rated));
  if (rated > spec.maxReplicas || stable > spec.maxReplicas) {
    set(
      'ScalingLimited',
      'True',
      'TooManyReplicas',
      'the desired replica count is more than the maximum replica count',
    );
  } else if (stable < spec.minReplicas) {
    set(
      'ScalingLimited',
      'True',
      'TooFewReplicas',
      'the desired replica count is less than the minimum replica count',
    );
  } else if (rated < stable) {
    set(
      'ScalingLimited',
      'True',
      'ScaleUpLimit',
      'the desired replica count is increasing faster than the maximum scale rate',
    );
  } else {
    set(
      'ScalingLimited',
      'False',
      'DesiredWithinRange',
      'the desired count is within the acceptable range',
    );
  }

  const status = {
    currentReplicas: current,
    desiredReplicas: desired,
    currentMetrics: known.map(metric => metric.status),
  };
  if (desired === current) {
    save(status);
    return;
  }
  store.update(typed.deployments, {
    ...deployment,
    spec: { ...deployment.spec, replicas: desired },
  });
  const why =
    desired > current
      ? `${strongest.text} above target`
      : 'All metrics below target';
  events.record(
    autoscaler,
    'Normal',
    'SuccessfulRescale',
    `New size: ${desired}; reason: ${why}`,
    COMPONENT,
  );
  set(
    'AbleToScale',
    'True',
    'SucceededRescale',
    `the HPA controller was able to update the target scale to ${desired}`,
  );
  save({ ...status, lastScaleTime: at });
}

function measure(
  { load, metricsServer }: { load: Load; metricsServer: boolean },
  metric: MetricSpec,
  pods: Pod[],
  current: number,
): Measured | Unmeasured {
  const source = metric.resource ?? metric.containerResource;
  const container = metric.containerResource?.container;
  const fail = (message: string): Unmeasured => ({
    problem: {
      reason: 'FailedGetResourceMetric',
      message: `the HPA was unable to compute the replica count: ${message}`,
    },
  });
  if (!source || (source.name !== 'cpu' && source.name !== 'memory')) {
    return {
      problem: {
        reason: `FailedGet${metric.type}Metric`,
        message: `the HPA was unable to compute the replica count: no metrics API serves metrics of type ${metric.type}`,
      },
    };
  }
  if (!metricsServer) {
    return fail(
      `failed to get ${source.name} utilization: unable to get metrics for resource ${source.name}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`,
    );
  }
  const ready = pods.filter(isReady);
  if (ready.length === 0) {
    return fail(
      `failed to get ${source.name} utilization: did not receive metrics for targeted pods (pods might be unready)`,
    );
  }
  const figures = load.pods(ready[0].metadata.namespace);
  let used = 0;
  let requested = 0;
  for (const pod of ready) {
    const figure = figures.find(({ name }) => name === pod.metadata.name);
    for (const { name, resources } of pod.spec.containers) {
      const request = resources?.requests?.[source.name];
      if (container && container !== name) {
        continue;
      }
      if (!request) {
        return fail(
          `failed to get ${source.name} utilization: missing request for ${source.name} in container ${name} of Pod ${pod.metadata.name}`,
        );
      }
      requested += parseQuantity(request);
      const own = figure?.containers.find(c => c.name === name);
      used +=
        source.name === 'cpu'
          ? (own?.cpuMillicores ?? 0) / 1000
          : (own?.memoryBytes ?? 0);
    }
  }
  const utilization = Math.round((100 * used) / requested);
  const target = source.target.averageUtilization ?? 100;
  const ratio = (100 * used) / requested / target;
  const desired =
    Math.abs(ratio - 1) <= TOLERANCE
      ? current
      : Math.ceil(ratio * ready.length);
  const value = {
    averageUtilization: utilization,
    averageValue:
      source.name === 'cpu'
        ? `${Math.round((used / ready.length) * 1000)}m`
        : `${Math.round(used / ready.length)}`,
  };
  return {
    desired,
    text: `${source.name} resource utilization (percentage of request)`,
    status: container
      ? {
          type: metric.type,
          containerResource: { name: source.name, container, current: value },
        }
      : { type: metric.type, resource: { name: source.name, current: value } },
  };
}

/** The highest recommendation of the window, so that a dip shrinks nothing. */
function stabilized(
  { now, scaled }: ControllerContext,
  history: Map<string, { at: number; desired: number }[]>,
  { metadata, spec }: Autoscaler,
  current: number,
  wanted: number,
): number {
  const { scaleUp, scaleDown } = spec.behavior ?? {};
  const window = (seconds: number) => now() - scaled(seconds * 1_000);
  const down = window(
    scaleDown?.stabilizationWindowSeconds ?? DOWN_STABILIZATION_SECONDS,
  );
  const up = window(scaleUp?.stabilizationWindowSeconds ?? 0);
  const key = metadata.uid ?? '';
  const kept = (history.get(key) ?? [{ at: now(), desired: current }]).filter(
    ({ at }) => at >= Math.min(up, down),
  );
  kept.push({ at: now(), desired: wanted });
  history.set(key, kept);
  const highest = Math.max(
    ...kept.filter(({ at }) => at >= down).map(({ desired }) => desired),
  );
  const lowest = Math.min(
    ...kept.filter(({ at }) => at >= up).map(({ desired }) => desired),
  );
  if (wanted > current) {
    return Math.max(current, lowest);
  }
  return wanted < current ? Math.min(current, highest) : wanted;
}

/** No more than the policies allow in one step. */
function withinRate(
  { spec }: Autoscaler,
  current: number,
  wanted: number,
): number {
  const rules =
    wanted > current ? spec.behavior?.scaleUp : spec.behavior?.scaleDown;
  if (rules?.selectPolicy === 'Disabled') {
    return current;
  }
  const usual =
    wanted > current
      ? [
          { type: 'Pods' as const, value: 4, periodSeconds: 15 },
          { type: 'Percent' as const, value: 100, periodSeconds: 15 },
        ]
      : [{ type: 'Percent' as const, value: 100, periodSeconds: 15 }];
  const steps = (rules?.policies ?? usual).map(({ type, value }) =>
    type === 'Pods' ? value : Math.max(1, Math.ceil((current * value) / 100)),
  );
  const step =
    rules?.selectPolicy === 'Min' ? Math.min(...steps) : Math.max(...steps);
  return wanted > current
    ? Math.min(wanted, current + step)
    : Math.max(wanted, current - step);
}
