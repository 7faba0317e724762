import type { KubeConfig } from '@kubernetes/client-node';
import { clientNode } from './clientNode';
import { configMap, request } from './__testUtils__/request';
import {
  startTestCluster,
  type TestCluster,
} from './__testUtils__/testCluster';
import { kinds } from './kinds';
import type { ClusterIdentity } from './types';

const { CoreV1Api } = clientNode;

let cluster: TestCluster;

const policy = (name: string, namespaces?: string[]): ClusterIdentity => ({
  username: `arn:aws:sts::111122223333:assumed-role/${name}/session`,
  groups: ['system:authenticated', `group:${name}`],
  accessPolicies: [
    {
      policyArn: `arn:aws:eks::aws:cluster-access-policy/AmazonEKS${name}Policy`,
      ...(namespaces && { namespaces }),
    },
  ],
});

const identities: Record<string, ClusterIdentity> = {
  view: policy('View'),
  'view-shop': policy('View', ['shop']),
  edit: policy('Edit'),
  admin: policy('Admin'),
  'cluster-admin': policy('ClusterAdmin'),
  'admin-view': policy('AdminView'),
  nobody: { username: 'nobody', groups: ['creators'], accessPolicies: [] },
};

beforeAll(async () => {
  cluster = await startTestCluster({ identities });
  const { store } = cluster.standIn;
  for (const name of ['shop', 'other']) {
    store.create(kinds.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name },
    });
  }
  const rbac = 'rbac.authorization.k8s.io/v1';
  store.create(kinds.clusterRoles, {
    ...{
      rules: [
        {
          apiGroups: [''],
          resources: ['namespaces'],
          verbs: ['get', 'create', 'patch'],
        },
        {
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: ['one'],
          verbs: ['get'],
        },
      ],
    },
    apiVersion: rbac,
    kind: 'ClusterRole',
    metadata: { name: 'create' },
  });
  store.create(kinds.clusterRoleBindings, {
    ...{
      roleRef: { kind: 'ClusterRole', name: 'create' },
      subjects: [{ kind: 'Group', name: 'creators' }],
    },
    apiVersion: rbac,
    kind: 'ClusterRoleBinding',
    metadata: { name: 'create' },
  });
  store.create(kinds.roles, {
    ...{
      rules: [{ apiGroups: ['apps'], resources: ['*'], verbs: ['list'] }],
    },
    apiVersion: rbac,
    kind: 'Role',
    metadata: { name: 'apps', namespace: 'shop' },
  });
  store.create(kinds.roleBindings, {
    ...{
      roleRef: { kind: 'Role', name: 'apps' },
      subjects: [{ kind: 'User', name: 'nobody' }],
    },
    apiVersion: rbac,
    kind: 'RoleBinding',
    metadata: { name: 'apps', namespace: 'shop' },
  });
});

afterAll(() => cluster?.stop());

const as = (token: string): KubeConfig => cluster.kubeConfig(token);
const status = async (token: string, method: string, path: string) =>
  (
    await request(as(token), method, path, {
      ...(method === 'POST' && { body: configMap('x') }),
    })
  ).status;

describe('authentication', () => {
  it('answers 401 to whom it does not know', async () => {
    for (const token of ['wrong', '']) {
      const { body } = await request(as(token), 'GET', '/api/v1/pods');
      expect(body).toEqual({
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Unauthorized',
        reason: 'Unauthorized',
        code: 401,
      });
    }
    expect((await request(as(''), 'GET', '/version')).status).toBe(200);
    expect((await request(as(''), 'GET', '/readyz')).body).toBe('ok');
    expect((await request(as(''), 'GET', '/apis')).status).toBe(401);
  });
});

describe('EKS access policies', () => {
  const shop = '/api/v1/namespaces/shop';
  it.each<[string, string, string, boolean]>([
    ['view', 'GET', '/api/v1/pods', true],
    ['view', 'GET', '/apis/apps/v1/deployments', true],
    ['view', 'GET', '/apis/autoscaling/v2/horizontalpodautoscalers', true],
    ['view', 'GET', '/apis/policy/v1/poddisruptionbudgets', true],
    ['view', 'GET', `${shop}/secrets`, false],
    ['view', 'GET', '/api/v1/nodes', false],
    ['view', 'GET', '/apis/metrics.k8s.io/v1beta1/pods', false],
    [
      'view',
      'GET',
      '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
      false,
    ],
    ['view', 'GET', '/apis/networking.k8s.io/v1/ingressclasses', false],
    ['view', 'POST', `${shop}/configmaps?dryRun=All`, false],
    ['view-shop', 'GET', `${shop}/pods`, true],
    ['view-shop', 'GET', '/api/v1/namespaces/other/pods', false],
    ['view-shop', 'GET', '/api/v1/pods', false],
    ['edit', 'POST', `${shop}/configmaps?dryRun=All`, true],
    ['edit', 'GET', `${shop}/secrets`, true],
    ['edit', 'GET', '/apis/rbac.authorization.k8s.io/v1/roles', false],
    ['admin-view', 'GET', `${shop}/secrets`, true],
    ['admin-view', 'GET', '/api/v1/nodes', true],
    ['admin-view', 'POST', `${shop}/configmaps?dryRun=All`, false],
    ['cluster-admin', 'GET', '/api/v1/nodes', true],
    ['cluster-admin', 'DELETE', `${shop}/pods`, true],
  ])('%s: %s %s', async (token, method, path, allowed) => {
    const granted = method === 'POST' ? 201 : 200;
    expect(await status(token, method, path)).toBe(allowed ? granted : 403);
  });
});

describe('RBAC', () => {
  it('follows the bindings of users and groups', async () => {
    const namespace = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'made' },
    };
    const core = as('nobody').makeApiClient(CoreV1Api);
    await core.createNamespace({ body: namespace });
    await expect(core.listNamespace()).rejects.toMatchObject({ code: 403 });
    expect(
      await status(
        'nobody',
        'GET',
        '/apis/apps/v1/namespaces/shop/deployments',
      ),
    ).toBe(200);
    expect(
      await status(
        'nobody',
        'GET',
        '/apis/apps/v1/namespaces/other/deployments',
      ),
    ).toBe(403);
  });
});
