import { createBackendModule } from '@backstage/backend-plugin-api';
import {
  createTemplateAction,
  scaffolderActionsExtensionPoint,
} from '@backstage/plugin-scaffolder-node';
import { clusters } from './clusters';

const describeCluster = createTemplateAction({
  id: 'aws:eks:cluster:describe',
  supportsDryRun: true,
  schema: { input: z => z.object({ clusterArn: z.string() }).passthrough() },
  async handler(ctx) {
    const { clusterArn } = ctx.input;
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
    ctx.output(
      'consoleUrl',
      `https://${region}.console.aws.amazon.com/ecr/repositories/private/${accountId}/${name}`,
    );
  },
});

const withoutOutput = [
  'aws:eks:service:preflight',
  'kubernetes:apply',
  'catalog:entity:await',
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
        actions.addActions(describeCluster, ensureRepository, ...withoutOutput);
      },
    });
  },
});
