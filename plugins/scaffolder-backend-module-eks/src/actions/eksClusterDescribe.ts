import type { Config } from '@backstage/config';
import { InputError } from '@backstage/errors';
import { createTemplateAction } from '@backstage/plugin-scaffolder-node';
import type { EksClusters } from '@slipway/backstage-plugin-eks-node';
import {
  chooseCluster,
  describedFields,
  describeFields,
  describeFor,
} from '@slipway/backstage-plugin-eks-node/preflight';
import { z } from 'zod/v3';
import { parseInput, throwProblems } from '../lib/input';
import { examples } from './eksClusterDescribe.examples';

const EKS_CLUSTER_DESCRIBE = 'aws:eks:cluster:describe';

const inputFields = {
  ...describeFields,
  failOnProblems: (zod: typeof z) =>
    zod
      .boolean()
      .default(true)
      .describe(
        'Whether to fail when the namespace or the exposure that was asked for cannot work on the cluster; otherwise the output `problems` says so',
      ),
};

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
    schema: { input: inputFields, output: describedFields },
    async handler(ctx) {
      const { failOnProblems, ...input } = parseInput(
        EKS_CLUSTER_DESCRIBE,
        inputFields,
        ctx.input,
      );
      const { arn, problems } = chooseCluster(input, config);
      throwProblems(EKS_CLUSTER_DESCRIBE, problems);

      const facts = await clusters.describe(arn, { signal: ctx.signal });
      const described = await describeFor(facts, input, {
        clusters,
        config,
        signal: ctx.signal,
      });
      const asked = input.namespace !== undefined || input.exposure !== 'none';
      if (asked && failOnProblems && described.problems.length > 0) {
        throw new InputError(described.problems.join(' '));
      }
      for (const problem of described.problems) {
        ctx.logger.warn(problem);
      }
      ctx.logger.info(
        `Cluster ${facts.name} in ${facts.accountId} ${facts.region}: Kubernetes ${facts.version}, pods run on ${described.compute}, load balancers by ${facts.loadBalancer.kind}, metrics by ${facts.metrics}`,
      );
      ctx.output('arn', described.arn);
      ctx.output('name', described.name);
      ctx.output('accountId', described.accountId);
      ctx.output('region', described.region);
      ctx.output('partition', described.partition);
      ctx.output('status', described.status);
      ctx.output('version', described.version);
      ctx.output('endpoint', described.endpoint);
      ctx.output('certificateAuthority', described.certificateAuthority);
      ctx.output('createdAt', described.createdAt);
      ctx.output('reachable', described.reachable);
      ctx.output('reason', described.reason);
      ctx.output('computeKinds', described.computeKinds);
      ctx.output('fargateProfiles', described.fargateProfiles);
      ctx.output('addons', described.addons);
      ctx.output('loadBalancer', described.loadBalancer);
      ctx.output('loadBalancerKind', described.loadBalancerKind);
      ctx.output('ingressClassName', described.ingressClassName);
      ctx.output('gatewayClassName', described.gatewayClassName);
      ctx.output('routing', described.routing);
      ctx.output('argoCd', described.argoCd);
      ctx.output('argoCdApplication', described.argoCdApplication);
      ctx.output('metrics', described.metrics);
      ctx.output('containerInsights', described.containerInsights);
      ctx.output('oidcIssuer', described.oidcIssuer);
      ctx.output('supportEndsAt', described.supportEndsAt);
      ctx.output('upgradePolicy', described.upgradePolicy);
      ctx.output('compute', described.compute);
      ctx.output('problems', described.problems);
    },
  });
}
