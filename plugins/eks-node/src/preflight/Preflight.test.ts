import { mockCredentials, mockServices } from '@backstage/backend-test-utils';
import { ScmIntegrations } from '@backstage/integration';
import { catalogServiceMock } from '@backstage/plugin-catalog-node/testUtils';
import type { PreflightLine } from '@slipway/backstage-plugin-eks-common';
import { kinds, type KubernetesObject } from '@slipway/sandbox';
import { useSandbox } from '../__testUtils__/useSandbox';
import { DefaultEksClusters } from '../DefaultEksClusters';
import type { ServiceParameters } from './parameters';
import { Preflight, type PreflightOptions } from './Preflight';

const PROD_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const BATCH_EU = 'arn:aws:eks:eu-west-1:111122223333:cluster/batch-eu';
const MINE = { 'slipway.io/entity': 'component:default/orders' };

const catalog = catalogServiceMock({
  entities: [
    {
      apiVersion: 'backstage.io/v1alpha1',
      kind: 'Group',
      metadata: { name: 'payments', namespace: 'default' },
    },
  ],
});

const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach(stop => stop()));

/** A portal whose templates may use the namespaces `shared-*`, too. */
function start(use: ReturnType<typeof useSandbox>) {
  const config = use.config({
    accounts: [{ accountId: '111122223333', regions: ['eu-west-1'] }],
  });
  const clusters = DefaultEksClusters.fromConfig(config, {
    logger: mockServices.logger.mock(),
  });
  stops.push(() => clusters.stop());
  const own = config.getOptional('eks');
  const preflight = new Preflight({
    clusters,
    catalog,
    integrations: ScmIntegrations.fromConfig(config),
    config: mockServices.rootConfig({
      data: {
        ...use.sandbox.config,
        eks: {
          ...(typeof own === 'object' && own),
          apply: { allowedNamespaces: ['orders*', 'batch-*', 'shared-*'] },
        },
      },
    }),
  });
  return async (
    parameters: Partial<ServiceParameters> & { namespace?: string },
    options: Partial<PreflightOptions> = {},
  ) => {
    const { namespace = 'orders', ...rest } = parameters;
    const { report } = await preflight.check(
      {
        name: 'orders',
        description: '',
        owner: 'group:default/payments',
        lifecycle: 'experimental',
        source: 'new',
        runtime: 'nodejs',
        targets: [
          { environment: 'production', clusterArn: PROD_EU, namespace },
        ],
        compute: 'auto-detect',
        exposure: 'none',
        routing: 'auto-detect',
        scaling: { minReplicas: 3, maxReplicas: 10, targetCpuUtilization: 70 },
        pipeline: 'github-actions',
        repoUrl: `${new URL(use.sandbox.urls.github).host}?owner=acme&repo=orders`,
        imageRepository: {},
        ...rest,
      },
      {
        credentials: mockCredentials.user(),
        logger: mockServices.logger.mock(),
        ...options,
      },
    );
    return report.lines;
  };
}

const about = (lines: PreflightLine[], check: PreflightLine['check']) =>
  lines.filter(line => line.check === check);

/** An object with more than the sandbox's type for all of them says. */
type Seed = KubernetesObject & { spec?: unknown; status?: unknown };

const namespace = (
  name: string,
  metadata: Partial<KubernetesObject['metadata']> = {},
): Seed => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...metadata },
});

const quota = (
  inNamespace: string,
  hard: Record<string, string>,
  used: Record<string, string>,
): Seed => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'team', namespace: inNamespace },
  spec: { hard },
  status: { hard, used },
});

describe('a namespace that is there', () => {
  const use = useSandbox();
  const seed = (...objects: Seed[]) =>
    use.sandbox.cluster(PROD_EU).seed(objects);

  it('of nobody is taken over where operators allow it, with what that changes', async () => {
    seed(namespace('shared-free'));
    const lines = await start(use)({ namespace: 'shared-free' });

    expect(about(lines, 'namespace')).toEqual([
      {
        check: 'namespace',
        status: 'warning',
        environment: 'production',
        message:
          "Namespace `shared-free` in cluster prod-eu exists and belongs to nobody: it will be this service's",
        remedy: 'choose another if others use it',
      },
    ]);
    expect(about(lines, 'pod-security')).toEqual([
      expect.objectContaining({
        status: 'warning',
        message: expect.stringMatching(/is `privileged` and will be `restri/),
      }),
    ]);
    expect(about(lines, 'workloads')).toEqual([
      expect.objectContaining({ status: 'passed' }),
    ]);
    expect(about(lines, 'quota')).toEqual([
      expect.objectContaining({ status: 'passed' }),
    ]);
  });

  it('cannot be used while it is being removed', async () => {
    seed(
      namespace('orders-gone', {
        annotations: MINE,
        deletionTimestamp: '2026-01-01T00:00:00Z',
        finalizers: ['example.com/not-yet'],
      }),
    );
    const lines = await start(use)({ namespace: 'orders-gone' });

    expect(about(lines, 'namespace')).toEqual([
      expect.objectContaining({
        status: 'failed',
        field: 'targets[0].namespace',
        message: expect.stringContaining('is being removed'),
        remedy: expect.stringContaining('wait'),
      }),
    ]);
  });

  it.each([
    ['of somebody else', {}, 'failed'],
    [
      'of the service',
      { labels: { 'backstage.io/kubernetes-id': 'orders' } },
      'passed',
    ],
  ])('may hold a workload of its name %s', async (whose, metadata, status) => {
    const name = `shared-${status}`;
    seed(namespace(name), {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'orders', namespace: name, ...metadata },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: whose.length > 0 ? 'x' : 'y' } },
        template: {
          metadata: { labels: { app: 'x' } },
          spec: { containers: [{ name: 'app', image: 'nginx' }] },
        },
      },
    });
    const lines = await start(use)({ namespace: name });

    expect(about(lines, 'workloads')).toEqual([
      expect.objectContaining({
        status,
        message: expect.stringContaining(
          status === 'failed' ? 'Deployment `orders`' : 'Nothing of others',
        ),
      }),
    ]);
  });

  it.each([
    ['all', { pods: '20' }, { pods: '4' }, 'passed', /leave room/],
    ['some', { pods: '12' }, { pods: '6' }, 'warning', /pods for 6 of at most/],
    [
      'too few',
      { pods: '50', 'requests.memory': '1Gi' },
      { pods: '1', 'requests.memory': '600Mi' },
      'failed',
      /requests\.memory for 1 of at most 10 pods/,
    ],
  ])(
    'has quotas that leave room for %s pods',
    async (room, hard, used, status, message) => {
      const name = `orders-${room.replace(' ', '-')}`;
      seed(namespace(name, { annotations: MINE }), quota(name, hard, used));
      const lines = await start(use)({ namespace: name });

      expect(about(lines, 'quota')).toEqual([
        expect.objectContaining({
          status,
          message: expect.stringMatching(message),
        }),
      ]);
    },
  );
});

describe('what the portal may do', () => {
  describe('with the policy of preflight alone', () => {
    const use = useSandbox(['actions/aws-eks-service-preflight']);

    it('is simulated by AWS', async () => {
      const lines = about(await start(use)({}), 'aws-permissions');

      expect(lines.map(({ status }) => status)).toEqual([
        'failed',
        'warning',
        'failed',
        'warning',
      ]);
      expect(lines[0].message).toMatch(
        /slipway-portal` may not ecr:CreateRepository, .* on `arn:aws:ecr:eu-west-1:111122223333:repository\/orders`$/,
      );
      expect(lines[1].message).toMatch(/ecr:DeleteRepository .* would stay$/);
      expect(lines[2].message).toMatch(
        /iam:CreateRole, .* on `arn:aws:iam::111122223333:role\/slipway\/orders-pipeline`$/,
      );
    });
  });

  describe('where AWS may not be asked', () => {
    const use = useSandbox(['view']);

    it('is a warning that names the permission', async () => {
      expect(about(await start(use)({}), 'aws-permissions')).toEqual([
        expect.objectContaining({
          status: 'warning',
          message: expect.stringContaining('iam:SimulatePrincipalPolicy'),
        }),
      ]);
    });
  });

  describe('in a cluster', () => {
    const use = useSandbox();

    it('is asked of the cluster', async () => {
      use.sandbox
        .cluster(PROD_EU)
        .store.remove(kinds.clusterRoleBindings, undefined, 'slipway-create');
      const lines = about(await start(use)({}), 'cluster-permissions');

      expect(lines).toEqual([
        expect.objectContaining({
          status: 'failed',
          field: 'targets[0].clusterArn',
          message: expect.stringMatching(
            /in cluster prod-eu, the portal may not .*create namespaces.*patch networkpolicies/,
          ),
          remedy: expect.stringContaining('kubernetes-rbac.yaml'),
        }),
        expect.objectContaining({
          status: 'warning',
          message: expect.stringContaining('delete namespaces'),
        }),
      ]);
    });

    it('is not known of one that does not answer in time', async () => {
      const preflight = start(use);
      // Facts are known; what comes after them hangs.
      await preflight({});
      use.sandbox.faults.add({
        kind: 'hang',
        service: 'kubernetes',
        operation: 'create selfsubjectaccessreviews.authorization.k8s.io',
      });
      const lines = await preflight({}, { timeoutMs: 1_500 });

      expect(about(lines, 'cluster-permissions')).toEqual([
        expect.objectContaining({
          status: 'warning',
          message: expect.stringContaining('no answer in time'),
          remedy: 'check again',
        }),
      ]);
      expect(about(lines, 'namespace')).toEqual([
        expect.objectContaining({ status: 'passed' }),
      ]);
    });
  });
});

describe('everything else', () => {
  const use = useSandbox();

  describe('Argo CD', () => {
    const application = (labels?: Record<string, string>): Seed => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: {
        name: 'taken',
        namespace: 'argocd',
        ...(labels && {
          labels,
          annotations: { 'slipway.io/entity': 'component:default/payments' },
        }),
      },
    });

    it('is missed where the cluster has none, with what to do', async () => {
      const lines = await start(use)({
        targets: [
          {
            environment: 'batch',
            clusterArn: BATCH_EU,
            namespace: 'batch-orders',
          },
        ],
      });
      expect(about(lines, 'argo-cd')).toEqual([
        {
          check: 'argo-cd',
          status: 'warning',
          environment: 'batch',
          message:
            'Cluster batch-eu does not serve the Applications of Argo CD',
          remedy: expect.stringContaining('docs/pipeline.md'),
        },
      ]);
    });

    it('is nobody asked about where CodePipeline delivers', async () => {
      const lines = await start(use)({ pipeline: 'codepipeline' });
      expect(about(lines, 'argo-cd')).toEqual([]);
    });

    it('takes no Application of somebody else', async () => {
      use.sandbox
        .cluster(PROD_EU)
        .seed([
          application({ 'slipway.io/entity': 'component.default.payments' }),
        ]);
      const lines = await start(use)({ name: 'taken' });
      expect(about(lines, 'argo-cd')).toMatchObject([
        {
          status: 'failed',
          field: 'name',
          message: expect.stringContaining(
            'is there already and belongs to component:default/payments',
          ),
        },
      ]);
    });

    it('names what the portal may not do there', async () => {
      const { store } = use.sandbox.cluster(PROD_EU);
      store.remove(kinds.roles, 'argocd', 'slipway-create');
      const lines = await start(use)({});
      expect(about(lines, 'argo-cd')).toMatchObject([
        {
          status: 'failed',
          message:
            'in namespace `argocd` of cluster prod-eu, the portal may not get, create, patch applications',
          remedy: expect.stringContaining('kubernetes-rbac-argocd.yaml'),
        },
      ]);
    });
  });

  it('names the Fargate profile that takes the namespace', async () => {
    const lines = await start(use)({
      targets: [
        {
          environment: 'production',
          clusterArn: BATCH_EU,
          namespace: 'batch-orders',
        },
      ],
    });

    expect(about(lines, 'compute')).toEqual([
      expect.objectContaining({
        status: 'passed',
        message: expect.stringMatching(/profile `batch` .* `batch-orders`/),
      }),
    ]);
  });

  it('ends at once with the signal, whose reason it throws', async () => {
    use.sandbox.faults.add({ kind: 'hang', service: 'ecr' });
    const reason = new Error('the task was cancelled');

    await expect(
      start(use)({}, { signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
  });

  it('keeps what is unexpected to the log', async () => {
    const logger = mockServices.logger.mock();
    const broken = jest
      .spyOn(catalog, 'getEntityByRef')
      .mockRejectedValue(new Error('password=hunter2 at 10.0.0.1'));
    const lines = await start(use)({}, { logger });
    broken.mockRestore();

    expect(JSON.stringify(lines)).not.toContain('hunter2');
    expect(about(lines, 'catalog')).toEqual([
      expect.objectContaining({
        status: 'failed',
        message: expect.stringContaining('something went wrong'),
      }),
    ]);
    expect(logger.warn).toHaveBeenCalledWith(
      expect.stringContaining('hunter2'),
    );
  });
});
