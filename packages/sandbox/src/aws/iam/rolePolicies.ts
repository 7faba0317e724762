import { Call, Operation } from '../service';
import { paginate } from '../pagination';
import {
  changeableRole,
  encodeDocument,
  limitExceeded,
  namedRole,
  namedRoleArn,
  noSuchEntity,
  pageOf,
  policyName,
  readPermissions,
  roleConditions,
} from './common';

const MAX_ATTACHED = 10;
const POLICY_ARN = { min: 20, max: 2048 };

const noPolicy = (name: string) =>
  noSuchEntity(`The role policy with name ${name} cannot be found.`);

function pageOfNames(call: Call, names: readonly string[]) {
  const { items, nextToken } = paginate(names, name => name, pageOf(call));
  return {
    items,
    rest: { IsTruncated: nextToken !== undefined, Marker: nextToken },
  };
}

/** Policies of a role: its own, and managed ones that are attached. */
export const rolePolicyOperations: Operation[] = [
  {
    name: 'PutRolePolicy',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = changeableRole(call);
      const name = policyName(call);
      const { [name]: _replaced, ...others } = role.inlinePolicies;
      role.inlinePolicies = {
        ...others,
        [name]: readPermissions(call, 'PolicyDocument', Object.values(others)),
      };
      return {};
    },
  },
  {
    name: 'GetRolePolicy',
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = namedRole(call);
      const name = policyName(call);
      if (!Object.hasOwn(role.inlinePolicies, name)) {
        throw noPolicy(name);
      }
      return {
        RoleName: role.name,
        PolicyName: name,
        PolicyDocument: encodeDocument(role.inlinePolicies[name]),
      };
    },
  },
  {
    name: 'DeleteRolePolicy',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = changeableRole(call);
      const name = policyName(call);
      if (!Object.hasOwn(role.inlinePolicies, name)) {
        throw noPolicy(name);
      }
      delete role.inlinePolicies[name];
      return {};
    },
  },
  {
    name: 'ListRolePolicies',
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const page = pageOfNames(
        call,
        Object.keys(namedRole(call).inlinePolicies),
      );
      return { PolicyNames: page.items, ...page.rest };
    },
  },
  {
    name: 'AttachRolePolicy',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = changeableRole(call);
      const arn = call.input.requiredText('PolicyArn', POLICY_ARN);
      if (!call.world.identities.hasManagedPolicy(arn)) {
        throw noSuchEntity(
          `Policy ${arn} does not exist or is not attachable.`,
        );
      }
      if (role.attachedPolicies.includes(arn)) {
        return {};
      }
      if (role.attachedPolicies.length >= MAX_ATTACHED) {
        throw limitExceeded(
          `Cannot exceed quota for PoliciesPerRole: ${MAX_ATTACHED}`,
        );
      }
      role.attachedPolicies = [...role.attachedPolicies, arn];
      return {};
    },
  },
  {
    name: 'DetachRolePolicy',
    mutates: true,
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const role = changeableRole(call);
      const arn = call.input.requiredText('PolicyArn', POLICY_ARN);
      if (!role.attachedPolicies.includes(arn)) {
        throw noSuchEntity(`Policy ${arn} was not found.`);
      }
      role.attachedPolicies = role.attachedPolicies.filter(
        item => item !== arn,
      );
      return {};
    },
  },
  {
    name: 'ListAttachedRolePolicies',
    resource: namedRoleArn,
    conditions: roleConditions,
    run(call) {
      const page = pageOfNames(call, namedRole(call).attachedPolicies);
      return {
        AttachedPolicies: page.items.map(arn => ({
          PolicyName: arn.replace(/^.*\//, ''),
          PolicyArn: arn,
        })),
        ...page.rest,
      };
    },
  },
];
