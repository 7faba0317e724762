import { paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import { NotFoundError } from '@backstage/errors';
import type { Drift } from '../changes';
import {
  callIam,
  describeRole,
  type IamAccount,
} from '@slipway/backstage-plugin-eks-node/resources';
import type { Permission } from './permissions';
import { callerOf, type Pipeline, strangerTo, trustPolicy } from './trust';
import { trusts } from './trustEvaluation';

/** A role that somebody else made, and what a pipeline needs of it. */
export interface CheckRoleOptions {
  account: IamAccount;
  name: string;
  arn: string;
  pipeline: Pipeline;
  permissions: Permission[];
}

/**
 * Says what a role that somebody else made lacks for a pipeline, and whom it
 * lets in too much. Changes nothing.
 *
 * @returns nothing when the pipeline can work with it
 * @throws NotFoundError when there is no such role
 */
export async function checkRole(options: CheckRoleOptions): Promise<Drift[]> {
  const { account, name, arn } = options;
  const role = await describeRole(account, name);
  if (!role || role.arn !== arn) {
    throw new NotFoundError(
      role
        ? `role ${arn}: the role of that name is ${role.arn}; give its full ARN, with its path`
        : `role ${arn}: not found; check its ARN, or use \`mode: create\``,
    );
  }
  return [
    ...checkTrust(options, role.trust),
    ...(await checkPermissions(options)),
  ];
}

function checkTrust(
  { name, pipeline }: CheckRoleOptions,
  trust: string,
): Drift[] {
  if (!trusts(trust, callerOf(pipeline))) {
    const asked = trustPolicy(pipeline);
    return [
      {
        field: 'trust',
        asked,
        found: trust,
        explanation: `the role does not trust ${pipeline.subject}; add the statement of \`asked\` to its trust policy: aws iam update-assume-role-policy --role-name ${name} --policy-document file://trust.json`,
      },
    ];
  }
  return trusts(trust, strangerTo(pipeline))
    ? [
        {
          field: 'trust',
          asked: trustPolicy(pipeline),
          found: trust,
          explanation:
            'the role trusts pipelines of others as well; narrow the conditions of its trust policy to the subject of this one',
        },
      ]
    : [];
}

async function checkPermissions(options: CheckRoleOptions): Promise<Drift[]> {
  const drift: Drift[] = [];
  for (const { actions, resources } of options.permissions) {
    for (const resource of resources) {
      const denied = await deniedActions(options, actions, resource);
      if (denied.length > 0) {
        const asked = `${denied.join(', ')} on ${resource}`;
        drift.push({
          field: 'permissions',
          asked,
          found: 'not allowed',
          explanation: `the role's policies, or its permissions boundary, do not allow ${asked}; add it to them`,
        });
      }
    }
  }
  return drift;
}

/** What the role may not do, as AWS decides with all that applies to it. */
async function deniedActions(
  { account, arn }: CheckRoleOptions,
  actions: string[],
  resource: string,
): Promise<string[]> {
  const allowed = new Set<string>();
  await callIam(
    account,
    'iam:SimulatePrincipalPolicy',
    `role ${arn}`,
    async options => {
      for await (const page of paginateSimulatePrincipalPolicy(
        { client: account.client },
        {
          PolicySourceArn: arn,
          ActionNames: actions,
          ResourceArns: [resource],
        },
        options,
      )) {
        for (const result of page.EvaluationResults ?? []) {
          if (result.EvalDecision === 'allowed' && result.EvalActionName) {
            allowed.add(result.EvalActionName);
          }
        }
      }
    },
  );
  return actions.filter(action => !allowed.has(action));
}
