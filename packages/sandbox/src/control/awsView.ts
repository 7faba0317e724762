import { arnOfRole, AwsStandIn, EcrImage, EksCluster } from '../aws';
import { severityCounts } from '../aws/ecr/scanning';
import { parsePolicy } from '../aws/iam/policy';
import { RegistryRepositoryView, RoleView } from './views';

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

/** Whom a trust policy lets in, and as which subject where it asks. */
function trustedBy(trust: string): string[] {
  const { statements } = parsePolicy(JSON.parse(trust));
  return statements
    .filter(({ effect }) => effect === 'Allow')
    .flatMap(({ principals, conditions }) => {
      const subjects = conditions
        .filter(({ key }) => key.endsWith(':sub'))
        .flatMap(({ values }) => values);
      return principals.map(principal =>
        subjects.length > 0
          ? `${principal} as ${subjects.join(', ')}`
          : principal,
      );
    });
}

/** The roles of all accounts, those of the seed first. */
export function viewRoles(aws: AwsStandIn): RoleView[] {
  return aws.roles().map(role => {
    const owner = role.tags['slipway:entity'];
    return {
      accountId: role.accountId,
      arn: arnOfRole(role),
      trusts: trustedBy(role.trust),
      policies: [...Object.keys(role.inlinePolicies), ...role.attachedPolicies],
      ...(role.permissionsBoundary && { boundary: role.permissionsBoundary }),
      ...(owner && { owner }),
    };
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
