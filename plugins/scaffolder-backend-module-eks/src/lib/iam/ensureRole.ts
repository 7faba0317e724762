import {
  CreateRoleCommand,
  EntityAlreadyExistsException,
  NoSuchEntityException,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import {
  type Change,
  type Drift,
  mergeChanges,
  type RememberPlan,
} from '../changes';
import {
  adoptionTags,
  boundaryMissing,
  callIam,
  type IamAccount,
  type Ownership,
  ownershipFromTags,
  ownershipTags,
  requireBoundary,
  roleNamed,
  tagsOf,
} from '@slipway/backstage-plugin-eks-node/resources';
import { compareRole, type DesiredRole } from './compareRole';
import { INLINE_POLICY } from './permissions';
import { readRole, type RoleState } from './roleState';
import { untilKnown } from './untilKnown';

/** What to make, for whom, and how to treat what is there. */
export interface EnsureRoleOptions {
  account: IamAccount;
  name: string;
  /** ARN that the role has or would have. */
  arn: string;
  desired: DesiredRole;
  ownership: Ownership;
  onExisting: 'adopt' | 'fail';
  converge: boolean;
  dryRun: boolean;
  /** Not called in a dry run, nor for what this task made. */
  remember: RememberPlan;
  log(message: string): void;
}

/** What came of it. */
export interface EnsureRoleResult {
  /** Whether this task made the role, in this run or an earlier one. */
  created: boolean;
  changes: Change[];
  drift: Drift[];
  /** ARN that it has; with another path than asked, not the computed one. */
  arn: string;
}

/** How often a role may appear or vanish before the action gives up. */
const maximumAttempts = 3;

const none = 'none';

/**
 * Makes a role, or brings its own or an adopted one to what was asked as far
 * as it may. May be repeated at any time: whatever an earlier run of the same
 * task left half done is completed, and nothing is made twice.
 *
 * @throws ConflictError when it belongs to another entity, or to nobody and may not be adopted
 * @throws NotFoundError when the policy that is to bound it is not there
 */
export async function ensureRole(
  options: EnsureRoleOptions,
): Promise<EnsureRoleResult> {
  const { account, name, arn, dryRun } = options;
  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const found = await readRole(account, name);
    if (found) {
      return await settleExisting(options, found);
    }
    if (dryRun) {
      await requireBoundary(account, options.desired.boundary);
      return {
        created: true,
        changes: creationChanges(options),
        drift: [],
        arn,
      };
    }
    const made = await createRole(options);
    if (made) {
      return await settleExisting(options, made);
    }
    // Somebody else made it in the meantime: look again.
  }
  throw new ServiceUnavailableError(
    `role \`${name}\` in account ${account.accountId} appears and vanishes while it is made; is something else managing it? Try again later`,
  );
}

/** @returns undefined when somebody else made one of that name first */
async function createRole(
  options: EnsureRoleOptions,
): Promise<RoleState | undefined> {
  const { account, name, desired, ownership, log } = options;
  const tags = { ...desired.tags, ...tagsOf(ownership) };
  return await callIam(
    account,
    'iam:CreateRole',
    roleNamed(name),
    async cancel => {
      try {
        const { Role } = await account.client.send(
          new CreateRoleCommand({
            RoleName: name,
            Path: desired.path,
            Description: `Pipeline of ${ownership.entity}`,
            AssumeRolePolicyDocument: desired.trust,
            PermissionsBoundary: desired.boundary,
            Tags: sdkTags(tags),
          }),
          cancel,
        );
        log(`Made role ${name}`);
        return {
          arn: Role?.Arn ?? options.arn,
          path: desired.path,
          trust: desired.trust,
          boundary: desired.boundary,
          tags,
          foreignPolicies: [],
        };
      } catch (error) {
        if (error instanceof EntityAlreadyExistsException) {
          return undefined;
        }
        if (error instanceof NoSuchEntityException) {
          // Nothing else that the request names has to be there.
          throw boundaryMissing(account, desired.boundary, error);
        }
        throw error;
      }
    },
  );
}

async function settleExisting(
  options: EnsureRoleOptions,
  found: RoleState,
): Promise<EnsureRoleResult> {
  const { account, name, desired, ownership, onExisting, converge, log } =
    options;
  const owner = ownershipFromTags(found.tags, ownership.entity);
  const where = `role \`${name}\` in account ${account.accountId}`;
  if (owner.state === 'other') {
    throw new ConflictError(
      `${where} belongs to ${owner.entity} (tag ${ownershipTags.entity}), not to ${ownership.entity}; choose another name, or have its owner remove it`,
    );
  }
  if (owner.state === 'unowned' && onExisting === 'fail') {
    throw new ConflictError(
      `${where} exists already and belongs to no entity (it has no tag ${ownershipTags.entity}); choose another name, or set \`onExisting: adopt\` to take it over`,
    );
  }

  const madeHere = owner.state === 'ours' && owner.task === ownership.task;
  const differences = compareRole(desired, found);
  // What this very task made may be completed without asking: an earlier run
  // of it was interrupted.
  const toSettle =
    converge || madeHere
      ? differences.filter(({ reason }) => reason === undefined)
      : [];
  const adopted = owner.state === 'unowned' ? adoptionTags(ownership) : {};
  const changes: Change[] = [
    ...toSettle.map(({ field, asked, found: before }) => ({
      field,
      before,
      after: asked,
    })),
    ...Object.entries(adopted).map(([key, value]) => ({
      field: `tags.${key}`,
      before: none,
      after: value,
    })),
  ];

  let changed = changes;
  if (options.dryRun) {
    if (toSettle.some(({ field }) => field === 'permissionsBoundary')) {
      await requireBoundary(account, desired.boundary);
    }
  } else {
    if (!madeHere) {
      changed = mergeChanges(await options.remember(changes), changes);
    }
    await applyChanges(
      options,
      toSettle.map(({ field }) => field),
      adopted,
    );
    if (owner.state === 'unowned') {
      log(`Adopted role ${name}, which belonged to nobody`);
    }
    if (!madeHere) {
      for (const change of changes) {
        log(`Changed ${change.field} from ${change.before} to ${change.after}`);
      }
    }
  }

  const settled = new Set(toSettle);
  return {
    created: madeHere,
    changes: madeHere ? creationChanges(options) : changed,
    drift: differences
      .filter(difference => !settled.has(difference))
      .map(({ field, asked, found: there, reason }) => ({
        field,
        asked,
        found: there,
        explanation:
          reason ?? `left as it is; set \`converge: true\` to change ${field}`,
      })),
    arn: found.arn,
  };
}

function creationChanges({ desired, arn }: EnsureRoleOptions): Change[] {
  return [
    { field: 'role', before: none, after: arn },
    { field: 'permissions', before: none, after: desired.permissions },
  ];
}

/**
 * Changes what is to change. Whose a role is comes first, so that none is left
 * changed by nobody; then the boundary, which limits all that follows.
 */
async function applyChanges(
  { account, name, desired, log }: EnsureRoleOptions,
  fields: string[],
  adopted: Record<string, string>,
): Promise<void> {
  const send = <T>(
    action: string,
    call: (cancel: { abortSignal?: AbortSignal }) => Promise<T>,
  ) =>
    callIam(account, action, roleNamed(name), cancel =>
      untilKnown(
        () => call(cancel),
        error => error instanceof NoSuchEntityException,
        account.signal,
      ),
    );
  const { client } = account;
  const tags = {
    ...Object.fromEntries(
      Object.entries(desired.tags).filter(([key]) =>
        fields.includes(`tags.${key}`),
      ),
    ),
    ...adopted,
  };
  if (Object.keys(tags).length > 0) {
    await send('iam:TagRole', cancel =>
      client.send(
        new TagRoleCommand({ RoleName: name, Tags: sdkTags(tags) }),
        cancel,
      ),
    );
  }
  if (fields.includes('permissionsBoundary')) {
    await send('iam:PutRolePermissionsBoundary', cancel =>
      client.send(
        new PutRolePermissionsBoundaryCommand({
          RoleName: name,
          PermissionsBoundary: desired.boundary,
        }),
        cancel,
      ),
    );
  }
  if (fields.includes('trust')) {
    await send('iam:UpdateAssumeRolePolicy', cancel =>
      client.send(
        new UpdateAssumeRolePolicyCommand({
          RoleName: name,
          PolicyDocument: desired.trust,
        }),
        cancel,
      ),
    );
  }
  if (fields.includes('permissions')) {
    await send('iam:PutRolePolicy', cancel =>
      client.send(
        new PutRolePolicyCommand({
          RoleName: name,
          PolicyName: INLINE_POLICY,
          PolicyDocument: desired.permissions,
        }),
        cancel,
      ),
    );
    log(`Set what role ${name} may do`);
  }
}

function sdkTags(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
