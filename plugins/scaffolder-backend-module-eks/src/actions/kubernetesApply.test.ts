import { createMockDirectory } from '@backstage/backend-test-utils';
import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import {
  type Checkpoints,
  runAction,
  type RunOptions,
} from '../__testUtils__/runAction';
import { useSandbox } from '../__testUtils__/sandboxEnvironment';
import { createKubernetesApplyAction } from './kubernetesApply';

const clusterArn = 'arn:aws:eks:eu-west-1:111122223333:cluster/prod-eu';
const owner = 'component:default/orders';

let count = 0;
/** A namespace that no other test uses. */
const newNamespace = () => {
  count += 1;
  return `orders-${count}`;
};

const namespaceObject = (name: string, labels?: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name, ...(labels && { labels }) },
});

const quota = (namespace: string, pods: string) => ({
  apiVersion: 'v1',
  kind: 'ResourceQuota',
  metadata: { name: 'quota', namespace },
  spec: { hard: { pods } },
});

const resourceQuotas = {
  group: '',
  version: 'v1',
  kind: 'ResourceQuota',
  plural: 'resourcequotas',
  singular: 'resourcequota',
  namespaced: true,
};

describe('kubernetes:apply', () => {
  const environment = useSandbox({ action: 'kubernetes:apply' });

  function apply(
    input: JsonObject,
    options?: RunOptions & { allow?: JsonObject; argoCd?: JsonObject },
  ) {
    const { allow, argoCd, ...run } = options ?? {};
    return runAction(
      createKubernetesApplyAction({
        clusters: environment.clusters,
        config:
          allow || argoCd
            ? new ConfigReader({
                eks: {
                  ...(allow && { apply: allow }),
                  ...(argoCd && { argoCd }),
                },
              })
            : environment.config,
      }),
      { clusterArn, owner, ...input },
      run,
    );
  }

  const cluster = () => environment.sandbox.cluster(clusterArn);

  /** The object as the cluster has it, past its API. */
  const read = (kind: string, name: string, namespace?: string) =>
    cluster()
      .snapshot()
      .objects.find(
        object =>
          object.kind === kind &&
          object.metadata.name === name &&
          object.metadata.namespace === namespace,
      );

  const writes = () =>
    environment.sandbox.journal
      .list({ service: 'kubernetes' })
      .filter(({ operation }) =>
        /^(create|patch|update|delete)/.test(operation),
      ).length;

  describe('an Application of Argo CD', () => {
    const application = (
      namespace: string,
      { metadata, spec }: { metadata?: JsonObject; spec?: JsonObject } = {},
    ): JsonObject => ({
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: namespace, namespace: 'argocd', ...metadata },
      spec: {
        project: 'default',
        source: { repoURL: 'https://github.com/acme/orders.git' },
        destination: { server: 'https://kubernetes.default.svc', namespace },
        ...spec,
      },
    });

    it('goes to the namespace of Argo CD, and is labelled', async () => {
      const namespace = newNamespace();
      await apply({ manifests: [namespaceObject(namespace)] });

      const { output } = await apply({ manifests: [application(namespace)] });
      expect(output.resources).toEqual([
        {
          apiVersion: 'argoproj.io/v1alpha1',
          kind: 'Application',
          name: namespace,
          namespace: 'argocd',
          operation: 'created',
        },
      ]);
      expect(read('Application', namespace, 'argocd')).toMatchObject({
        metadata: {
          labels: {
            'slipway.io/entity': 'component.default.orders',
            'slipway.io/task': 'task-1',
          },
          annotations: { 'slipway.io/entity': owner },
        },
      });
      // Again, with another task: it is this service's all the same.
      const again = await apply(
        { manifests: [application(namespace)] },
        { taskId: 'task-2' },
      );
      expect(again.output.resources).toMatchObject([
        { operation: 'unchanged' },
      ]);
    });

    it('is not taken from another service', async () => {
      const namespace = newNamespace();
      await apply({ manifests: [namespaceObject(namespace)] });
      await apply({ manifests: [application(namespace)] });

      const theirs = newNamespace();
      const other = { owner: 'component:default/payments' };
      await apply({ ...other, manifests: [namespaceObject(theirs)] });
      await expect(
        apply({
          ...other,
          manifests: [application(theirs, { metadata: { name: namespace } })],
        }),
      ).rejects.toThrow(/belongs to component:default\/orders/);
    });

    it('delivers to no namespace of somebody else', async () => {
      const theirs = newNamespace();
      await apply({
        owner: 'component:default/payments',
        manifests: [namespaceObject(theirs)],
      });
      await expect(apply({ manifests: [application(theirs)] })).rejects.toThrow(
        new RegExp(
          `namespace .${theirs}. in cluster .prod-eu. belongs to component:default/payments`,
        ),
      );
    });

    it('is tried in a dry run although its namespace is not there yet', async () => {
      const namespace = newNamespace();
      const { output } = await apply(
        { manifests: [application(namespace)] },
        { isDryRun: true },
      );
      expect(output.resources).toMatchObject([{ operation: 'created' }]);
      await expect(
        apply({ manifests: [application(namespace)] }),
      ).rejects.toThrow(/does not exist; make it before what delivers to it/);
    });

    it.each([
      [
        'another namespace',
        { metadata: { namespace: 'orders' } },
        /go to namespace `argocd`/,
      ],
      [
        'another project',
        { spec: { project: 'all' } },
        /in the project `default`/,
      ],
      [
        'a cluster that nobody configured',
        {
          spec: {
            destination: { server: 'https://10.0.0.1', namespace: 'orders' },
          },
        },
        /`destination` has to be a namespace of the cluster/,
      ],
      [
        'two ways to name a cluster',
        {
          spec: {
            destination: {
              server: 'https://kubernetes.default.svc',
              name: 'in-cluster',
              namespace: 'orders',
            },
          },
        },
        /`destination` has to be/,
      ],
      [
        'a namespace of the system',
        {
          spec: {
            destination: {
              server: 'https://kubernetes.default.svc',
              namespace: 'kube-system',
            },
          },
        },
        /"kube-system" is reserved/,
      ],
      ['several sources', { spec: { sources: [] } }, /one `source`/],
    ])('is refused with %s', async (_, changes, message) => {
      await expect(
        apply({ manifests: [application('orders', changes)] }),
      ).rejects.toThrow(message);
    });

    it('goes where operators say that Argo CD is, which takes nothing else', async () => {
      const argoCd = { namespace: 'gitops' };
      await expect(
        apply({ manifests: [application('orders')] }, { argoCd }),
      ).rejects.toThrow(/go to namespace `gitops`/);
      await expect(
        apply({ manifests: [quota('gitops', '1')] }, { argoCd }),
      ).rejects.toThrow(/namespace `gitops` is Argo CD's/);
    });

    it('delivers to the clusters that one Argo CD knows', async () => {
      const stagingUs = 'arn:aws:eks:us-east-1:444455556666:cluster/staging-us';
      const namespace = newNamespace();
      const central = {
        clusterArn,
        destinations: [{ clusterArn: stagingUs, name: 'staging-us' }],
      };
      const manifests = [
        application(namespace, {
          spec: { destination: { name: 'staging-us', namespace } },
        }),
      ];
      const argoCd = { central };
      await expect(apply({ manifests }, { argoCd })).rejects.toThrow(
        `namespace \`${namespace}\` in cluster \`staging-us\` does not exist`,
      );

      await apply({
        clusterArn: stagingUs,
        manifests: [namespaceObject(namespace)],
      });
      const { output } = await apply({ manifests }, { argoCd });
      expect(output.resources).toMatchObject([{ operation: 'created' }]);
    });
  });

  it('makes namespaces first, and labels what it makes', async () => {
    const namespace = newNamespace();
    const { output, log } = await apply({
      manifests: [quota(namespace, '20'), namespaceObject(namespace)],
    });

    expect(output.resources).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Namespace',
        name: namespace,
        operation: 'created',
      },
      {
        apiVersion: 'v1',
        kind: 'ResourceQuota',
        name: 'quota',
        namespace,
        operation: 'created',
      },
    ]);
    expect(read('ResourceQuota', 'quota', namespace)).toMatchObject({
      spec: { hard: { pods: '20' } },
      metadata: {
        labels: {
          'slipway.io/entity': 'component.default.orders',
          'slipway.io/task': 'task-1',
        },
        annotations: {
          'slipway.io/entity': owner,
          'slipway.io/template': 'template:default/eks-service',
        },
        managedFields: [{ manager: 'slipway', operation: 'Apply' }],
      },
    });
    expect(log).toContain(`created: Namespace \`${namespace}\``);
  });

  it('reads files of the workspace', async () => {
    const workspace = createMockDirectory({
      content: {
        'k8s/quota.yaml': JSON.stringify(quota('orders-files', '5')),
        'k8s/namespace.yaml': JSON.stringify(namespaceObject('orders-files')),
      },
    });
    const { output } = await apply(
      { path: 'k8s' },
      { workspacePath: workspace.path },
    );

    expect(output.resources).toMatchObject([
      { kind: 'Namespace', operation: 'created' },
      { kind: 'ResourceQuota', operation: 'created' },
    ]);
  });

  describe('run again', () => {
    it.each([
      ['without its checkpoints', false],
      ['with its checkpoints', true],
    ])('%s, gives the same outputs', async (_, recovered) => {
      const namespace = newNamespace();
      const checkpoints: Checkpoints = new Map();
      const input = {
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      };
      const first = await apply(input, { checkpoints });
      const second = await apply(
        input,
        recovered ? { checkpoints } : undefined,
      );

      expect(second.output).toEqual(first.output);
    });

    it('by another task, changes nothing and says so', async () => {
      const namespace = newNamespace();
      const input = {
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      };
      await apply(input);
      const before = read('Namespace', namespace)?.metadata.labels;

      const { output } = await apply(input, { taskId: 'task-2' });

      expect(output.resources).toMatchObject([
        { operation: 'unchanged' },
        { operation: 'unchanged' },
      ]);
      expect(read('Namespace', namespace)?.metadata.labels).toEqual(before);
      expect(before).toMatchObject({ 'slipway.io/task': 'task-1' });
    });

    it('by another task with other values, updates', async () => {
      const namespace = newNamespace();
      await apply({
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      });

      const { output } = await apply(
        { manifests: [quota(namespace, '30')] },
        { taskId: 'task-2' },
      );

      expect(output.resources).toMatchObject([{ operation: 'updated' }]);
      expect(read('ResourceQuota', 'quota', namespace)).toMatchObject({
        spec: { hard: { pods: '30' } },
        metadata: { labels: { 'slipway.io/task': 'task-1' } },
      });
    });

    it('makes again what was removed after the checkpoint', async () => {
      const namespace = newNamespace();
      const checkpoints: Checkpoints = new Map();
      const input = {
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      };
      const first = await apply(input, { checkpoints });
      cluster().store.remove(resourceQuotas, namespace, 'quota');

      const second = await apply(input, { checkpoints });

      expect(second.output).toEqual(first.output);
      expect(read('ResourceQuota', 'quota', namespace)).toBeDefined();
    });
  });

  describe('fields of another manager', () => {
    it('are named with the manager, and taken over by force', async () => {
      const namespace = newNamespace();
      await apply({
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
        fieldManager: 'platform-team',
      });
      const input = { manifests: [quota(namespace, '99')] };

      await expect(apply(input)).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringMatching(
          /ResourceQuota `orders-\d+\/quota` in cluster `prod-eu`: \.spec\.hard\.pods belongs to `platform-team`.*force: true/,
        ),
      });
      const { output } = await apply({ ...input, force: true });

      expect(output.resources).toHaveLength(1);
      expect(read('ResourceQuota', 'quota', namespace)).toMatchObject({
        spec: { hard: { pods: '99' } },
      });
    });
  });

  describe('in a dry run', () => {
    it('makes nothing and gives the outputs of a real run', async () => {
      const namespace = newNamespace();
      const input = {
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      };
      const dry = await apply(input, { isDryRun: true });
      expect(read('Namespace', namespace)).toBeUndefined();

      const real = await apply(input);

      expect(dry.output).toEqual(real.output);
    });

    it('has the server check the objects', async () => {
      const namespace = newNamespace();
      await expect(
        apply(
          {
            manifests: [namespaceObject(namespace, { stage: 'no value!' })],
          },
          { isDryRun: true },
        ),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining('`manifests[0]`'),
      });
    });

    it('tells updates from what stays, without a write', async () => {
      const namespace = newNamespace();
      await apply({
        manifests: [namespaceObject(namespace), quota(namespace, '20')],
      });
      const { output } = await apply(
        {
          manifests: [namespaceObject(namespace), quota(namespace, '30')],
        },
        { isDryRun: true, taskId: 'task-2' },
      );

      expect(output.resources).toMatchObject([
        { operation: 'unchanged' },
        { operation: 'updated' },
      ]);
      expect(read('ResourceQuota', 'quota', namespace)).toMatchObject({
        spec: { hard: { pods: '20' } },
      });
    });
  });

  describe('refuses', () => {
    it.each<[string, JsonObject, string]>([
      [
        'a reserved namespace',
        { manifests: [namespaceObject('kube-system')] },
        '`manifests[0]`: "kube-system" is reserved',
      ],
      [
        'a reserved namespace for objects that name none',
        {
          namespace: 'default',
          manifests:
            'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: x }',
        },
        '`namespace`: "default" is reserved',
      ],
      [
        'a kind that is not allowed',
        {
          manifests: [
            {
              apiVersion: 'rbac.authorization.k8s.io/v1',
              kind: 'ClusterRoleBinding',
              metadata: { name: 'x' },
            },
          ],
        },
        'ClusterRoleBinding.rbac.authorization.k8s.io may not be applied',
      ],
      [
        'an ARN of something else',
        { clusterArn: 'arn:aws:s3:::x' },
        '`clusterArn`',
      ],
      [
        'an ARN of another partition',
        {
          clusterArn: 'arn:aws-cn:eks:cn-north-1:111122223333:cluster/prod-eu',
        },
        'partition',
      ],
      ['an owner that is none', { owner: 'a:b:c/d' }, '`owner`'],
      ['manifests and a path', { path: 'x' }, 'not both'],
    ])('%s, before the cluster is asked', async (_, input, said) => {
      const before = environment.sandbox.journal.list().length;
      await expect(
        apply({ manifests: [namespaceObject('refused')], ...input }),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringContaining(said),
      });
      expect(environment.sandbox.journal.list()).toHaveLength(before);
    });

    it('a namespace of another entity, with all that would go into it', async () => {
      const namespace = newNamespace();
      await apply({
        manifests: [namespaceObject(namespace)],
        owner: 'component:default/other',
      });
      const before = writes();

      for (const manifests of [
        [namespaceObject(namespace)],
        [quota(namespace, '1')],
      ]) {
        await expect(
          apply({ manifests, onExisting: 'adopt', force: true }),
        ).rejects.toMatchObject({
          name: 'ConflictError',
          message: expect.stringContaining(
            'belongs to component:default/other (label slipway.io/entity)',
          ),
        });
      }
      expect(writes()).toBe(before);
    });

    it('a namespace of nobody, unless operators allow it', async () => {
      const namespace = newNamespace();
      cluster().seed([namespaceObject(namespace)]);
      const manifests = [quota(namespace, '1')];

      await expect(apply({ manifests })).rejects.toMatchObject({
        name: 'ConflictError',
        message: expect.stringContaining('eks.apply.allowedNamespaces'),
      });
      const { output } = await apply(
        { manifests },
        { allow: { allowedNamespaces: ['orders-*'] } },
      );

      expect(output.resources).toMatchObject([{ operation: 'created' }]);
    });

    it('to change a namespace of nobody, unless it is adopted and operators allow it', async () => {
      const namespace = newNamespace();
      cluster().seed([namespaceObject(namespace)]);
      const manifests = [namespaceObject(namespace)];
      const allow = { allowedNamespaces: [namespace] };

      await expect(apply({ manifests }, { allow })).rejects.toThrow(
        '`onExisting: adopt`',
      );
      await expect(apply({ manifests, onExisting: 'adopt' })).rejects.toThrow(
        'eks.apply.allowedNamespaces',
      );
      await apply({ manifests, onExisting: 'adopt' }, { allow });

      expect(read('Namespace', namespace)?.metadata.labels).toEqual(
        expect.objectContaining({
          'slipway.io/entity': 'component.default.orders',
        }),
      );
      expect(read('Namespace', namespace)?.metadata.labels).not.toHaveProperty(
        'slipway.io/task',
      );
    });

    it('a namespace that is not there', async () => {
      await expect(
        apply({ manifests: [quota(newNamespace(), '1')] }),
      ).rejects.toMatchObject({
        name: 'NotFoundError',
        message: expect.stringContaining('add its Namespace'),
      });
    });

    it('what the cluster does not serve, before anything is changed', async () => {
      const namespace = newNamespace();
      await expect(
        apply(
          {
            manifests: [
              namespaceObject(namespace),
              {
                apiVersion: 'example.com/v1',
                kind: 'Gadget',
                metadata: { name: 'x', namespace },
              },
            ],
          },
          { allow: { allowedKinds: ['Namespace', 'Gadget.example.com'] } },
        ),
      ).rejects.toThrow('does not serve Gadget of example.com/v1');
      expect(read('Namespace', namespace)).toBeUndefined();
    });
  });

  it.each([true, false])(
    'refuses fields that a kind does not have (dry run: %s)',
    async isDryRun => {
      const namespace = newNamespace();
      await expect(
        apply(
          { manifests: [{ ...namespaceObject(namespace), typo: 1 }] },
          { isDryRun },
        ),
      ).rejects.toMatchObject({
        name: 'InputError',
        message: expect.stringMatching(/`manifests\[0\]`.*typo/),
      });
      expect(read('Namespace', namespace)).toBeUndefined();
    },
  );

  it('says that the cluster does not know the role', async () => {
    await expect(
      apply({
        clusterArn: 'arn:aws:eks:us-east-1:444455556666:cluster/prod-us',
        manifests: [namespaceObject('orders')],
      }),
    ).rejects.toMatchObject({
      name: 'NotAllowedError',
      message: expect.stringMatching(/prod-us.*access entry/),
    });
  });

  it('waits until the objects are ready', async () => {
    const namespace = newNamespace();
    const { output } = await apply({
      manifests: [namespaceObject(namespace)],
      waitForReadinessSeconds: 30,
    });

    expect(output.resources).toHaveLength(1);
  });

  it('says what is not ready in time, and why', async () => {
    const namespace = newNamespace();
    const manifests = [quota(namespace, '1')];
    await apply({ manifests: [namespaceObject(namespace), ...manifests] });
    const object = {
      ...quota(namespace, '1'),
      status: {
        conditions: [{ type: 'Ready', status: 'False', message: 'stuck' }],
      },
    };
    cluster().store.updateStatus(resourceQuotas, object);

    await expect(
      apply({ manifests, waitForReadinessSeconds: 1 }),
    ).rejects.toMatchObject({
      name: 'ServiceUnavailableError',
      message: expect.stringContaining(
        'not ready after 1 s: ResourceQuota `quota`: stuck',
      ),
    });
  });

  it.each([
    'server-error',
    'reset-before',
    'reset-after',
    'access-denied',
  ] as const)(
    'says which cluster and what after a %s, and goes on when run again',
    async kind => {
      const namespace = newNamespace();
      const input = {
        manifests: [namespaceObject(namespace), quota(namespace, '1')],
      };
      environment.sandbox.faults.add({
        kind,
        service: 'kubernetes',
        operation: 'patch resourcequotas',
      });
      await expect(apply(input)).rejects.toThrow(
        new RegExp(`prod-eu.*${namespace}/quota`),
      );
      environment.sandbox.faults.clear();

      const { output } = await apply(input);

      expect(output.resources).toMatchObject([
        { kind: 'Namespace', operation: 'created' },
        { kind: 'ResourceQuota', operation: 'created' },
      ]);
    },
  );

  it('stops at once when the task is cancelled', async () => {
    environment.sandbox.faults.add({ kind: 'hang', service: 'kubernetes' });
    const cancel = new AbortController();
    const run = apply(
      { manifests: [namespaceObject(newNamespace())] },
      { signal: cancel.signal },
    );
    const started = Date.now();
    cancel.abort(new Error('the task was cancelled'));

    await expect(run).rejects.toThrow('the task was cancelled');
    expect(Date.now() - started).toBeLessThan(1_000);
  });
});
