import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import {
  detectCompute,
  type EksClusterFacts,
  explainTargetProblems,
  partitionOfRegion,
  validateNamespace,
} from '@slipway/backstage-plugin-eks-common';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import { z } from 'zod/v3';
import {
  explainRegion,
  readClusterArn,
  ruleProblems,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  type FieldProblem,
  type ParsedInput,
  parseInput,
  throwProblems,
} from '../lib/input';
import { examples } from './eksClusterDescribe.examples';

const EKS_CLUSTER_DESCRIBE = 'aws:eks:cluster:describe';

const inputFields = {
  clusterArn: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'ARN of the cluster, e.g. `arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu`. Either this, or `clusterName`, `accountId` and `region`',
      ),
  clusterName: (zod: typeof z) =>
    zod.string().optional().describe('Name of the cluster within its region'),
  accountId: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe('AWS account of the cluster, 12 digits; with `clusterName`'),
  region: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'AWS region of the cluster, e.g. `eu-west-1`; with `clusterName`',
      ),
  namespace: (zod: typeof z) =>
    zod
      .string()
      .optional()
      .describe(
        'Namespace that pods shall run in: decides between Fargate and nodes',
      ),
  labels: (zod: typeof z) =>
    zod
      .record(zod.string())
      .default({})
      .describe('Labels of the pods, for Fargate profiles that ask for them'),
  exposure: (zod: typeof z) =>
    zod
      .enum(['public', 'internal', 'none'])
      .default('none')
      .describe(
        'Who shall reach the service from outside of the cluster: everybody, the network of the cluster, nobody',
      ),
  failOnProblems: (zod: typeof z) =>
    zod
      .boolean()
      .default(true)
      .describe(
        'Whether to fail when the namespace or the exposure that was asked for cannot work on the cluster; otherwise the output `problems` says so',
      ),
};

type DescribeInput = ParsedInput<typeof inputFields>;

const outputFields = {
  arn: (zod: typeof z) => zod.string().describe('ARN of the cluster'),
  name: (zod: typeof z) => zod.string().describe('Name of the cluster'),
  accountId: (zod: typeof z) =>
    zod.string().describe('AWS account of the cluster'),
  region: (zod: typeof z) => zod.string().describe('AWS region of the cluster'),
  partition: (zod: typeof z) =>
    zod.string().describe('Partition: `aws`, `aws-cn` or `aws-us-gov`'),
  status: (zod: typeof z) =>
    zod.string().describe('State by AWS, e.g. `ACTIVE`'),
  version: (zod: typeof z) =>
    zod.string().describe('Kubernetes version, e.g. `1.35`'),
  endpoint: (zod: typeof z) =>
    zod
      .string()
      .describe('URL of the Kubernetes API; empty while there is none'),
  certificateAuthority: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Certificate authority of the endpoint, base64 of PEM; empty while there is none',
      ),
  createdAt: (zod: typeof z) =>
    zod.string().describe('When it was made, ISO 8601; empty when not known'),
  reachable: (zod: typeof z) =>
    zod.boolean().describe('Whether its Kubernetes API answers the portal'),
  reason: (zod: typeof z) =>
    zod
      .string()
      .describe('Why it does not, and what to do; empty when it does'),
  computeKinds: (zod: typeof z) =>
    zod
      .array(zod.enum(['managed-nodes', 'karpenter', 'auto-mode', 'fargate']))
      .describe('All kinds of machines that the cluster has for pods'),
  fargateProfiles: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          name: zod.string(),
          status: zod.string(),
          selectors: zod.array(
            zod.object({
              namespace: zod.string().optional(),
              labels: zod.record(zod.string()).optional(),
            }),
          ),
        }),
      )
      .describe('Fargate profiles and which pods they select'),
  addons: (zod: typeof z) =>
    zod
      .array(
        zod.object({
          name: zod.string(),
          version: zod.string(),
          status: zod.string(),
        }),
      )
      .describe('EKS add-ons with their versions and health'),
  loadBalancer: (zod: typeof z) =>
    zod
      .object({
        kind: zod.enum([
          'auto-mode',
          'aws-load-balancer-controller',
          'none',
          'unknown',
        ]),
        ingressClassName: zod.string().optional(),
      })
      .describe('What makes load balancers for Ingresses'),
  loadBalancerKind: (zod: typeof z) =>
    zod
      .enum(['auto-mode', 'aws-load-balancer-controller', 'none', 'unknown'])
      .describe('`loadBalancer.kind`, for templates'),
  ingressClassName: (zod: typeof z) =>
    zod.string().describe('IngressClass to use; empty when there is none'),
  metrics: (zod: typeof z) =>
    zod
      .enum(['metrics-server', 'none', 'unknown'])
      .describe('What an autoscaler reads CPU and memory from'),
  containerInsights: (zod: typeof z) =>
    zod
      .enum(['otel', 'classic', 'none'])
      .describe('Flavour of CloudWatch Container Insights'),
  oidcIssuer: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'OIDC issuer of service account tokens; empty when there is none',
      ),
  supportEndsAt: (zod: typeof z) =>
    zod
      .string()
      .describe(
        'Date on which standard support of the version ends; empty when not known',
      ),
  upgradePolicy: (zod: typeof z) =>
    zod
      .string()
      .describe('`STANDARD` or `EXTENDED` support; empty when not known'),
  compute: (zod: typeof z) =>
    zod
      .enum(['nodes', 'fargate', 'auto-mode'])
      .describe('Where pods of the namespace will run'),
  problems: (zod: typeof z) =>
    zod
      .array(zod.string())
      .describe('Why what was asked cannot work there; empty when it can'),
};

function clusterArnOf(
  input: DescribeInput,
  config: Config,
): { arn: string; problems: FieldProblem[] } {
  const { clusterArn, clusterName, accountId, region } = input;
  if (clusterArn !== undefined) {
    const problems: FieldProblem[] = [];
    for (const [field, value] of Object.entries({
      clusterName,
      accountId,
      region,
    })) {
      if (value !== undefined) {
        problems.push({
          field,
          message: '`clusterArn` says this already; give one or the other',
        });
      }
    }
    const { problem } = readClusterArn(clusterArn, config);
    if (problem !== undefined) {
      problems.push({ field: 'clusterArn', message: problem });
    }
    return { arn: clusterArn, problems };
  }
  const problems: FieldProblem[] = [];
  if (
    clusterName === undefined &&
    accountId === undefined &&
    region === undefined
  ) {
    problems.push({
      field: 'clusterArn',
      message:
        'name the cluster, by this or by `clusterName`, `accountId` and `region`',
    });
  } else {
    if (!clusterName || !/^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/.test(clusterName)) {
      problems.push({
        field: 'clusterName',
        message:
          'a cluster is named by 1 to 100 letters, digits, `-` and `_`, the first a letter or digit',
      });
    }
    if (!accountId || !/^\d{12}$/.test(accountId)) {
      problems.push({
        field: 'accountId',
        message: 'an AWS account id has 12 digits',
      });
    }
    const regionProblem = explainRegion(region ?? '');
    if (regionProblem) {
      problems.push({ field: 'region', message: regionProblem });
    }
  }
  if (problems.length > 0 || region === undefined) {
    return { arn: '', problems };
  }
  const arn = `arn:${partitionOfRegion(
    region,
  )}:eks:${region}:${accountId}:cluster/${clusterName}`;
  const { problem } = readClusterArn(arn, config);
  return {
    arn,
    problems: problem ? [{ field: 'region', message: problem }] : [],
  };
}

function computeOf(
  facts: EksClusterFacts,
  namespace: string | undefined,
  labels: Record<string, string>,
) {
  if (namespace !== undefined) {
    return detectCompute(facts, { namespace, labels });
  }
  const hasNodes = facts.computeKinds.some(kind => kind !== 'fargate');
  return facts.computeKinds.length > 0 && !hasNodes
    ? 'fargate'
    : detectCompute({ ...facts, fargateProfiles: [] }, { namespace: '' });
}

/**
 * Tells what an EKS cluster is and can do. See
 * `docs/actions/aws-eks-cluster-describe.md`.
 *
 * @public
 */
export function createEksClusterDescribeAction(options: {
  clusters: EksClusters;
  config: Config;
}) {
  const { clusters, config } = options;
  return createTemplateAction({
    id: EKS_CLUSTER_DESCRIBE,
    description:
      'Tells what an EKS cluster is and can do: version, compute, load balancing, metrics, Container Insights; refuses a namespace or exposure that cannot work there',
    examples,
    supportsDryRun: true,
    schema: { input: inputFields, output: outputFields },
    async handler(ctx) {
      const input = parseInput(EKS_CLUSTER_DESCRIBE, inputFields, ctx.input);
      const { arn, problems: inputProblems } = clusterArnOf(input, config);
      if (input.namespace !== undefined) {
        inputProblems.push(...ruleProblems(validateNamespace(input.namespace)));
      }
      throwProblems(EKS_CLUSTER_DESCRIBE, inputProblems);

      const facts = await clusters.describe(arn, { signal: ctx.signal });
      const problems = explainTargetProblems(facts, input);
      const asked = input.namespace !== undefined || input.exposure !== 'none';
      if (asked && input.failOnProblems && problems.length > 0) {
        throw new InputError(problems.join(' '));
      }
      for (const problem of problems) {
        ctx.logger.warn(problem);
      }
      const compute = computeOf(facts, input.namespace, input.labels);
      ctx.logger.info(
        `Cluster ${facts.name} in ${facts.accountId} ${facts.region}: Kubernetes ${facts.version}, pods run on ${compute}, load balancers by ${facts.loadBalancer.kind}, metrics by ${facts.metrics}`,
      );

      ctx.output('arn', facts.arn);
      ctx.output('name', facts.name);
      ctx.output('accountId', facts.accountId);
      ctx.output('region', facts.region);
      ctx.output('partition', facts.partition);
      ctx.output('status', facts.status);
      ctx.output('version', facts.version);
      // Every output is always there: a step that runs for each target gets
      // lists, whose items would shift if one were left out.
      ctx.output('endpoint', facts.endpoint ?? '');
      ctx.output('certificateAuthority', facts.certificateAuthority ?? '');
      ctx.output('createdAt', facts.createdAt ?? '');
      ctx.output('reachable', facts.reachable);
      ctx.output('reason', facts.reason ?? '');
      ctx.output('computeKinds', facts.computeKinds);
      ctx.output('fargateProfiles', facts.fargateProfiles);
      ctx.output('addons', facts.addons);
      ctx.output('loadBalancer', facts.loadBalancer);
      ctx.output('loadBalancerKind', facts.loadBalancer.kind);
      ctx.output('ingressClassName', facts.loadBalancer.ingressClassName ?? '');
      ctx.output('metrics', facts.metrics);
      ctx.output('containerInsights', facts.containerInsights);
      ctx.output('oidcIssuer', facts.oidcIssuer ?? '');
      ctx.output('supportEndsAt', facts.supportEndsAt ?? '');
      ctx.output('upgradePolicy', facts.upgradePolicy ?? '');
      ctx.output('compute', compute);
      ctx.output('problems', problems);
    },
  });
}
