import { RESOURCE_TYPE_CATALOG_ENTITY } from '@backstage/plugin-catalog-common/alpha';
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

// The following are about an entity of the catalog: a policy may decide by its
// owner or whatever else the catalog's rules look at.

/**
 * Lets somebody see what an entity has running: workloads, pods, autoscalers,
 * how requests get there, and which image with which findings.
 *
 * @public
 */
export const eksRuntimeReadPermission = createPermission({
  name: 'eks.runtime.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Lets somebody read what an entity's containers write.
 *
 * @public
 */
export const eksLogsReadPermission = createPermission({
  name: 'eks.logs.read',
  attributes: { action: 'read' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Lets somebody replace the pods of an entity's workload by new ones, where
 * `eks.runtime.actions.enabled` is set.
 *
 * @public
 */
export const eksWorkloadRestartPermission = createPermission({
  name: 'eks.workload.restart',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Lets somebody change how many pods a workload of an entity has, where
 * `eks.runtime.actions.enabled` is set.
 *
 * @public
 */
export const eksWorkloadScalePermission = createPermission({
  name: 'eks.workload.scale',
  attributes: { action: 'update' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Lets somebody delete a pod of an entity, which its workload replaces, where
 * `eks.runtime.actions.enabled` is set.
 *
 * @public
 */
export const eksPodDeletePermission = createPermission({
  name: 'eks.pod.delete',
  attributes: { action: 'delete' },
  resourceType: RESOURCE_TYPE_CATALOG_ENTITY,
});

/**
 * Every permission of the EKS plugins.
 *
 * @public
 */
export const eksPermissions = [
  eksClustersReadPermission,
  eksPreflightReadPermission,
  eksRuntimeReadPermission,
  eksLogsReadPermission,
  eksWorkloadRestartPermission,
  eksWorkloadScalePermission,
  eksPodDeletePermission,
];
