import {
  detectCompute,
  type EksClusterFacts,
  explainTargetProblems,
  ingressClassFor,
} from '@slipway/backstage-plugin-eks-common';
import type { DescribedCluster, DescribeInput } from './fields';

/**
 * A cluster as it looks to a service.
 *
 * @public
 */
export function describeFor(
  facts: EksClusterFacts,
  input: DescribeInput,
): DescribedCluster {
  return {
    ...facts,
    endpoint: facts.endpoint ?? '',
    certificateAuthority: facts.certificateAuthority ?? '',
    createdAt: facts.createdAt ?? '',
    reason: facts.reason ?? '',
    loadBalancerKind: facts.loadBalancer.kind,
    ingressClassName: ingressClassFor(facts.loadBalancer, input.exposure) ?? '',
    oidcIssuer: facts.oidcIssuer ?? '',
    supportEndsAt: facts.supportEndsAt ?? '',
    upgradePolicy: facts.upgradePolicy ?? '',
    compute: computeOf(facts, input),
    problems: explainTargetProblems(facts, input),
  };
}

function computeOf(
  facts: EksClusterFacts,
  { namespace, labels, compute }: DescribeInput,
) {
  if (namespace !== undefined) {
    return detectCompute(facts, { namespace, labels, compute });
  }
  const hasNodes = facts.computeKinds.some(kind => kind !== 'fargate');
  return facts.computeKinds.length > 0 && !hasNodes
    ? 'fargate'
    : detectCompute(
        { ...facts, fargateProfiles: [] },
        { namespace: '', compute },
      );
}
