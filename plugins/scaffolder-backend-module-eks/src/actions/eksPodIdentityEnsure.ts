import type { Config } from '@backstage/config';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  type EksClusterFacts,
  matchingFargateProfile,
  validateNamespace,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { ruleProblems } from '@slipway/backstage-plugin-eks-node/resources';
import { z } from 'zod/v3';
import { reportDrift } from '../lib/changes';
import {
  clusterPartFields,
  ensureOutputFields,
  explainRoleArn,
  readClusterPart,
} from '../lib/eks/actionInput';
import { openCluster } from '../lib/eks/clusterApi';
import { podIdentity } from '../lib/eks/podIdentity';
import { ensureOnce, ensureResource } from '../lib/ensureResource';
import { type FieldProblem, parseInput } from '../lib/input';
import { examples } from './eksPodIdentityEnsure.examples';

const EKS_POD_IDENTITY_ENSURE = 'aws:eks:pod-identity:ensure';

const inputFields = {
  ...clusterPartFields,
  namespace: (zod: typeof z) =>
    zod.string().describe('Namespace of the service account'),
  serviceAccount: (zod: typeof z) =>
    zod
      .string()
      .regex(
        /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/,
        'A service account has 1 to 253 lower-case letters, digits, `-` and `.`',
      )
      .describe(
        'Service account whose pods get the role; it may be made later',
      ),
  roleArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the role; its trust policy has to let `pods.eks.amazonaws.com` do `sts:AssumeRole` and `sts:TagSession`',
      ),
};

const outputFields = {
  arn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN of the association; left out in a dry run that would make it',
      ),
  associationId: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('Id of the association; left out as `arn` is'),
  warnings: (zod: typeof z) =>
    zod
      .array(zod.string())
      .describe('Why pods may not get the role all the same, and what to do'),
  ...ensureOutputFields,
};

/** Why pods there would not get a role (EKS User Guide, Pod Identity). */
function warningsOf(
  { name, addons, computeKinds, fargateProfiles }: EksClusterFacts,
  namespace: string,
): string[] {
  const warnings: string[] = [];
  const autoMode = computeKinds.includes('auto-mode');
  if (
    !autoMode &&
    !addons.some(addon => addon.name === 'eks-pod-identity-agent')
  ) {
    warnings.push(
      `cluster \`${name}\` has no add-on eks-pod-identity-agent, which hands the role to pods: aws eks create-addon --cluster-name ${name} --addon-name eks-pod-identity-agent`,
    );
  }
  const profile = matchingFargateProfile(fargateProfiles, namespace);
  if (profile) {
    warnings.push(
      `pods of namespace \`${namespace}\` may run on Fargate (profile \`${profile.name}\`), which knows no Pod Identity: use IAM roles for service accounts there`,
    );
  }
  return warnings;
}

/**
 * Gives the pods of a service account an IAM role by EKS Pod Identity. See
 * `docs/actions/aws-eks-pod-identity-ensure.md`.
 *
 * @public
 */
export function createEksPodIdentityEnsureAction(options: {
  clusters: EksClusters;
  config: Config;
}) {
  const { clusters, config } = options;
  return createTemplateAction({
    id: EKS_POD_IDENTITY_ENSURE,
    description:
      'Gives the pods of a service account an IAM role by EKS Pod Identity; reports what differs',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_POD_IDENTITY_ENSURE, inputFields, ctx.input);
      const wrongRole = explainRoleArn(input.roleArn);
      const problems: FieldProblem[] = [
        ...ruleProblems(validateNamespace(input.namespace), 'namespace'),
        ...(wrongRole ? [{ field: 'roleArn', message: wrongRole }] : []),
      ];
      const { cluster, entity } = readClusterPart(
        EKS_POD_IDENTITY_ENSURE,
        input,
        config,
        problems,
      );
      const facts = await clusters.describe(input.clusterArn, {
        signal: ctx.signal,
      });
      const warnings = warningsOf(facts, input.namespace);
      const resource = podIdentity(
        openCluster(clusters.aws, cluster, ctx.signal),
        input,
      );
      const result = await ensureOnce(
        ctx,
        `eks.pod-identity.${input.clusterArn}.${input.namespace}.${input.serviceAccount}`,
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
      for (const warning of warnings) {
        ctx.logger.warn(warning);
      }
      if (result.changes.length > 0) {
        ctx.logger.info(
          'EKS tells its nodes within seconds; pods that run already get the role when they are started again',
        );
      }

      if (result.state) {
        ctx.output('arn', result.state.arn);
        ctx.output('associationId', result.state.id);
      }
      ctx.output('warnings', warnings);
      ctx.output('created', result.created);
      ctx.output('changes', result.changes);
      ctx.output('drift', result.drift);
    },
  });
}
