import type { Config } from '@backstage/config';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { AwsClients } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import { reportDrift } from '../lib/changes';
import {
  clusterPartFields,
  ensureOutputFields,
  explainRoleArn,
  readClusterPart,
} from '../lib/eks/actionInput';
import { openCluster } from '../lib/eks/clusterApi';
import {
  explainOverlaps,
  fargateProfile,
  readProfiles,
  waitUntilActive,
} from '../lib/eks/fargateProfile';
import { ensureOnce, ensureResource } from '../lib/ensureResource';
import { type FieldProblem, type ParsedInput, parseInput } from '../lib/input';
import { examples } from './eksFargateProfileEnsure.examples';

const EKS_FARGATE_PROFILE_ENSURE = 'aws:eks:fargate-profile:ensure';

/** AWS's limits (EKS User Guide, service quotas of Fargate). */
const maximumSelectors = 5;
const maximumLabels = 5;

const inputFields = {
  ...clusterPartFields,
  name: (zod: typeof z) =>
    zod
      .string()
      .regex(
        /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
        'A Fargate profile has 1 to 100 letters, digits, `-` and `_`',
      )
      .refine(
        name => !name.startsWith('eks-'),
        'The prefix `eks-` is reserved by AWS',
      )
      .describe('Name of the profile'),
  podExecutionRoleArn: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'ARN of the role with which Fargate pulls images and writes logs; not that of a node group',
      ),
  subnets: (zod: typeof z) =>
    zod
      .array(
        zod
          .string()
          .regex(/^subnet-[0-9a-f]{8,17}$/, 'A subnet is `subnet-0a1b2c3d`'),
      )
      .default([])
      .describe(
        "Private subnets of the cluster's VPC; all of the cluster's when empty",
      ),
  selectors: (zod: typeof z) =>
    zod
      .array(
        zod
          .object({
            namespace: zod
              .string()
              .regex(
                /^[a-z0-9*?]([a-z0-9*?-]{0,61}[a-z0-9*?])?$/,
                'A namespace has 1 to 63 lower-case letters, digits and `-`, with `*` and `?` as wildcards',
              )
              .describe('Namespace, with `*` and `?` as wildcards'),
            labels: zod
              .record(zod.string())
              .default({})
              .describe('Labels that a pod has to have, at most 5'),
          })
          .strict(),
      )
      .min(1, 'A profile needs at least one selector')
      .max(
        maximumSelectors,
        `AWS takes at most ${maximumSelectors} selectors in a profile; make another profile for the rest`,
      )
      .describe('Which pods run on Fargate: 1 to 5'),
  waitSeconds: (zod: typeof z) =>
    zod
      .number()
      .int()
      .min(0)
      .max(3600)
      .default(900)
      .describe(
        'How long to wait until it takes pods, in seconds; AWS needs a minute or two, and makes one after the other',
      ),
};

const outputFields = {
  arn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN of the profile; left out in a dry run that would make it, as AWS ends it in an id',
      ),
  name: (zod: typeof z) => zod.string().describe('Name of the profile'),
  status: (zod: typeof z) =>
    zod
      .string()
      .describe('`ACTIVE`, or `CREATING` where that was not waited for'),
  overlaps: (zod: typeof z) =>
    zod
      .array(zod.string())
      .describe(
        'Other profiles that take some of the same pods, a sentence each',
      ),
  ...ensureOutputFields,
};

function checkInput(input: ParsedInput<typeof inputFields>): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const wrongRole = explainRoleArn(input.podExecutionRoleArn);
  if (wrongRole) {
    problems.push({ field: 'podExecutionRoleArn', message: wrongRole });
  }
  input.selectors.forEach(({ labels }, index) => {
    if (Object.keys(labels).length > maximumLabels) {
      problems.push({
        field: `selectors[${index}].labels`,
        message: `AWS takes at most ${maximumLabels} labels in a selector`,
      });
    }
  });
  return problems;
}

/**
 * Makes a Fargate profile and waits until it takes pods. See
 * `docs/actions/aws-eks-fargate-profile-ensure.md`.
 *
 * @public
 */
export function createEksFargateProfileEnsureAction(options: {
  clients: AwsClients;
  config: Config;
}) {
  const { clients, config } = options;
  return createTemplateAction({
    id: EKS_FARGATE_PROFILE_ENSURE,
    description:
      'Makes a Fargate profile of an EKS cluster and waits until it takes pods; reports what differs and what overlaps',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(
        EKS_FARGATE_PROFILE_ENSURE,
        inputFields,
        ctx.input,
      );
      const { cluster, entity } = readClusterPart(
        EKS_FARGATE_PROFILE_ENSURE,
        input,
        config,
        checkInput(input),
      );
      const api = openCluster(clients, cluster, ctx.signal);
      const dryRun = ctx.isDryRun ?? false;
      const log = (message: string) => ctx.logger.info(message);
      const patience = { until: Date.now() + input.waitSeconds * 1000, log };
      const overlaps = explainOverlaps(input, await readProfiles(api));
      const resource = fargateProfile(api, input, patience);
      const result = await ensureOnce(
        ctx,
        `eks.fargate-profile.${input.clusterArn}.${input.name}`,
        remember =>
          ensureResource(resource, {
            ownership: {
              entity,
              template: ctx.templateInfo?.entityRef,
              task: ctx.task.id,
            },
            onExisting: input.onExisting,
            converge: input.converge,
            dryRun,
            remember,
            log,
          }),
      );
      for (const overlap of overlaps) {
        ctx.logger.warn(overlap);
      }
      reportDrift(result.drift, message => ctx.logger.warn(message));
      const wait = !dryRun && input.waitSeconds > 0;
      const state = wait
        ? await waitUntilActive(api, input.name, patience)
        : result.state;

      if (state) {
        ctx.output('arn', state.arn);
      }
      ctx.output('name', input.name);
      ctx.output('status', state?.status ?? 'ACTIVE');
      ctx.output('overlaps', overlaps);
      ctx.output('created', result.created);
      ctx.output('changes', result.changes);
      ctx.output('drift', result.drift);
    },
  });
}
