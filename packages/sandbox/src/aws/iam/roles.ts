import { AwsError } from '../errors';
import { Call, Operation } from '../service';
import { paginate } from '../pagination';
import {
  changeableRole,
  encodeDocument,
  namedRole,
  namedRoleArn,
  noSuchEntity,
  pageOf,
  readTags,
  readTrust,
  requestTags,
  roleConditions,
  roleName,
  timestamp,
} from './common';
import { decideFor, uniqueId } from './identities';
import { arnOfRole, IamRole } from './state';

const PATH = { pattern: /^\/(?:[\x21-\x7e]*\/)?$/, max: 512 };
const DESCRIPTION = {
  pattern: /^[\t\n\r\x20-\x7e\xa1-\xff]*$/,
  max: 1000,
};
const POLICY_ARN = { min: 20, max: 2048 };

function viewRole(role: IamRole) {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: arnOfRole(role),
    CreateDate: timestamp(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(role.trust),
    Description: role.description,
    MaxSessionDuration: role.maxSessionSeconds,
    PermissionsBoundary:
      role.permissionsBoundary === undefined
        ? undefined
        : {
            PermissionsBoundaryType: 'Policy',
            PermissionsBoundaryArn: role.permissionsBoundary,
          },
    ...(Object.keys(role.tags).length > 0 && { Tags: viewTags(role) }),
  };
}

const viewTags = ({ tags }: IamRole) =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function readBoundary(call: Call, arn: string): string {
  if (!call.world.identities.hasManagedPolicy(arn)) {
    throw noSuchEntity(
      `Scope ARN: ${arn} does not exist or is not attachable.`,
    );
  }
  return arn;
}

const newRoleArn = (call: Call) =>
  arnOfRole({
    accountId: call.accountId,
    path: call.input.text('Path', PATH) ?? '/',
    name: roleName(call),
  });

/** Tags at creation need the permission to tag as well. */
function requireTagging(call: Call) {
  const resource = newRoleArn(call);
  const action = 'iam:TagRole';
  const { caller, region, world } = call;
  const decision = decideFor(caller.principal, {
    action,
    resource,
    context: {
      'aws:PrincipalArn': caller.principal.arn,
      'aws:RequestedRegion': region,
      ...requestTags(call),
    },
  });
  if (decision !== 'allowed') {
    throw new AwsError(
      'AccessDenied',
      403,
      `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource}`,
    );
  }
  world.permitted({ principalArn: caller.principal.arn, action, resource });
}

function createRole(call: Call) {
  const { input, world, accountId } = call;
  const name = roleName(call);
  const tags = readTags(input.objects('Tags'));
  if (Object.keys(tags).length > 0) {
    requireTagging(call);
  }
  if (world.identities.role(accountId, name)) {
    throw new AwsError(
      'EntityAlreadyExists',
      409,
      `Role with name ${name} already exists.`,
    );
  }
  const boundary = input.text('PermissionsBoundary', POLICY_ARN);
  const role: IamRole = {
    accountId,
    name,
    path: input.text('Path', PATH) ?? '/',
    id: `${uniqueId('AROA')}X`,
    createdAt: world.now(),
    description: input.text('Description', DESCRIPTION),
    maxSessionSeconds:
      input.integer('MaxSessionDuration', 3600, 43_200) ?? 3600,
    trust: readTrust(call, 'AssumeRolePolicyDocument'),
    inlinePolicies: {},
    attachedPolicies: [],
    ...(boundary !== undefined && {
      permissionsBoundary: readBoundary(call, boundary),
    }),
    tags,
  };
  world.state.iam.roles[arnOfRole(role)] = role;
  return { Role: viewRole(role) };
}

function deleteRole(call: Call) {
  const role = changeableRole(call);
  if (role.attachedPolicies.length > 0) {
    throw new AwsError(
      'DeleteConflict',
      409,
      'Cannot delete entity, must detach all policies first.',
    );
  }
  if (Object.keys(role.inlinePolicies).length > 0) {
    throw new AwsError(
      'DeleteConflict',
      409,
      'Cannot delete entity, must delete policies first.',
    );
  }
  delete call.world.state.iam.roles[arnOfRole(role)];
  return {};
}

/** Roles, their trust, their boundary and their tags. */
export const roleOperations: Operation[] = [
  {
    name: 'CreateRole',
    mutates: true,
    resource: newRoleArn,
    conditions: call => ({
      'iam:PermissionsBoundary': call.input.text('PermissionsBoundary'),
      ...requestTags(call),
    }),
    run: createRole,
  },
  {
    name: 'GetRole',
    resource: namedRoleArn,
    conditions: roleConditions,
    run: call => ({ Role: viewRole(namedRole(call)) }),
  },
  {
    name: 'DeleteRole',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run: deleteRole,
  },
  {
    name: 'UpdateAssumeRolePolicy',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      changeableRole(call).trust = readTrust(call, 'PolicyDocument');
      return {};
    },
  },
  {
    name: 'PutRolePermissionsBoundary',
    mutates: true,
    resource: namedRoleArn,
    conditions: call => ({
      ...roleConditions(call),
      'iam:PermissionsBoundary': call.input.text('PermissionsBoundary'),
    }),
    run(call) {
      const arn = call.input.requiredText('PermissionsBoundary', POLICY_ARN);
      changeableRole(call).permissionsBoundary = readBoundary(call, arn);
      return {};
    },
  },
  {
    name: 'TagRole',
    mutates: true,
    resource: namedRoleArn,
    conditions: call => ({ ...roleConditions(call), ...requestTags(call) }),
    run(call) {
      const role = changeableRole(call);
      role.tags = readTags(call.input.requiredObjects('Tags'), role.tags);
      return {};
    },
  },
  {
    name: 'UntagRole',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = changeableRole(call);
      const keys = call.input.requiredTexts('TagKeys');
      role.tags = Object.fromEntries(
        Object.entries(role.tags).filter(([key]) => !keys.includes(key)),
      );
      return {};
    },
  },
  {
    name: 'ListRoleTags',
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const { items, nextToken } = paginate(
        viewTags(namedRole(call)),
        ({ Key }) => Key,
        pageOf(call),
      );
      return {
        Tags: items,
        IsTruncated: nextToken !== undefined,
        Marker: nextToken,
      };
    },
  },
];
