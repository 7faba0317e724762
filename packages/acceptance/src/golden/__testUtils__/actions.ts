import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  createTemplateAction,
  scaffolderActionsExtensionPoint,
} from '@backstage/plugin-scaffolder-node';
import { clusters } from './clusters';

const describeCluster = createTemplateAction({
  id: 'aws:eks:cluster:describe',
  supportsDryRun: true,
  schema: {
    input: z =>
      z
        .object({ clusterArn: z.string(), routing: z.string().optional() })
        .passthrough(),
  },
  async handler(ctx) {
    const { clusterArn, routing } = ctx.input;
    const cluster = clusters.find(({ arn }) => arn === clusterArn);
    if (!cluster) {
      throw new Error(`no cluster ${clusterArn}`);
    }
    const { compute } = cluster;
    const [, partition, , region, accountId, path] = clusterArn.split(':');
    ctx.output('name', path.replace('cluster/', ''));
    ctx.output('partition', partition);
    ctx.output('region', region);
    ctx.output('accountId', accountId);
    ctx.output('compute', compute);
    ctx.output(
      'loadBalancerKind',
      compute === 'auto-mode' ? 'auto-mode' : 'aws-load-balancer-controller',
    );
    ctx.output('ingressClassName', 'alb');
    ctx.output('gatewayClassName', 'alb');
    ctx.output('routing', routing === 'gateway' ? 'gateway' : 'ingress');
    ctx.output('argoCdApplication', {
      possible: true,
      reason: '',
      clusterArn,
      namespace: 'argocd',
      project: 'default',
      server: 'https://kubernetes.default.svc',
      name: '',
    });
  },
});

const ensureRepository = createTemplateAction({
  id: 'aws:ecr:repository:ensure',
  supportsDryRun: true,
  schema: {
    input: z =>
      z
        .object({ accountId: z.string(), region: z.string(), name: z.string() })
        .passthrough(),
  },
  async handler(ctx) {
    const { accountId, region, name } = ctx.input;
    ctx.output('arn', `arn:aws:ecr:${region}:${accountId}:repository/${name}`);
    ctx.output(
      'consoleUrl',
      `https://${region}.console.aws.amazon.com/ecr/repositories/private/${accountId}/${name}`,
    );
  },
});

const preflight = createTemplateAction({
  id: 'aws:eks:service:preflight',
  supportsDryRun: true,
  schema: {
    input: z =>
      z
        .object({
          name: z.string(),
          repoUrl: z.string(),
          targets: z.array(z.object({ clusterArn: z.string() }).passthrough()),
        })
        .passthrough(),
  },
  async handler(ctx) {
    const { name, repoUrl, targets } = ctx.input;
    const [, partition, , , accountId] = targets[0].clusterArn.split(':');
    ctx.output('pipelineRoleName', `${name}-pipeline`);
    ctx.output(
      'pipelineRoleArn',
      `arn:${partition}:iam::${accountId}:role/slipway/${name}-pipeline`,
    );
    const gitlab = repoUrl.startsWith('gitlab.com?');
    ctx.output('gitHost', gitlab ? 'gitlab' : 'github');
    ctx.output(
      'pipelineAudience',
      gitlab ? 'https://gitlab.com' : 'sts.amazonaws.com',
    );
  },
});

const ensureRole = createTemplateAction({
  id: 'aws:iam:pipeline-role:ensure',
  supportsDryRun: true,
  schema: { input: z => z.object({ name: z.string() }).passthrough() },
  async handler(ctx) {
    ctx.output(
      'consoleUrl',
      `https://us-east-1.console.aws.amazon.com/iam/home#/roles/details/${ctx.input.name}`,
    );
  },
});

const withoutOutput = [
  'kubernetes:apply',
  'catalog:entity:await',
  'eks:source:fetch',
  'eks:source:adopt',
].map(id =>
  createTemplateAction({
    id,
    supportsDryRun: true,
    schema: { input: z => z.object({}).passthrough() },
    async handler() {},
  }),
);

/**
 * Our actions, played: what they answer is all that filling in needs. That the
 * template and the real actions fit each other is tested in `steps.test.ts`.
 */
export const playedActions = createBackendModule({
  pluginId: 'scaffolder',
  moduleId: 'played-actions',
  register({ registerInit }) {
    registerInit({
      deps: { actions: scaffolderActionsExtensionPoint },
      async init({ actions }) {
        actions.addActions(
          preflight,
          describeCluster,
          ensureRepository,
          ensureRole,
          ...withoutOutput,
        );
      },
    });
  },
});
