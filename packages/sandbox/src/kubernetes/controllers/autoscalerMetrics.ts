import type { PodMetrics } from '../types';
import {
  isFinished,
  servesTraffic,
  sum,
  type MetricSpec,
  type MetricStatus,
  type MetricValue,
  type Pod,
  type ScalingRules,
} from './objects';
import { parseQuantity } from './quantity';

/** A ratio this close to 1 changes nothing. */
const TOLERANCE = 0.1;

/** What an autoscaler measures by. */
export interface Measurement {
  pods: Pod[];
  /** What the metrics server says; undefined when there is none. */
  figures: PodMetrics[] | undefined;
  replicas: number;
  behavior: { scaleUp?: ScalingRules; scaleDown?: ScalingRules } | undefined;
}

/** What a metric asks for. */
export interface Proposal {
  replicas: number;
  status: MetricStatus;
  /** What the metric is called in reasons. */
  name: string;
}

/** Why a metric asks for nothing. */
export interface Failure {
  reason: string;
  /** What went wrong, without what it was wanted for. */
  message: string;
  /** What it was wanted for, such as `cpu resource`. */
  metric: string;
}

type Resource = 'cpu' | 'memory';

/** How many replicas a metric asks for. */
export function evaluate(
  spec: MetricSpec,
  measurement: Measurement,
): Proposal | Failure {
  const source = spec.resource ?? spec.containerResource;
  const resource = source?.name;
  if (!source || (resource !== 'cpu' && resource !== 'memory')) {
    return unsupported(spec);
  }
  const container = spec.containerResource?.container;
  const what = container
    ? `${resource} container resource`
    : `${resource} resource`;
  const { averageUtilization, averageValue } = source.target;
  const fail = (message: string): Failure => ({
    reason: container
      ? 'FailedGetContainerResourceMetric'
      : 'FailedGetResourceMetric',
    message: `failed to get ${resource} ${
      averageUtilization === undefined ? 'usage' : 'utilization'
    }: ${message}`,
    metric: what,
  });

  const samples = sample(measurement, resource, container);
  if ('problem' in samples) {
    return fail(samples.problem);
  }
  const target =
    averageUtilization === undefined
      ? { amount: parseQuantity(averageValue) }
      : { utilization: averageUtilization };
  if ('utilization' in target && samples.missingRequest) {
    return fail(samples.missingRequest);
  }
  const result = calculate(samples, target, measurement);
  const current: MetricValue = {
    averageValue: quantity(resource, result.average),
    ...('utilization' in target && {
      averageUtilization: Math.trunc(result.utilization * 100),
    }),
  };
  return {
    replicas: result.replicas,
    name:
      'utilization' in target
        ? `${what} utilization (percentage of request)`
        : what,
    status: container
      ? {
          type: 'ContainerResource',
          containerResource: { name: resource, container, current },
        }
      : { type: 'Resource', resource: { name: resource, current } },
  };
}

function unsupported({ type, ...sources }: MetricSpec): Failure {
  const api = type === 'External' ? 'external' : 'custom';
  const source = sources.pods ?? sources.object ?? sources.external;
  return {
    reason: `FailedGet${type}Metric`,
    message: `unable to get metric ${source?.metric.name ?? ''}: unable to fetch metrics from ${api} metrics API: no ${api} metrics API (${api}.metrics.k8s.io) registered`,
    metric: type.toLowerCase(),
  };
}

const quantity = (resource: Resource, amount: number) =>
  resource === 'cpu'
    ? `${Math.round(amount * 1_000)}m`
    : String(Math.round(amount));

interface Sample {
  pod: Pod;
  /** Cores or bytes. */
  used: number;
  requested: number;
}

interface Samples {
  /** Ready pods with figures. */
  ready: Sample[];
  /** Pods that do not serve yet; they count when there is more to do. */
  unready: Sample[];
  /** Pods without figures. */
  missing: Sample[];
  /** Why there is no utilization, if so. */
  missingRequest: string | undefined;
}

function sample(
  { pods, figures }: Measurement,
  resource: Resource,
  container: string | undefined,
): Samples | { problem: string } {
  const unable = `unable to get metrics for resource ${resource}`;
  if (!figures) {
    return {
      problem: `${unable}: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)`,
    };
  }
  const counted = pods.filter(
    pod => !pod.metadata.deletionTimestamp && !isFinished(pod),
  );
  const known = new Map(
    figures.map(figure => [figure.name, figure.containers]),
  );
  if (!counted.some(({ metadata }) => known.has(metadata.name))) {
    return {
      problem: `${unable}: no metrics returned from resource metrics API`,
    };
  }
  const samples: Samples = {
    ready: [],
    unready: [],
    missing: [],
    missingRequest: missingRequest(counted, resource, container),
  };
  for (const pod of counted) {
    const of = (name: string) => !container || container === name;
    const figure = known.get(pod.metadata.name);
    const taken: Sample = {
      pod,
      used: sum(
        (figure ?? [])
          .filter(({ name }) => of(name))
          .map(({ cpuMillicores, memoryBytes }) =>
            resource === 'cpu' ? cpuMillicores / 1_000 : memoryBytes,
          ),
      ),
      requested: sum(
        pod.spec.containers
          .filter(({ name }) => of(name))
          .map(({ resources }) =>
            parseQuantity(resources?.requests?.[resource]),
          ),
      ),
    };
    // Memory is taken before a pod serves; the processor's time says nothing.
    const starting = resource === 'cpu' && !servesTraffic(pod);
    if (starting || pod.status?.phase === 'Pending') {
      samples.unready.push(taken);
    } else {
      (figure ? samples.ready : samples.missing).push(taken);
    }
  }
  return samples.ready.length > 0
    ? samples
    : {
        problem:
          'did not receive metrics for targeted pods (pods might be unready)',
      };
}

function missingRequest(
  pods: Pod[],
  resource: Resource,
  container: string | undefined,
): string | undefined {
  for (const { metadata, spec } of pods) {
    for (const { name, resources } of spec.containers) {
      if (
        (!container || container === name) &&
        !resources?.requests?.[resource]
      ) {
        return `missing request for ${resource} in container ${name} of Pod ${metadata.name}`;
      }
    }
  }
  return undefined;
}

type Target = { utilization: number } | { amount: number };

function calculate(
  { ready, unready, missing }: Samples,
  target: Target,
  { replicas, behavior }: Measurement,
) {
  const ratioOf = (samples: Sample[]) => {
    const used = sum(samples.map(taken => taken.used));
    return 'utilization' in target
      ? (100 * used) /
          sum(samples.map(({ requested }) => requested)) /
          target.utilization
      : used / samples.length / target.amount;
  };
  const used = sum(ready.map(taken => taken.used));
  const measured = {
    average: used / ready.length,
    utilization: used / sum(ready.map(({ requested }) => requested)),
  };
  const near = (ratio: number) =>
    ratio >= 1 - toleranceOf(behavior?.scaleDown) &&
    ratio <= 1 + toleranceOf(behavior?.scaleUp);
  const result = (wanted: number) => ({ ...measured, replicas: wanted });

  const ratio = ratioOf(ready);
  const late = ratio > 1 ? unready : [];
  if (late.length === 0 && missing.length === 0) {
    return result(near(ratio) ? replicas : Math.ceil(ratio * ready.length));
  }
  // What is not known is taken to be what speaks against a change.
  const assumed = [...missing, ...late].map(taken => ({
    ...taken,
    used: ratio < 1 ? fully(taken, target) : 0,
  }));
  const all = [...ready, ...assumed];
  const cautious = ratioOf(all);
  const turned = ratio < 1 !== cautious < 1;
  if (near(cautious) || turned) {
    return result(replicas);
  }
  const wanted = Math.ceil(cautious * all.length);
  const wrongWay = cautious < 1 ? wanted > replicas : wanted < replicas;
  return result(wrongWay ? replicas : wanted);
}

const fully = ({ requested }: Sample, target: Target) =>
  'utilization' in target
    ? requested * Math.max(1, target.utilization / 100)
    : target.amount;

const toleranceOf = (rules: ScalingRules | undefined) =>
  rules?.tolerance === undefined ? TOLERANCE : parseQuantity(rules.tolerance);
