import { isError } from '@backstage/errors';
import type { EksClusterFacts } from '@slipway/backstage-plugin-eks-common';
import type { AllowList } from '../resources/kubernetes/allowList';
import type { EksClusters } from '../types';
import {
  type ArgoCdDestination,
  type ArgoCdSettings,
  IN_CLUSTER,
} from './settings';

/** What a service's Application is made as, by its kind. */
export const APPLICATION = {
  group: 'argoproj.io',
  apiVersion: 'argoproj.io/v1alpha1',
  kind: 'Application',
  resource: 'applications',
} as const;

/**
 * Where the Application of a service goes that shall run in a cluster.
 *
 * @public
 */
export interface ArgoCdPlacement {
  /** Cluster that Argo CD runs in. */
  clusterArn: string;
  namespace: string;
  project: string;
  destination: ArgoCdDestination;
  /** Why the portal cannot put it there; undefined when it can. */
  problem?: {
    message: string;
    remedy: string;
  };
}

/** What {@link placeApplication} asks. */
export interface PlacementServices {
  clusters: EksClusters;
  settings: ArgoCdSettings;
  allowList: AllowList;
  signal?: AbortSignal;
}

const BY_HAND =
  'apply deploy/argocd/<environment>/application.yaml of the repository where Argo CD runs, as its docs/pipeline.md says';

/** Where the Application goes, and why it cannot go there. */
export async function placeApplication(
  target: EksClusterFacts,
  services: PlacementServices,
): Promise<ArgoCdPlacement> {
  const { settings, allowList } = services;
  const { central, namespace, project } = settings;
  const known = central?.destinations.find(
    ({ clusterArn }) => clusterArn === target.arn,
  );
  const placement: ArgoCdPlacement = {
    clusterArn: central?.clusterArn ?? target.arn,
    namespace,
    project,
    destination: known?.destination ?? { server: IN_CLUSTER },
  };
  const because = (message: string, remedy: string): ArgoCdPlacement => ({
    ...placement,
    problem: { message, remedy },
  });
  if (central && !known && central.clusterArn !== target.arn) {
    return because(
      `How Argo CD knows cluster ${target.name} is not configured`,
      `have an operator add it to eks.argoCd.central.destinations, or ${BY_HAND}`,
    );
  }
  const refused = allowList.explainKind({
    apiVersion: APPLICATION.apiVersion,
    kind: APPLICATION.kind,
    metadata: {},
  });
  if (refused) {
    return because(refused, BY_HAND);
  }
  let facts: EksClusterFacts;
  try {
    facts = await factsOf(placement.clusterArn, target, services);
  } catch (error) {
    services.signal?.throwIfAborted();
    return because(
      `Whether Argo CD is in its cluster is not known: ${
        isError(error) ? error.message : 'it could not be asked'
      }`,
      BY_HAND,
    );
  }
  switch (facts.argoCd) {
    case 'served':
      return placement;
    case 'none':
      return because(
        `Cluster ${facts.name} does not serve the Applications of Argo CD`,
        `ask the platform team for Argo CD there or, where one Argo CD delivers to several clusters, for eks.argoCd.central; until then ${BY_HAND}`,
      );
    default:
      return because(
        `Whether cluster ${facts.name} has Argo CD is not known`,
        BY_HAND,
      );
  }
}

async function factsOf(
  clusterArn: string,
  target: EksClusterFacts,
  { clusters, signal }: PlacementServices,
): Promise<EksClusterFacts> {
  return clusterArn === target.arn
    ? target
    : await clusters.describe(clusterArn, { signal });
}
