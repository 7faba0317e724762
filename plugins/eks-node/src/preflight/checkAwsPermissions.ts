import { paginateSimulatePrincipalPolicy } from '@aws-sdk/client-iam';
import type { Config } from '@backstage/config';
import type { AwsClients } from '../aws/AwsClients';
import { readAwsAccountRole } from '../config';
import { repositoryAddress } from '../resources/ecr/registryAddress';
import { callIam, openIam } from '../resources/iam/account';
import type { PipelineRoleSettings } from '../resources/iam/settings';
import { ownershipTags } from '../resources/ownership';
import type { ImageRepository } from './checkImageRepository';
import type { PipelineRole } from './checkPipelineRole';
import { guard, type Patience } from './guard';
import { Report } from './report';
import {
  type NeededPermissions,
  repositoryPermissions,
  rolePermissions,
} from './servicePermissions';

/** What is needed to ask what the portal may do in an account. */
export interface AwsPermissionCheckOptions extends Patience {
  clients: AwsClients;
  config: Config;
  settings: PipelineRoleSettings;
  repository: ImageRepository;
  /** Left out where it is not known; then nothing is asked about it. */
  role?: PipelineRole;
  /** Full reference of the service's entity. */
  entity: string;
}

const CHECK = 'aws-permissions';

/** A resource, what has to be done to it, and what AWS knows of the call. */
interface Subject {
  arn: string;
  needed: NeededPermissions;
  context: Record<string, string>;
}

/**
 * Asks IAM what it would say to the calls that make the service: all policies
 * of the portal's role count, its permissions boundary, and those of the
 * organization.
 */
export async function checkAwsPermissions(
  options: AwsPermissionCheckOptions,
): Promise<Report> {
  const { clients, config, repository } = options;
  const { accountId } = repository;
  const report = new Report();
  const portal = readAwsAccountRole(config, accountId)?.arn;
  if (portal === undefined) {
    report.warning(CHECK, {
      message: `What the portal may do in account ${accountId} is not known ahead: it takes no role there`,
      remedy: 'nothing, or have an operator name a role in `aws.accounts`',
    });
    return report;
  }
  const what = `What ${portal} may do`;
  const question = { check: CHECK, what } as const;
  await guard(report, question, options, async signal => {
    const account = openIam(clients, { ...repository, signal });
    const denied = await Promise.all(
      subjectsOf(options, account.partition).map(
        async ({ arn, needed, context }) => {
          const allowed = new Set<string>();
          await callIam(
            account,
            'iam:SimulatePrincipalPolicy',
            `role ${portal}`,
            async callOptions => {
              for await (const page of paginateSimulatePrincipalPolicy(
                { client: account.client },
                {
                  PolicySourceArn: portal,
                  ActionNames: [...needed.make, ...needed.takeBack],
                  ResourceArns: [arn],
                  ContextEntries: Object.entries(context).map(
                    ([key, value]) => ({
                      ContextKeyName: key,
                      ContextKeyType: 'string',
                      ContextKeyValues: [value],
                    }),
                  ),
                },
                callOptions,
              )) {
                for (const result of page.EvaluationResults ?? []) {
                  if (
                    result.EvalDecision === 'allowed' &&
                    result.EvalActionName
                  ) {
                    allowed.add(result.EvalActionName);
                  }
                }
              }
            },
          );
          return {
            arn,
            make: needed.make.filter(action => !allowed.has(action)),
            takeBack: needed.takeBack.filter(action => !allowed.has(action)),
          };
        },
      ),
    );
    for (const { arn, make, takeBack } of denied) {
      if (make.length > 0) {
        report.failed(CHECK, {
          field: 'targets[0].clusterArn',
          message: `\`${portal}\` may not ${make.join(', ')} on \`${arn}\``,
          remedy:
            'have an operator allow it as docs/iam.md says, or choose a cluster in another account',
        });
      }
      if (takeBack.length > 0) {
        report.warning(CHECK, {
          message: `\`${portal}\` may not ${takeBack.join(', ')} on \`${arn}\`: what a failed task made would stay`,
          remedy: 'have an operator allow it as docs/iam.md says',
        });
      }
    }
    if (report.lines.length === 0) {
      report.passed(
        CHECK,
        `\`${portal}\` may make what the service needs, and take it back`,
      );
    }
  });
  return report;
}

function subjectsOf(
  { settings, repository, role, entity }: AwsPermissionCheckOptions,
  partition: Parameters<PipelineRoleSettings['boundaryOf']>[0]['partition'],
): Subject[] {
  const tags = { [`aws:ResourceTag/${ownershipTags.entity}`]: entity };
  const boundary = settings.boundaryOf({ ...repository, partition });
  return [
    {
      arn: repositoryAddress(repository).arn,
      needed: repositoryPermissions,
      context: tags,
    },
    ...(role
      ? [
          {
            arn: role.arn,
            needed: rolePermissions,
            context: {
              ...tags,
              ...(boundary && { 'iam:PermissionsBoundary': boundary }),
            },
          },
        ]
      : []),
  ];
}
