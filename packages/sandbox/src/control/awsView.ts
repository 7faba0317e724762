import { AwsStandIn, EcrImage, EksCluster } from '../aws';
import { severityCounts } from '../aws/ecr/scanning';
import { RegistryRepositoryView } from './views';

function viewImage({ digest, tags, pushedAt, scan }: EcrImage) {
  return {
    digest,
    tags,
    pushedAt: new Date(pushedAt).toISOString(),
    ...(scan && { findings: severityCounts(scan.findings) }),
  };
}

/** The repositories of all registries, newest image first. */
export function viewRegistries(aws: AwsStandIn): RegistryRepositoryView[] {
  return Object.entries(aws.state.registries).flatMap(([key, registry]) => {
    const [accountId, region] = key.split('/');
    return Object.values(registry.repositories).map(repository => ({
      accountId,
      region,
      name: repository.name,
      uri: repository.uri,
      tagMutability: repository.tagMutability,
      images: Object.values(repository.images)
        .sort((a, b) => b.pushedAt - a.pushedAt)
        .map(viewImage),
    }));
  });
}

/** What a cluster's pods run on, in words. */
export function describeCompute(cluster: EksCluster): string {
  const parts = [
    cluster.autoMode &&
      `EKS Auto Mode (node pools ${cluster.autoMode.nodePools.join(', ')})`,
    ...Object.values(cluster.nodegroups).map(
      ({ name, scaling }) =>
        `managed node group ${name} (${scaling.desiredSize} nodes)`,
    ),
    ...Object.values(cluster.fargateProfiles).map(
      ({ name, selectors }) =>
        `Fargate profile ${name} (namespaces ${selectors
          .map(({ namespace }) => namespace)
          .join(', ')})`,
    ),
  ];
  return parts.filter(Boolean).join('; ');
}
