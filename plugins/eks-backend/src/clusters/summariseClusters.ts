import { toError } from '@backstage/errors';
import {
  explainTargetProblems,
  type ClustersResponse,
  type ClusterSummary,
  type EksCluster,
  type EksClusterFacts,
  type ComputeChoice,
  type Exposure,
  type RoutingChoice,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';

/** How long one cluster may hold up the answer about all. */
const PATIENCE_MS = 8_000;

/**
 * Every cluster with its facts and why a service cannot run there. A cluster
 * that cannot be described keeps its place and says why.
 */
export async function summariseClusters(
  clusters: EksClusters,
  target: {
    exposure?: Exposure;
    routing?: RoutingChoice;
    namespace?: string;
    compute?: ComputeChoice;
  },
): Promise<ClustersResponse> {
  const found = await clusters.list();
  const items = await Promise.all(
    found.clusters.map(async (cluster): Promise<ClusterSummary> => {
      const facts = await describe(clusters, cluster);
      return { ...facts, problems: explainTargetProblems(facts, target) };
    }),
  );
  return { items, failures: found.failures };
}

async function describe(
  clusters: EksClusters,
  cluster: EksCluster,
): Promise<EksClusterFacts> {
  const patience = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await clusters.describe(cluster.arn, { signal: patience });
  } catch (error) {
    return {
      ...cluster,
      reachable: false,
      reason: patience.aborted
        ? `cluster \`${cluster.name}\`: AWS did not describe it within ${
            PATIENCE_MS / 1000
          } s; try again in a moment`
        : toError(error).message,
      computeKinds: [],
      fargateProfiles: [],
      addons: [],
      loadBalancer: { kind: 'unknown' },
      metrics: 'unknown',
      argoCd: 'unknown',
      containerInsights: 'none',
    };
  }
}
