import { parseQuantity } from '../quantity';
import {
  listOf,
  numberOf,
  textOf,
  timeOf,
  type KubernetesAutoscaler,
} from './kubernetes';
import type { Autoscaler, AutoscalerNote, Metric, MetricAmount } from './types';

type MetricSpec = NonNullable<
  NonNullable<KubernetesAutoscaler['spec']>['metrics']
>[number];
type MetricStatus = NonNullable<
  NonNullable<KubernetesAutoscaler['status']>['currentMetrics']
>[number];

/** What tells one metric of an autoscaler from another. */
type Identity = Pick<
  Metric,
  'type' | 'name' | 'container' | 'object' | 'selector'
>;

interface Amounts {
  averageUtilization?: number;
  averageValue?: string;
  value?: string;
}

/** Autoscalers with each metric against its target. */
export function toAutoscalers(
  autoscalers: KubernetesAutoscaler[],
): Autoscaler[] {
  return autoscalers.map(toAutoscaler);
}

function toAutoscaler({
  metadata,
  spec,
  status,
}: KubernetesAutoscaler): Autoscaler {
  const name = textOf(metadata?.name) ?? '';
  const namespace = textOf(metadata?.namespace) ?? '';
  const lastScaledAt = timeOf(status?.lastScaleTime);
  const autoscaler = {
    id: `${namespace}/${name}`,
    name,
    namespace,
    target: {
      kind: textOf(spec?.scaleTargetRef?.kind) ?? '',
      name: textOf(spec?.scaleTargetRef?.name) ?? '',
    },
    min: numberOf(spec?.minReplicas) ?? 1,
    max: numberOf(spec?.maxReplicas) ?? 1,
    current: numberOf(status?.currentReplicas),
    // Until its first look the status holds a 0 that nobody wants.
    desired:
      listOf(status?.conditions).length > 0
        ? numberOf(status?.desiredReplicas)
        : undefined,
    metrics: toMetrics(
      listOf(spec?.metrics),
      listOf(status?.currentMetrics),
      numberOf(status?.currentReplicas),
    ),
    ...(lastScaledAt && { lastScaledAt }),
  };
  return { ...autoscaler, notes: notesOf(autoscaler, status?.conditions) };
}

/**
 * Pairs each target with its reading by what they name: the cluster leaves
 * readings out that it does not have, so their positions say nothing.
 */
function toMetrics(
  specs: MetricSpec[],
  statuses: MetricStatus[],
  replicas: number | undefined,
): Metric[] {
  const readings = new Map(
    statuses.map(status => [keyOf(identify(status)), currentOf(status)]),
  );
  return specs.flatMap(spec => {
    const identity = identify(spec);
    const amounts = targetOf(spec);
    const unit = UNITS.find(candidate => amountIn(candidate, amounts));
    const target = unit && amountIn(unit, amounts);
    if (!target) {
      return [];
    }
    const id = keyOf(identity);
    const current = amountIn(unit, readings.get(id));
    const wants = wantedBy({ target, current, replicas });
    return [
      {
        id,
        ...identity,
        target,
        current,
        ...(wants !== undefined && { wants }),
      },
    ];
  });
}

/** So far from its target a metric changes nothing, as Kubernetes has it. */
const TOLERANCE = 0.1;

/**
 * How many pods a metric asks for: as many more as it is above its target. The
 * cluster tells only what came of all metrics together.
 */
function wantedBy(options: {
  target: MetricAmount;
  current: MetricAmount | undefined;
  replicas: number | undefined;
}): number | undefined {
  const { target, current, replicas } = options;
  if (!current || !replicas || target.amount <= 0) {
    return undefined;
  }
  const ratio = current.amount / target.amount;
  return Math.abs(ratio - 1) <= TOLERANCE
    ? replicas
    : Math.max(0, Math.ceil(ratio * replicas));
}

const UNITS = ['percent-of-request', 'per-pod', 'total'] as const;

const keyOf = ({ type, name, container, object, selector }: Identity) =>
  JSON.stringify([type, name, container, object, selector]);

const targetOf = (spec: MetricSpec): Amounts | undefined =>
  (
    spec.resource ??
    spec.containerResource ??
    spec.pods ??
    spec.object ??
    spec.external
  )?.target;

const currentOf = (status: MetricStatus): Amounts | undefined =>
  (
    status.resource ??
    status.containerResource ??
    status.pods ??
    status.object ??
    status.external
  )?.current;

function identify(metric: MetricSpec | MetricStatus): Identity {
  const { resource, containerResource, pods, object, external } = metric;
  if (resource) {
    return { type: 'Resource', name: textOf(resource.name) ?? '' };
  }
  if (containerResource) {
    return {
      type: 'ContainerResource',
      name: textOf(containerResource.name) ?? '',
      container: textOf(containerResource.container),
    };
  }
  if (object) {
    const { kind, name } = object.describedObject ?? {};
    return {
      type: 'Object',
      ...named(object.metric),
      object: textOf(`${textOf(kind) ?? ''} ${textOf(name) ?? ''}`),
    };
  }
  return pods
    ? { type: 'Pods', ...named(pods.metric) }
    : { type: 'External', ...named(external?.metric) };
}

type NamedMetric = NonNullable<MetricSpec['external']>['metric'];

function named(
  metric: NamedMetric | undefined,
): Pick<Identity, 'name' | 'selector'> {
  const { matchLabels, matchExpressions } = metric?.selector ?? {};
  // One spelling, whatever the order.
  const parts = [
    ...Object.entries(matchLabels ?? {}).map(([key, value]) =>
      textOf(`${key}=${textOf(value) ?? ''}`),
    ),
    ...listOf(matchExpressions).map(({ key, operator, values }) =>
      textOf(
        [key, operator, ...listOf(values)]
          .map(part => textOf(part) ?? '')
          .join(' '),
      ),
    ),
  ];
  return {
    name: textOf(metric?.name) ?? '',
    selector: parts.length ? parts.sort().join(', ') : undefined,
  };
}

/**
 * The amount in the unit that the target is given in: a reading carries
 * several forms at times.
 */
function amountIn(
  unit: MetricAmount['unit'],
  amounts: Amounts | undefined,
): MetricAmount | undefined {
  if (unit === 'percent-of-request') {
    const amount = numberOf(amounts?.averageUtilization);
    return amount === undefined
      ? undefined
      : { unit, amount, text: `${amount} %` };
  }
  const quantity = unit === 'per-pod' ? amounts?.averageValue : amounts?.value;
  const amount = parseQuantity(quantity);
  return amount === undefined
    ? undefined
    : { unit, amount, text: readable(`${quantity}`, amount) };
}

/**
 * A quantity as people read it. Kubernetes writes 42.5 requests as `42500m`;
 * below one whole the thousandths are as good (`250m` of a core).
 */
function readable(quantity: string, amount: number): string {
  return quantity.endsWith('m') && Math.abs(amount) >= 1
    ? `${Math.round(amount * 1000) / 1000}`
    : (textOf(quantity) ?? '');
}

/** The conditions, as what they mean for somebody who waits for pods. */
function notesOf(
  autoscaler: Omit<Autoscaler, 'notes'>,
  conditions: NonNullable<KubernetesAutoscaler['status']>['conditions'],
): AutoscalerNote[] {
  const { current, desired, metrics, min, max } = autoscaler;
  const find = (wanted: string) =>
    listOf(conditions).find(({ type }) => type === wanted);
  const able = find('AbleToScale');
  const active = find('ScalingActive');
  const limited = find('ScalingLimited');

  if (!able && !active) {
    return [{ code: 'not-acted-yet' }];
  }
  if (able?.status === 'False') {
    return [{ code: 'cannot-scale', message: textOf(able.message) }];
  }
  if (active?.status === 'False') {
    const reason = textOf(active.reason);
    const message = textOf(active.message);
    if (reason === 'ScalingDisabled') {
      return [{ code: 'disabled' }];
    }
    return [
      SELECTOR_PROBLEMS.has(reason)
        ? { code: 'cannot-scale', message }
        : { code: 'metrics-missing', ...(reason && { reason }), message },
    ];
  }

  const notes: AutoscalerNote[] = [directionOf({ current, desired, metrics })];
  if (limited?.status === 'True') {
    if (limited.reason === 'TooManyReplicas') {
      notes.push({ code: 'at-max', max });
    } else if (limited.reason === 'TooFewReplicas') {
      notes.push({ code: 'at-min', min });
    } else if (limited.reason === 'ScaleUpLimit') {
      notes.push({ code: 'slowed', direction: 'up' });
    } else if (limited.reason === 'ScaleDownLimit') {
      notes.push({ code: 'slowed', direction: 'down' });
    }
  }
  if (able?.reason === 'ScaleDownStabilized') {
    notes.push({ code: 'stabilising', direction: 'down' });
  } else if (able?.reason === 'ScaleUpStabilized') {
    notes.push({ code: 'stabilising', direction: 'up' });
  }
  // Without any figure it would say itself that it has none.
  return metrics.some(({ current: reading }) => reading)
    ? [
        ...notes,
        ...metrics
          .filter(metric => metric.current === undefined)
          .map(({ name }) => ({
            code: 'metric-unknown' as const,
            metric: name,
          })),
      ]
    : notes;
}

/** It does not know which pods are its target's. */
const SELECTOR_PROBLEMS: ReadonlySet<string | undefined> = new Set([
  'AmbiguousSelector',
  'InvalidSelector',
]);

function directionOf({
  current,
  desired,
  metrics,
}: Pick<Autoscaler, 'current' | 'desired' | 'metrics'>): AutoscalerNote {
  if (current === undefined || desired === undefined || current === desired) {
    return { code: 'steady' };
  }
  return desired > current
    ? {
        code: 'scaling-up',
        to: desired,
        because: metrics
          .filter(
            metric => (metric.current?.amount ?? 0) > metric.target.amount,
          )
          .map(({ name }) => name),
      }
    : { code: 'scaling-down', to: desired };
}
