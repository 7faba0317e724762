import type {
  Explanation,
  ExplanationCode,
} from '@slipway/backstage-plugin-eks-common/runtime';
import { useWords } from './useWords';

/** What is the matter, and the next step if there is one. */
export type ExplanationWords = [what: string, next?: string];

/** Puts explanations into the reader's language: every code has its words. */
export function useExplanation(): (
  explanation: Explanation,
) => ExplanationWords {
  const { t } = useWords();
  return ({ code, subject, facts }) => {
    const text = (name: string) => `${facts[name] ?? '?'}`;
    const pods = Number(facts.pods ?? 1);
    const first = facts.pod ?? subject.name;
    const pod = pods > 1 ? `${first} (+${pods - 1})` : `${first}`;
    const named = { name: subject.name };
    /** Which metric asks for how many pods, where that is known. */
    const asks =
      facts.wants === undefined
        ? ''
        : ` ${t('explanation.metricAsks', {
            metric: text('metric'),
            now: text('now'),
            wanted: text('wanted'),
            wants: text('wants'),
          })}`;
    const words: Record<ExplanationCode, () => ExplanationWords> = {
      'image-pull': () => [
        t('explanation.imagePull', { pod }),
        t('nextStep.imagePull'),
      ],
      'image-not-found': () => [
        t('explanation.imageNotFound', { pod }),
        t('nextStep.imageNotFound'),
      ],
      'image-denied': () => [
        t('explanation.imageDenied', { pod }),
        t('nextStep.imageDenied'),
      ],
      'image-rate-limited': () => [
        t('explanation.imageRateLimited', { pod }),
        t('nextStep.imageRateLimited'),
      ],
      'image-wrong-platform': () => [
        t('explanation.imageWrongPlatform', { pod }),
        t('nextStep.imageWrongPlatform'),
      ],
      'command-not-found': () => [
        t('explanation.commandNotFound', { pod }),
        t('nextStep.commandNotFound'),
      ],
      'config-error': () => [
        t('explanation.configError', { pod }),
        t('nextStep.configError'),
      ],
      'out-of-memory': () => [
        t('explanation.outOfMemory', { container: text('container'), pod }),
        t('nextStep.outOfMemory'),
      ],
      'crash-loop': () => [
        t('explanation.crashLoop', { container: text('container'), pod }),
        t('nextStep.crashLoop'),
      ],
      'liveness-failing': () => [
        t('explanation.livenessFailing', {
          container: text('container'),
          pod,
          probe: text('probe'),
        }),
        t('nextStep.livenessFailing'),
      ],
      quota: () => [
        t('explanation.quota', { quota: text('quota') }),
        t('nextStep.quota'),
      ],
      'cannot-create': () => [
        t('explanation.cannotCreate', { name: subject.name }),
        t('nextStep.cannotCreate'),
      ],
      'no-fargate-profile': () => [
        t('explanation.noFargateProfile', { pod }),
        t('nextStep.noFargateProfile'),
      ],
      'fargate-refused': () => [
        t('explanation.fargateRefused', { profile: text('profile'), pod }),
        t('nextStep.fargateRefused'),
      ],
      'node-launch-failed': () => [
        t('explanation.nodeLaunchFailed', {
          by: text('by'),
          node: text('node'),
          pod,
        }),
        t('nextStep.nodeLaunchFailed'),
      ],
      'node-not-joined': () => [
        t('explanation.nodeNotJoined', {
          node: text('node'),
          by: text('by'),
          pod,
          minutes: text('minutes'),
        }),
        t('nextStep.nodeNotJoined'),
      ],
      'no-node-will-come': () => [
        t('explanation.noNodeWillCome', { pod, by: text('by') }),
        refusalStep(facts.because, t),
      ],
      'node-coming': () => [
        t('explanation.nodeComing', { by: text('by'), pod }),
        t('nextStep.nodeComing'),
      ],
      'no-ip-address': () => [
        t('explanation.noIpAddress', { pod }),
        t('nextStep.noIpAddress'),
      ],
      'cannot-set-up': () => [
        t('explanation.cannotSetUp', { pod }),
        t('nextStep.cannotSetUp'),
      ],
      'probe-failing': () => [
        t('explanation.probeFailing', { pod, probe: text('probe') }),
        t('nextStep.probeFailing'),
      ],
      'target-unhealthy': () => [
        t('explanation.targetUnhealthy', { pod }),
        t('nextStep.targetUnhealthy'),
      ],
      unschedulable: () => [
        t('explanation.unschedulable', { pod }),
        t('nextStep.unschedulable'),
      ],
      'not-ready': () => [
        t('explanation.notReady', { pod }),
        t('nextStep.notReady'),
      ],
      'rollout-stalled': () => [
        t('explanation.rolloutStalled', { name: subject.name }),
        t('nextStep.rolloutStalled'),
      ],
      'service-missing': () => [
        t('explanation.serviceMissing', { name: subject.name }),
        t('nextStep.serviceMissing'),
      ],
      'service-without-pods': () => [
        t('explanation.serviceWithoutPods', { name: subject.name }),
        t('nextStep.serviceWithoutPods'),
      ],
      'no-ready-targets': () => [
        t('explanation.noReadyTargets', { name: subject.name }),
        t('nextStep.noReadyTargets'),
      ],
      'load-balancer-failed': () => [
        t('explanation.loadBalancerFailed', named),
        t('nextStep.loadBalancerFailed'),
      ],
      'gateway-missing': () => [
        t('explanation.gatewayMissing', { ...named, route: text('route') }),
        t('nextStep.gatewayMissing'),
      ],
      'gateway-failed': () => [
        t('explanation.gatewayFailed', named),
        t('nextStep.gatewayFailed'),
      ],
      'route-not-accepted': () => [
        t('explanation.routeNotAccepted', {
          ...named,
          gateway: text('gateway'),
        }),
        t('nextStep.routeNotAccepted'),
      ],
      'route-unresolved': () => [
        t('explanation.routeUnresolved', named),
        t('nextStep.routeUnresolved'),
      ],
      'drain-blocked': () => [
        t('explanation.drainBlocked', {
          ...named,
          pod,
          node: text('node'),
          rule: text('rule'),
        }),
        facts.never === undefined
          ? t('nextStep.drainBlocked')
          : t('nextStep.drainImpossible'),
      ],
      'drain-impossible': () => [
        t('explanation.drainImpossible', { ...named, rule: text('rule') }),
        t('nextStep.drainImpossible'),
      ],
      'load-balancer-pending': () => [
        t('explanation.loadBalancerPending', { name: subject.name }),
        t('nextStep.loadBalancerPending'),
      ],
      'autoscaler-missing-request': () => [
        t('explanation.autoscalerMissingRequest', {
          name: subject.name,
          resource: text('resource'),
        }),
        t('nextStep.autoscalerMissingRequest'),
      ],
      'autoscaler-no-metrics-server': () => [
        t('explanation.autoscalerNoMetricsServer', { name: subject.name }),
        t('nextStep.autoscalerNoMetricsServer'),
      ],
      'autoscaler-no-metrics': () => [
        t('explanation.autoscalerNoMetrics', { name: subject.name }),
        metricStep(facts.source, t),
      ],
      'autoscaler-metric-unknown': () => [
        t('explanation.autoscalerMetricUnknown', {
          ...named,
          metric: text('metric'),
        }),
        metricStep(facts.source, t),
      ],
      'autoscaler-cannot-scale': () => [
        t('explanation.autoscalerCannotScale', { name: subject.name }),
        t('nextStep.autoscalerCannotScale'),
      ],
      'autoscaler-at-max': () => [
        t('explanation.autoscalerAtMax', {
          name: subject.name,
          max: text('max'),
        }) + asks,
        t('nextStep.autoscalerAtMax'),
      ],
      'autoscaler-at-min': () => [
        t('explanation.autoscalerAtMin', { ...named, min: text('min') }) + asks,
      ],
      'autoscaler-slowed': () =>
        facts.direction === 'up'
          ? [
              t('explanation.autoscalerSlowedUp', named) + asks,
              t('nextStep.autoscalerSlowed'),
            ]
          : [t('explanation.autoscalerSlowedDown', named) + asks],
      'autoscaler-scaling-up': () => [
        t('explanation.autoscalerScalingUp', { to: text('to') }),
      ],
      'autoscaler-scaling-down': () => [
        t('explanation.autoscalerScalingDown', { to: text('to') }),
      ],
      'autoscaler-stabilising': () => [
        (facts.direction === 'up'
          ? t('explanation.autoscalerStabilisingUp')
          : t('explanation.autoscalerStabilising')) + asks,
      ],
      'autoscaler-disabled': () => [t('explanation.autoscalerDisabled')],
      'rolling-out': () => [
        t('explanation.rollingOut', {
          updated: text('updated'),
          desired: text('desired'),
          name: subject.name,
        }),
      ],
      'rollout-paused': () => [
        t('explanation.rolloutPaused', { name: subject.name }),
        t('nextStep.rolloutPaused'),
      ],
      restarted: () => [
        t('explanation.restarted', { container: text('container'), pod }),
      ],
    };
    return words[code]();
  };
}

type Translate = ReturnType<typeof useWords>['t'];
type Fact = Explanation['facts'][string] | undefined;

/** What to do where no node is made, by why that is so. */
function refusalStep(because: Fact, t: Translate): string {
  switch (because) {
    case 'limits':
      return t('nextStep.nodeLimits');
    case 'maximum':
      return t('nextStep.nodeMaximum');
    case 'backoff':
      return t('nextStep.nodeBackoff');
    case 'size':
      return t('nextStep.nodeSize');
    case 'taints':
      return t('nextStep.nodeTaints');
    case 'requirements':
      return t('nextStep.nodeRequirements');
    default:
      return t('nextStep.nodeOther');
  }
}

/** What to do where a metric has no figures, by who answers for it. */
function metricStep(source: Fact, t: Translate): string {
  switch (source) {
    case 'resource':
      return t('nextStep.metricResource');
    case 'custom':
      return t('nextStep.metricCustom');
    case 'external':
      return t('nextStep.metricExternal');
    default:
      return t('nextStep.autoscalerNoMetrics');
  }
}
