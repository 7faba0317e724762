import {
  catalogConditions,
  createCatalogConditionalDecision,
} from '@backstage/plugin-catalog-backend/alpha';
import {
  AuthorizeResult,
  isResourcePermission,
  type Permission,
  type PolicyDecision,
} from '@backstage/plugin-permission-common';
import type {
  PermissionPolicy,
  PolicyQuery,
  PolicyQueryUser,
} from '@backstage/plugin-permission-node';
import {
  createScaffolderTaskConditionalDecision,
  scaffolderTaskConditions,
} from '@backstage/plugin-scaffolder-backend/alpha';
import {
  eksClustersReadPermission,
  eksLogsReadPermission,
  eksPodDeletePermission,
  eksPreflightReadPermission,
  eksRuntimeReadPermission,
  eksWorkloadRestartPermission,
  eksWorkloadScalePermission,
} from '@slipway/backstage-plugin-eks-common';
import type { PolicyGroups } from './readPolicyConfig';

type Decide = (
  user: PolicyQueryUser['info'],
  permission: Permission,
) => PolicyDecision;

const ALLOW: PolicyDecision = { result: AuthorizeResult.ALLOW };
const DENY: PolicyDecision = { result: AuthorizeResult.DENY };

const isAnyOf = (
  user: PolicyQueryUser['info'],
  refs: ReadonlySet<string>,
): boolean => user.ownershipEntityRefs.some(ref => refs.has(ref));

const everybody: Decide = () => ALLOW;

/** Somebody who owns the entity, as the catalog says. */
const owner: Decide = (user, permission) =>
  isResourcePermission(permission, 'catalog-entity')
    ? createCatalogConditionalDecision(
        permission,
        catalogConditions.isEntityOwner({ claims: user.ownershipEntityRefs }),
      )
    : DENY;

/** Somebody who started the task. */
const starter: Decide = (user, permission) =>
  isResourcePermission(permission, 'scaffolder-task')
    ? createScaffolderTaskConditionalDecision(
        permission,
        scaffolderTaskConditions.isTaskOwner({
          createdBy: [user.userEntityRef],
        }),
      )
    : DENY;

/**
 * Who may do what, by the permission's name. What is not here is for
 * administrators: a plugin that is new in the portal opens nothing by itself.
 */
function rulesFor({ onCall, creators }: PolicyGroups): Map<string, Decide> {
  const ownerOrOnCall: Decide = (user, permission) =>
    isAnyOf(user, onCall) ? ALLOW : owner(user, permission);
  const creator: Decide = user =>
    !creators || isAnyOf(user, creators) ? ALLOW : DENY;
  return new Map<string, Decide>([
    // What everybody may see. What a service has running tells no secrets;
    // its logs may.
    ['catalog.entity.read', everybody],
    ['catalog.location.read', everybody],
    ['kubernetes.clusters.read', everybody],
    ['kubernetes.resources.read', everybody],
    [eksClustersReadPermission.name, everybody],
    [eksRuntimeReadPermission.name, everybody],

    // Making a service: the form, its task, and the page in the catalog.
    ['scaffolder.template.parameter.read', everybody],
    ['scaffolder.template.step.read', everybody],
    [eksPreflightReadPermission.name, creator],
    ['scaffolder.task.create', creator],
    // What removing a service would do is shown by a dry run.
    ['scaffolder.template.dry-run', creator],
    ['scaffolder.action.execute', creator],
    ['catalog.entity.validate', creator],
    ['catalog.location.analyze', creator],
    ['catalog.entity.create', creator],
    ['catalog.location.create', creator],
    // What a task registered it takes back when it fails. The catalog cannot
    // tell whose a location is; the action that removes a service asks first.
    ['catalog.location.delete', creator],
    ['scaffolder.task.read', starter],
    ['scaffolder.task.cancel', starter],

    // One's own service, and every service while one is on call.
    ['catalog.entity.refresh', ownerOrOnCall],
    [eksLogsReadPermission.name, ownerOrOnCall],
    [eksWorkloadRestartPermission.name, ownerOrOnCall],
    [eksWorkloadScalePermission.name, ownerOrOnCall],
    [eksPodDeletePermission.name, ownerOrOnCall],
    ['catalog.entity.delete', owner],
  ]);
}

/** The portal's policy: who may create, look, and act. */
export class PortalPolicy implements PermissionPolicy {
  private readonly rules: Map<string, Decide>;

  constructor(private readonly groups: PolicyGroups) {
    this.rules = rulesFor(groups);
  }

  async handle(
    { permission }: PolicyQuery,
    user?: PolicyQueryUser,
  ): Promise<PolicyDecision> {
    if (!user) {
      return DENY;
    }
    if (isAnyOf(user.info, this.groups.administrators)) {
      return ALLOW;
    }
    const decide = this.rules.get(permission.name);
    return decide ? decide(user.info, permission) : DENY;
  }
}
