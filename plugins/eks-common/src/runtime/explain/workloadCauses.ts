import type { ClusterRuntime, Explanation, Workload } from '../types';
import { explanation } from './explanation';

/**
 * What a rollout does. One that does not get on is told here only if no pod
 * says why.
 *
 * @param ofPods - what is said of the pods already
 */
export function explainWorkloads(
  { workloads }: ClusterRuntime,
  ofPods: Explanation[],
): Explanation[] {
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
    if (rollout === 'stalled') {
      if (reason === 'FailedCreate') {
        const quota = /exceeded quota: ([\w.-]+)/.exec(message ?? '')?.[1];
        return [
          explanation({
            code: quota ? 'quota' : 'cannot-create',
            severity: 'bad',
            subject,
            facts: { ...facts, quota },
            evidence,
          }),
        ];
      }
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
