import type { EksClusterFacts } from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '../types';
import type { ArgoCdSettings } from '../argoCd/settings';
import type { AllowList } from '../resources/kubernetes/allowList';
import { KubernetesClient } from '../resources/kubernetes/client';
import type { Patience } from './guard';
import type { ServiceParameters, Target } from './parameters';
import type { Report } from './report';

/** What is needed to look at the clusters. */
export interface TargetCheckOptions extends Patience {
  clusters: EksClusters;
  allowList: AllowList;
  argoCd: ArgoCdSettings;
  /** Full reference of the service's entity. */
  entity: string;
}

/** A target, and where what is found about it goes. */
export interface TargetCheck {
  target: Target;
  /** `targets[0]` */
  field: string;
  parameters: ServiceParameters;
  facts: EksClusterFacts;
  report: Report;
}

/** A client for the cluster of a target, whose requests end with the signal. */
export async function openCluster(
  { target }: TargetCheck,
  { clusters }: TargetCheckOptions,
  signal: AbortSignal,
): Promise<KubernetesClient> {
  return new KubernetesClient(
    await clusters.kubeConfig(target.clusterArn),
    signal,
  );
}
