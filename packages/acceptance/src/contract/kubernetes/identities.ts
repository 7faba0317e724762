import type { ClusterIdentity } from '@slipway/sandbox';

/** The namespace that one of the identities is let into, and no case changes. */
export const ONE = 'contract';

const policy = (name: string, namespaces?: string[]): ClusterIdentity => ({
  username: `arn:aws:sts::111122223333:assumed-role/${name}/session`,
  groups: [`group:${name}`, 'system:authenticated'],
  accessPolicies: [
    {
      policyArn: `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`,
      ...(namespaces && { namespaces }),
    },
  ],
});

/** Whose tokens both targets know, and what EKS lets them do. */
export const identities: Record<string, ClusterIdentity> = {
  view: policy('View'),
  'view-one': policy('View', [ONE]),
  edit: policy('Edit'),
  'admin-view': policy('AdminView'),
  'cluster-admin': policy('ClusterAdmin'),
  nobody: {
    username: 'nobody',
    groups: ['nobodies', 'system:authenticated'],
    accessPolicies: [],
  },
};
