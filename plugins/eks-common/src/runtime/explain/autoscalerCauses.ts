import type {
  Autoscaler,
  AutoscalerNote,
  ClusterRuntime,
  Explanation,
  Metric,
} from '../types';
import { explanation } from './explanation';

/** What autoscalers do, and what stops them. */
export function explainAutoscalers({
  autoscalers,
}: ClusterRuntime): Explanation[] {
  return autoscalers.flatMap(autoscaler =>
    autoscaler.notes.flatMap(note => {
      const said = causeOf(note, autoscaler);
      return said
        ? [
            explanation({
              ...said,
              subject: {
                kind: 'HorizontalPodAutoscaler',
                namespace: autoscaler.namespace,
                name: autoscaler.name,
              },
              facts: {
                target: autoscaler.target.name,
                min: autoscaler.min,
                max: autoscaler.max,
                current: autoscaler.current,
                ...said.facts,
              },
            }),
          ]
        : [];
    }),
  );
}

type Cause = Pick<Explanation, 'code' | 'severity'> & {
  facts?: Record<string, string | number | undefined>;
  evidence?: (string | undefined)[];
};

function causeOf(
  note: AutoscalerNote,
  autoscaler: Autoscaler,
): Cause | undefined {
  switch (note.code) {
    case 'metrics-missing':
      return metricsCause(note, autoscaler);
    case 'metric-unknown': {
      const metric = autoscaler.metrics.find(
        ({ name }) => name === note.metric,
      );
      return {
        code: 'autoscaler-metric-unknown',
        severity: 'waiting',
        facts: { metric: note.metric, source: metric && sourceOf(metric.type) },
      };
    }
    case 'cannot-scale':
      return {
        code: 'autoscaler-cannot-scale',
        severity: 'bad',
        evidence: [note.message],
      };
    case 'at-max':
      return {
        code: 'autoscaler-at-max',
        severity: 'waiting',
        facts: pressureOf(autoscaler),
      };
    case 'at-min':
      return {
        code: 'autoscaler-at-min',
        severity: 'info',
        facts: pressureOf(autoscaler),
      };
    case 'slowed':
      return {
        code: 'autoscaler-slowed',
        severity: note.direction === 'up' ? 'waiting' : 'info',
        facts: { ...pressureOf(autoscaler), direction: note.direction },
      };
    case 'scaling-up':
      return {
        code: 'autoscaler-scaling-up',
        severity: 'info',
        facts: { to: note.to, because: note.because.join(', ') || undefined },
      };
    case 'scaling-down':
      return {
        code: 'autoscaler-scaling-down',
        severity: 'info',
        facts: { to: note.to },
      };
    case 'stabilising':
      return {
        code: 'autoscaler-stabilising',
        severity: 'info',
        facts: { ...pressureOf(autoscaler), direction: note.direction },
      };
    case 'disabled':
      return { code: 'autoscaler-disabled', severity: 'info' };
    default:
      return undefined;
  }
}

/** Who answers for a type of metric. */
const sourceOf = (type: Metric['type']) => {
  switch (type) {
    case 'External':
      return 'external';
    case 'Pods':
    case 'Object':
      return 'custom';
    default:
      return 'resource';
  }
};

/** Which of the usual reasons there are no figures for. */
function metricsCause(
  {
    reason = '',
    message = '',
  }: Extract<AutoscalerNote, { code: 'metrics-missing' }>,
  { metrics }: Autoscaler,
): Cause {
  const evidence = [message];
  const severity = 'bad';
  const [, resource, container] =
    /missing request for (\w+)(?: in container ([\w.-]+))?/.exec(message) ?? [];
  if (resource) {
    return {
      code: 'autoscaler-missing-request',
      severity,
      facts: { resource, container },
      evidence,
    };
  }
  if (
    /metrics\.k8s\.io/.test(message) &&
    /could not find the requested resource|unable to handle the request|ServiceUnavailable/i.test(
      message,
    ) &&
    !/(custom|external)\.metrics\.k8s\.io/.test(message)
  ) {
    return { code: 'autoscaler-no-metrics-server', severity, evidence };
  }
  const unknown = metrics.filter(({ current }) => current === undefined);
  const type =
    /^FailedGet(\w+)Metric$/.exec(reason)?.[1] ??
    TYPES.find(([words]) => words.test(message))?.[1];
  const metric =
    unknown.find(one => one.type === type) ??
    unknown.find(({ name }) => message.includes(name)) ??
    unknown[0];
  return {
    code: 'autoscaler-no-metrics',
    severity,
    facts: {
      metric: metric?.name,
      source: metric && sourceOf(metric.type),
    },
    evidence,
  };
}

/** What the message is about, where the reason is of all metrics together. */
const TYPES: readonly [RegExp, Metric['type']][] = [
  [/external metric/i, 'External'],
  [/object metric|metric .* on /i, 'Object'],
  [/pods metric|custom\.metrics/i, 'Pods'],
  [/container resource/i, 'ContainerResource'],
  [/resource metric|cpu utilization|memory utilization/i, 'Resource'],
];

/**
 * The metric that asks for the most pods, as that one counts, and for how many.
 */
function pressureOf({ metrics }: Autoscaler): Cause['facts'] {
  const [most] = metrics
    .flatMap(({ name, target, current, wants }) =>
      current && wants !== undefined
        ? [{ metric: name, now: current.text, wanted: target.text, wants }]
        : [],
    )
    .sort((one, other) => other.wants - one.wants);
  return most ?? {};
}
