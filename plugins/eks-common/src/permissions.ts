import { createPermission } from '@backstage/plugin-permission-common';

/**
 * Lets somebody see which clusters there are, what they can do, and whether a
 * name is free, which the create form asks.
 *
 * @public
 */
export const eksClustersReadPermission = createPermission({
  name: 'eks.clusters.read',
  attributes: { action: 'read' },
});

/**
 * Lets somebody see what would stop a new service, which tells what the portal
 * may do in accounts and clusters, and whose their namespaces are.
 *
 * @public
 */
export const eksPreflightReadPermission = createPermission({
  name: 'eks.preflight.read',
  attributes: { action: 'read' },
});

/**
 * Every permission of the EKS plugins.
 *
 * @public
 */
export const eksPermissions = [
  eksClustersReadPermission,
  eksPreflightReadPermission,
];
