import { isLive } from '../pods';
import type { ClusterRuntime, Explanation, Workload } from '../types';
import { ageOf } from './age';
import { explanation } from './explanation';
import type { Tidings } from './told';

/** For how long it counts that a pod could not be made. */
const RECENT_MS = 15 * 60_000;

/**
 * What a rollout does. One that does not get on is told here only if no pod
 * says why.
 *
 * @param ofPods - what is said of the pods already
 */
export function explainWorkloads(
  { workloads, pods }: ClusterRuntime,
  ofPods: Explanation[],
  { now, tidings }: { now: Date; tidings: Tidings },
): Explanation[] {
  /** Why pods are missing, of what has no condition to say so. */
  const failureOf = ({ kind, namespace, name, desired }: Workload) =>
    kind !== 'Deployment' &&
    pods.filter(
      pod =>
        isLive(pod) &&
        pod.namespace === namespace &&
        pod.owner?.kind === kind &&
        pod.owner.name === name,
    ).length < desired
      ? tidings
          .about(kind, namespace, name)
          .find(
            ({ reason, lastAt }) =>
              reason === 'FailedCreate' && ageOf(lastAt, now) <= RECENT_MS,
          )
      : undefined;
  const explained = (workload: Workload) =>
    ofPods.some(
      ({ severity, subject }) =>
        severity === 'bad' &&
        subject.kind === workload.kind &&
        subject.name === workload.name &&
        subject.namespace === workload.namespace,
    );
  return workloads.flatMap(workload => {
    const { kind, namespace, name, rollout, reason, message } = workload;
    const subject = { kind, namespace, name };
    const facts = {
      updated: workload.updated,
      ready: workload.ready,
      desired: workload.desired,
      version: workload.release.version,
    };
    const evidence = [reason, message];
    const failure =
      reason === 'FailedCreate' ? { message } : failureOf(workload);
    if (failure) {
      const quota = /exceeded quota: ([\w.-]+)/.exec(
        failure.message ?? '',
      )?.[1];
      return [
        explanation({
          code: quota ? 'quota' : 'cannot-create',
          severity: 'bad',
          subject,
          facts: { ...facts, quota },
          evidence: ['FailedCreate', failure.message],
        }),
      ];
    }
    if (rollout === 'stalled') {
      return explained(workload)
        ? []
        : [
            explanation({
              code: 'rollout-stalled',
              severity: 'bad',
              subject,
              facts,
              evidence,
            }),
          ];
    }
    if (rollout === 'progressing' || rollout === 'paused') {
      return [
        explanation({
          code: rollout === 'paused' ? 'rollout-paused' : 'rolling-out',
          severity: 'waiting',
          subject,
          facts,
          evidence,
        }),
      ];
    }
    return [];
  });
}
