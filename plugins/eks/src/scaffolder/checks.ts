import type { TranslationFunction } from '@backstage/core-plugin-api/alpha';
import {
  parseClusterArn,
  type ClustersResponse,
} from '@slipway/backstage-plugin-eks-common';
import type { EksApi } from '../api/EksApi';
import type { Target } from './TargetsField';
import type { eksFormTranslationRef } from './translation';

/** What the form has gathered when the review is shown. */
export interface Parameters {
  name: string;
  owner?: string;
  repoUrl?: string;
  exposure?: string;
  targets: Target[];
}

/** One line of the review. */
export interface Check {
  status: 'passed' | 'warning' | 'failed';
  message: string;
}

type Translate = TranslationFunction<(typeof eksFormTranslationRef)['T']>;

/** Asks all that can be asked before anything is made; writes nothing. */
export async function runChecks(
  eks: EksApi,
  parameters: Parameters,
  t: Translate,
  signal: AbortSignal,
): Promise<Check[]> {
  const checks = await Promise.all([
    checkName(eks, parameters, t, signal),
    ...parameters.targets.map(async target =>
      checkTarget(
        target,
        await eks.listClusters(
          { namespace: target.namespace, exposure: parameters.exposure },
          { signal },
        ),
        t,
      ),
    ),
  ]);
  return checks.flat();
}

async function checkName(
  eks: EksApi,
  { name, repoUrl, targets }: Parameters,
  t: Translate,
  signal: AbortSignal,
): Promise<Check[]> {
  // The image goes where the service runs first.
  const { accountId, region } = targets[0]
    ? parseClusterArn(targets[0].clusterArn)
    : { accountId: undefined, region: undefined };
  const answer = await eks.checkName(
    name,
    { repoUrl, accountId, region },
    { signal },
  );
  const states = [answer.catalog, answer.repository, answer.registry];
  if (states.includes('taken')) {
    return answer.reasons.map(message => ({ status: 'failed', message }));
  }
  if (states.includes('unknown')) {
    return answer.reasons.map(message => ({ status: 'warning', message }));
  }
  return [{ status: 'passed', message: t('review.nameFree', { name }) }];
}

function checkTarget(
  target: Target,
  { items }: ClustersResponse,
  t: Translate,
): Check[] {
  const cluster = items.find(item => item.arn === target.clusterArn);
  if (!cluster) {
    return [
      {
        status: 'failed',
        message: t('review.targetMissing', { cluster: target.clusterArn }),
      },
    ];
  }
  if (cluster.problems.length > 0) {
    return cluster.problems.map(message => ({ status: 'failed', message }));
  }
  return [
    {
      status: 'passed',
      message: t('review.targetFits', {
        cluster: cluster.name,
        namespace: target.namespace,
      }),
    },
  ];
}
