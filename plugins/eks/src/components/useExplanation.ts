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
        t('nextStep.autoscalerNoMetrics'),
      ],
      'autoscaler-cannot-scale': () => [
        t('explanation.autoscalerCannotScale', { name: subject.name }),
        t('nextStep.autoscalerCannotScale'),
      ],
      'autoscaler-at-max': () => [
        t('explanation.autoscalerAtMax', {
          name: subject.name,
          max: text('max'),
        }),
        t('nextStep.autoscalerAtMax'),
      ],
      'autoscaler-scaling-up': () => [
        t('explanation.autoscalerScalingUp', { to: text('to') }),
      ],
      'autoscaler-scaling-down': () => [
        t('explanation.autoscalerScalingDown', { to: text('to') }),
      ],
      'autoscaler-stabilising': () => [t('explanation.autoscalerStabilising')],
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
