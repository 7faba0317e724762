import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Lets somebody see which clusters there are and whether a name is free, which
 * the create form asks.
 *
 * @public
 */
export const eksClustersReadPermission = createPermission({
  name: 'eks.clusters.read',
  attributes: { action: 'read' },
});

/**
 * Every permission of the EKS plugins.
 *
 * @public
 */
export const eksPermissions = [eksClustersReadPermission];
