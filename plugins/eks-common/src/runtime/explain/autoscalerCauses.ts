import type {
  Autoscaler,
  AutoscalerNote,
  ClusterRuntime,
  Explanation,
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
      return metricsCause(note.message);
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
      return { code: 'autoscaler-stabilising', severity: 'info' };
    case 'disabled':
      return { code: 'autoscaler-disabled', severity: 'info' };
    default:
      return undefined;
  }
}

/** Which of the usual reasons there are no figures for. */
function metricsCause(message = ''): Cause {
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
  return {
    code:
      /metrics\.k8s\.io/.test(message) &&
      /could not find the requested resource|unable to handle the request|ServiceUnavailable/i.test(
        message,
      ) &&
      !/(custom|external)\.metrics\.k8s\.io/.test(message)
        ? 'autoscaler-no-metrics-server'
        : 'autoscaler-no-metrics',
    severity,
    evidence,
  };
}

/** The metric that is furthest above its target: what asks for more pods. */
function pressureOf({ metrics }: Autoscaler): Cause['facts'] {
  const [worst] = metrics
    .flatMap(({ name, target, current }) =>
      current && target.amount > 0
        ? [
            {
              metric: name,
              now: current.text,
              wanted: target.text,
              ratio: current.amount / target.amount,
            },
          ]
        : [],
    )
    .sort((one, other) => other.ratio - one.ratio);
  return worst && worst.ratio > 1
    ? { metric: worst.metric, now: worst.now, wanted: worst.wanted }
    : {};
}
