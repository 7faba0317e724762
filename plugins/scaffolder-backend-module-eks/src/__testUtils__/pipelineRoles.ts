import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  NoSuchEntityException,
} from '@aws-sdk/client-iam';
import { ScmIntegrations } from '@backstage/integration';
import type { JsonObject } from '@backstage/types';
import { createIamPipelineRoleEnsureAction } from '../actions/iamPipelineRoleEnsure';
import { runAction, type RunOptions } from './runAction';
import type { SandboxEnvironment } from './sandboxEnvironment';

export const accountId = '111122223333';
export const region = 'eu-west-1';
export const boundary = `arn:aws:iam::${accountId}:policy/slipway-pipeline-boundary`;

const writing = /^(Create|Put|Delete|Update|Tag|Untag|Attach|Detach)/;

/** What tests of the roles of pipelines do beside running the action. */
export function pipelineRoles(environment: SandboxEnvironment) {
  const iam = () => environment.administrator.iam({ accountId, region });
  return {
    repoUrl: (name: string) =>
      `${new URL(environment.sandbox.urls.github).host}?owner=acme&repo=${name}`,

    /** Publishes a repository, and gives its immutable subject. */
    async publish(name: string): Promise<string> {
      const { urls, env } = environment.sandbox;
      const response = await fetch(`${urls.github}/api/v3/orgs/acme/repos`, {
        method: 'POST',
        headers: { authorization: `token ${env.SANDBOX_GITHUB_TOKEN}` },
        body: JSON.stringify({ name }),
      });
      const { id, owner } = await response.json();
      return `repo:acme@${owner.id}/${name}@${id}:ref:refs/heads/main`;
    },

    ensure(input: JsonObject, options?: RunOptions) {
      const { clients, config } = environment;
      return runAction(
        createIamPipelineRoleEnsureAction({
          clients,
          config,
          integrations: ScmIntegrations.fromConfig(config),
        }),
        input,
        options,
      );
    },

    /** The role as an administrator sees it; undefined when it is not there. */
    async find(name: string) {
      try {
        const { Role } = await iam().send(
          new GetRoleCommand({ RoleName: name }),
        );
        return {
          arn: Role?.Arn,
          boundary: Role?.PermissionsBoundary?.PermissionsBoundaryArn,
          trust: JSON.parse(
            decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ''),
          ),
          tags: Object.fromEntries(
            (Role?.Tags ?? []).map(({ Key, Value }) => [Key, Value]),
          ),
        };
      } catch (error) {
        if (error instanceof NoSuchEntityException) {
          return undefined;
        }
        throw error;
      }
    },

    /** What the role's own policy allows. */
    async permissions(name: string) {
      const { PolicyDocument } = await iam().send(
        new GetRolePolicyCommand({
          RoleName: name,
          PolicyName: 'slipway-pipeline',
        }),
      );
      return JSON.parse(decodeURIComponent(PolicyDocument ?? ''));
    },

    /** Somebody makes a role by hand. */
    async makeByHand(name: string, trust: object, path = '/slipway/') {
      const { Role } = await iam().send(
        new CreateRoleCommand({
          RoleName: name,
          Path: path,
          AssumeRolePolicyDocument: JSON.stringify(trust),
          Tags: [{ Key: 'team', Value: 'platform' }],
        }),
      );
      return Role?.Arn ?? '';
    },

    /** Somebody gives a role more than it needs. */
    attach: (name: string, policyArn = boundary) =>
      iam().send(
        new AttachRolePolicyCommand({ RoleName: name, PolicyArn: policyArn }),
      ),

    /** Somebody with more rights than the portal removes it. */
    remove(name: string) {
      const { roles } = environment.sandbox.aws.state.iam;
      for (const [arn, role] of Object.entries(roles)) {
        if (role.name === name) {
          delete roles[arn];
        }
      }
    },

    /** Calls of the portal to IAM that changed something about a role. */
    writesAbout: (name: string) =>
      environment.sandbox.journal
        .list({ service: 'iam' })
        .filter(
          ({ operation, target, status, caller = '' }) =>
            target === name &&
            status === 200 &&
            writing.test(operation) &&
            caller.includes('/slipway-portal/'),
        )
        .map(({ operation }) => operation),
  };
}
