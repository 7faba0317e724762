import type { Config } from '@backstage/config';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import { reportDrift } from '../lib/changes';
import { accessEntry } from '../lib/eks/accessEntry';
import {
  clusterPartFields,
  ensureOutputFields,
  readClusterPart,
} from '../lib/eks/actionInput';
import { openCluster } from '../lib/eks/clusterApi';
import { ensureOnce, ensureResource } from '../lib/ensureResource';
import { type FieldProblem, type ParsedInput, parseInput } from '../lib/input';
import { examples } from './eksAccessEntryEnsure.examples';

const EKS_ACCESS_ENTRY_ENSURE = 'aws:eks:access-entry:ensure';

/**
 * The access policies that a template may give. AWS offers two more: cluster
 * administration, and a view that reads Secrets of every namespace.
 */
const allowedPolicies = [
  'AmazonEKSViewPolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSAdminPolicy',
] as const;

const inputFields = {
  ...clusterPartFields,
  principalArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the IAM role or user that is let in: `arn:aws:iam::111122223333:role/orders-pipeline`',
      ),
  kubernetesGroups: (zod: typeof z) =>
    zod
      .array(zod.string().min(1).max(63))
      .default([])
      .describe(
        'Kubernetes groups that it belongs to; RBAC of the cluster says what they may do',
      ),
  username: (zod: typeof z) =>
    zod
      .string()
      .min(1)
      .optional()
      .describe("Name that Kubernetes knows it by; AWS's own when left out"),
  policies: (zod: typeof z) =>
    zod
      .array(
        zod
          .object({
            name: zod
              .enum(allowedPolicies)
              .describe('Access policy that AWS offers'),
            namespaces: zod
              .array(zod.string().min(1))
              .default([])
              .describe(
                'Namespaces that it holds in; the whole cluster when empty',
              ),
          })
          .strict(),
      )
      .default([])
      .describe(
        'What it may do. AmazonEKSAdminPolicy needs namespaces; AmazonEKSClusterAdminPolicy and AmazonEKSAdminViewPolicy are not given by templates',
      ),
};

const outputFields = {
  arn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN of the access entry; left out in a dry run that would make it, as AWS ends it in an id',
      ),
  principalArn: (zod: typeof z) =>
    zod.string().describe('ARN of the principal that is let in'),
  ...ensureOutputFields,
};

const principalPattern =
  /^arn:aws[a-z-]*:iam::\d{12}:(role|user)\/[\w+=,.@/-]{1,512}$/;

function checkInput(input: ParsedInput<typeof inputFields>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  if (!principalPattern.test(input.principalArn)) {
    problems.push({
      field: 'principalArn',
      message: `\`${input.principalArn}\` is no ARN of an IAM role or user; a session (sts:…:assumed-role) is none either`,
    });
  }
  if (/^arn:[^:]+:iam::\d+:role\/aws-reserved\//.test(input.principalArn)) {
    problems.push({
      field: 'principalArn',
      message:
        "leave the path `aws-reserved/…` out: EKS wants the role's ARN without it",
    });
  }
  input.kubernetesGroups.forEach((group, index) => {
    // EKS refuses these prefixes (EKS User Guide, access entries).
    if (/^(system|eks|aws|amazon|iam):/.test(group)) {
      problems.push({
        field: `kubernetesGroups[${index}]`,
        message: `\`${group}\` has a prefix that EKS keeps for itself`,
      });
    }
  });
  const names = input.policies.map(({ name }) => name);
  input.policies.forEach(({ name, namespaces }, index) => {
    if (names.indexOf(name) !== index) {
      problems.push({
        field: `policies[${index}].name`,
        message: `${name} is given twice; name its namespaces in one place`,
      });
    }
    if (name === 'AmazonEKSAdminPolicy' && namespaces.length === 0) {
      problems.push({
        field: `policies[${index}].namespaces`,
        message:
          'AmazonEKSAdminPolicy reads and changes Secrets: name the namespaces that it holds in',
      });
    }
  });
  return problems;
}

/**
 * Lets an IAM role or user into a cluster, by an access entry. See
 * `docs/actions/aws-eks-access-entry-ensure.md`.
 *
 * @public
 */
export function createEksAccessEntryEnsureAction(options: {
  clients: AwsClients;
  config: Config;
}) {
  const { clients, config } = options;
  return createTemplateAction({
    id: EKS_ACCESS_ENTRY_ENSURE,
    description:
      'Lets an IAM role or user into an EKS cluster, with access policies and Kubernetes groups; reports what differs',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_ACCESS_ENTRY_ENSURE, inputFields, ctx.input);
      const { cluster, entity } = readClusterPart(
        EKS_ACCESS_ENTRY_ENSURE,
        input,
        config,
        checkInput(input),
      );
      const resource = accessEntry(
        openCluster(clients, cluster, ctx.signal),
        input,
      );
      const result = await ensureOnce(
        ctx,
        `eks.access-entry.${input.clusterArn}.${input.principalArn}`,
        remember =>
          ensureResource(resource, {
            ownership: {
              entity,
              template: ctx.templateInfo?.entityRef,
              task: ctx.task.id,
            },
            onExisting: input.onExisting,
            converge: input.converge,
            dryRun: ctx.isDryRun ?? false,
            remember,
            log: message => ctx.logger.info(message),
          }),
      );
      reportDrift(result.drift, message => ctx.logger.warn(message));

      if (result.state) {
        ctx.output('arn', result.state.arn);
      }
      ctx.output('principalArn', input.principalArn);
      ctx.output('created', result.created);
      ctx.output('changes', result.changes);
      ctx.output('drift', result.drift);
    },
  });
}
