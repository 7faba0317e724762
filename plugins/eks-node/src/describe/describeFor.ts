import type { Config } from '@backstage/config';
import {
  detectCompute,
  detectRouting,
  type EksClusterFacts,
  explainTargetProblems,
  gatewayClassFor,
  ingressClassFor,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { placeApplication } from '../argoCd/placement';
import { readArgoCdSettings } from '../argoCd/settings';
import { readAllowList } from '../resources/kubernetes/allowList';
import type { DescribedCluster, DescribeInput } from './fields';

/**
 * A cluster as it looks to a service.
 *
 * @public
 */
export async function describeFor(
  facts: EksClusterFacts,
  input: DescribeInput,
  services: { clusters: EksClusters; config: Config; signal?: AbortSignal },
): Promise<DescribedCluster> {
  const { loadBalancer } = facts;
  return {
    ...facts,
    endpoint: facts.endpoint ?? '',
    certificateAuthority: facts.certificateAuthority ?? '',
    createdAt: facts.createdAt ?? '',
    reason: facts.reason ?? '',
    loadBalancerKind: loadBalancer.kind,
    ingressClassName: ingressClassFor(loadBalancer, input.exposure) ?? '',
    gatewayClassName: gatewayClassFor(loadBalancer, input.exposure) ?? '',
    routing: detectRouting(facts, input.exposure, input.routing),
    argoCdApplication: await applicationOf(facts, services),
    oidcIssuer: facts.oidcIssuer ?? '',
    supportEndsAt: facts.supportEndsAt ?? '',
    upgradePolicy: facts.upgradePolicy ?? '',
    compute: computeOf(facts, input),
    problems: explainTargetProblems(facts, input),
  };
}

async function applicationOf(
  facts: EksClusterFacts,
  {
    clusters,
    config,
    signal,
  }: { clusters: EksClusters; config: Config; signal?: AbortSignal },
): Promise<DescribedCluster['argoCdApplication']> {
  const { destination, problem, ...place } = await placeApplication(facts, {
    clusters,
    settings: readArgoCdSettings(config),
    allowList: readAllowList(config),
    signal,
  });
  return {
    ...place,
    server: '',
    name: '',
    ...destination,
    possible: problem === undefined,
    reason: problem ? `${problem.message}; ${problem.remedy}` : '',
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
