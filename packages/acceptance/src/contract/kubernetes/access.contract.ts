import { configMap, core, deploymentsIn, make } from './objects';
import { identities } from './identities';
import { about, type KubernetesTarget } from './types';

const reviews = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

const statusAs = async (
  { send }: KubernetesTarget,
  token: string,
  method: string,
  path: string,
) =>
  (
    await send(method, path, {
      token,
      ...(method === 'POST' && { body: configMap('x') }),
    })
  ).status;

const unauthorized = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Failure',
  message: 'Unauthorized',
  reason: 'Unauthorized',
  code: 401,
};

const authentication = about('authentication', {
  async 'answers 401 to whom it does not know'({ send }) {
    for (const token of ['wrong', '']) {
      for (const path of ['/api/v1/pods', '/apis', '/openapi/v3']) {
        const { status, body } = await send('GET', path, { token });
        expect([token, path, status, body]).toEqual([
          token,
          path,
          401,
          unauthorized,
        ]);
      }
    }
  },

  async 'says who one is'({ send }) {
    const { body } = await send(
      'POST',
      '/apis/authentication.k8s.io/v1/selfsubjectreviews',
      {
        token: 'view',
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'SelfSubjectReview',
        },
      },
    );
    expect(body.status.userInfo).toMatchObject({
      username: identities.view.username,
      groups: identities.view.groups,
    });
  },
});

const shop = '/api/v1/namespaces/contract';

const policies = about(
  'access policies',
  Object.fromEntries(
    (
      [
        ['view', 'GET', '/api/v1/pods', true],
        ['view', 'GET', '/apis/apps/v1/deployments', true],
        ['view', 'GET', '/apis/autoscaling/v2/horizontalpodautoscalers', true],
        ['view', 'GET', '/apis/policy/v1/poddisruptionbudgets', true],
        ['view', 'GET', '/apis/discovery.k8s.io/v1/endpointslices', true],
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
        ['view-one', 'GET', `${shop}/pods`, true],
        ['view-one', 'GET', '/api/v1/namespaces/default/pods', false],
        ['view-one', 'GET', '/api/v1/pods', false],
        ['edit', 'POST', `${shop}/configmaps?dryRun=All`, true],
        ['edit', 'GET', `${shop}/secrets`, true],
        ['edit', 'GET', '/apis/rbac.authorization.k8s.io/v1/roles', false],
        ['admin-view', 'GET', `${shop}/secrets`, true],
        ['admin-view', 'GET', '/api/v1/nodes', true],
        ['admin-view', 'POST', `${shop}/configmaps?dryRun=All`, false],
        ['cluster-admin', 'GET', '/api/v1/nodes', true],
      ] as const
    ).map(([token, method, path, allowed]) => [
      `${allowed ? 'let' : 'do not let'} ${token} ${method} ${path}`,
      async (target: KubernetesTarget) => {
        const granted = method === 'POST' ? 201 : 200;
        expect(await statusAs(target, token, method, path)).toBe(
          allowed ? granted : 403,
        );
      },
    ]),
  ),
);

const rbac = 'rbac.authorization.k8s.io';

/** A role for one namespace, or for all, bound to the user without policies. */
async function bind(
  target: KubernetesTarget,
  namespace: string,
  rules: object[],
) {
  const path = `/apis/${rbac}/v1/namespaces/${namespace}`;
  await make(target, `${path}/roles`, {
    apiVersion: `${rbac}/v1`,
    kind: 'Role',
    metadata: { name: 'some' },
    rules,
  });
  await make(target, `${path}/rolebindings`, {
    apiVersion: `${rbac}/v1`,
    kind: 'RoleBinding',
    metadata: { name: 'some' },
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'some' },
    subjects: [{ apiGroup: rbac, kind: 'Group', name: 'nobodies' }],
  });
}

async function may(
  target: KubernetesTarget,
  token: string,
  resourceAttributes: object,
): Promise<boolean> {
  const { body } = await target.send('POST', reviews, {
    token,
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes },
    },
  });
  return body.status.allowed;
}

/** What somebody who looks at a namespace may try. */
const looks: [
  group: string,
  resource: string,
  subresource: string,
  verb: string,
][] = [
  ['', 'pods', '', 'list'],
  ['', 'pods', 'log', 'get'],
  ['', 'pods', 'status', 'get'],
  ['', 'pods', 'exec', 'create'],
  ['', 'pods', '', 'delete'],
  ['', 'secrets', '', 'list'],
  ['', 'services', '', 'watch'],
  ['', 'configmaps', '', 'get'],
  ['', 'serviceaccounts', '', 'list'],
  ['', 'events', '', 'list'],
  ['', 'resourcequotas', '', 'list'],
  ['', 'limitranges', '', 'list'],
  ['', 'endpoints', '', 'list'],
  ['apps', 'deployments', '', 'list'],
  ['apps', 'deployments', 'scale', 'get'],
  ['apps', 'deployments', '', 'patch'],
  ['apps', 'replicasets', '', 'list'],
  ['batch', 'jobs', '', 'list'],
  ['batch', 'cronjobs', '', 'list'],
  ['autoscaling', 'horizontalpodautoscalers', '', 'list'],
  ['networking.k8s.io', 'ingresses', '', 'list'],
  ['networking.k8s.io', 'networkpolicies', '', 'list'],
  ['policy', 'poddisruptionbudgets', '', 'list'],
  ['discovery.k8s.io', 'endpointslices', '', 'list'],
  [rbac, 'roles', '', 'list'],
  ['metrics.k8s.io', 'pods', '', 'list'],
];

const roles = about('RBAC', {
  async 'follows the bindings of groups, in their namespace'(target) {
    const [here, there] = [await target.namespace(), await target.namespace()];
    await bind(target, here, [
      { apiGroups: ['apps'], resources: ['*'], verbs: ['list'] },
    ]);
    expect(await statusAs(target, 'nobody', 'GET', deploymentsIn(here))).toBe(
      200,
    );
    expect(await statusAs(target, 'nobody', 'GET', deploymentsIn(there))).toBe(
      403,
    );
  },

  async 'can be for one name'(target) {
    const namespace = await target.namespace();
    const maps = core(namespace, 'configmaps');
    await bind(target, namespace, [
      {
        apiGroups: [''],
        resources: ['configmaps'],
        resourceNames: ['one'],
        verbs: ['get'],
      },
    ]);
    expect(await statusAs(target, 'nobody', 'GET', `${maps}/one`)).toBe(404);
    expect(await statusAs(target, 'nobody', 'GET', `${maps}/two`)).toBe(403);
  },

  async 'refuses in its own words'(target) {
    const namespace = await target.namespace();
    const { body } = await target.send('GET', `${deploymentsIn(namespace)}/x`, {
      token: 'nobody',
    });
    expect(body).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: `deployments.apps "x" is forbidden: User "nobody" cannot get resource "deployments" in API group "apps" in the namespace "${namespace}"`,
      reason: 'Forbidden',
      details: { name: 'x', group: 'apps', kind: 'deployments' },
      code: 403,
    });
    const log = await target.send('GET', `${core(namespace, 'pods')}/p/log`, {
      token: 'nobody',
    });
    expect(log.body.message).toBe(
      `pods "p" is forbidden: User "nobody" cannot get resource "pods/log" in API group "" in the namespace "${namespace}"`,
    );
    const list = await target.send('GET', '/api/v1/nodes', { token: 'nobody' });
    expect(list.body.message).toBe(
      'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope',
    );
  },

  async 'tells what one may do'(target) {
    const pods = { verb: 'list', resource: 'pods', namespace: 'default' };
    expect(await may(target, 'view', pods)).toBe(true);
    expect(await may(target, 'nobody', pods)).toBe(false);
    const nodes = { verb: 'list', resource: 'nodes' };
    expect(await may(target, 'view', nodes)).toBe(false);
  },

  async 'has a role for who may look, but at no secret'(target) {
    const namespace = await target.namespace();
    await make(
      target,
      `/apis/${rbac}/v1/namespaces/${namespace}/rolebindings`,
      {
        apiVersion: `${rbac}/v1`,
        kind: 'RoleBinding',
        metadata: { name: 'viewers' },
        roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
        subjects: [{ apiGroup: rbac, kind: 'Group', name: 'nobodies' }],
      },
    );
    const seen: string[] = [];
    for (const [group, resource, subresource, verb] of looks) {
      const attributes = { group, resource, subresource, verb, namespace };
      if (await may(target, 'nobody', attributes)) {
        seen.push([resource, subresource].filter(Boolean).join('/'));
      }
    }
    expect(seen).toEqual([
      'pods',
      'pods/log',
      'pods/status',
      'services',
      'configmaps',
      'serviceaccounts',
      'events',
      'resourcequotas',
      'limitranges',
      'endpoints',
      'deployments',
      'deployments/scale',
      'replicasets',
      'jobs',
      'cronjobs',
      'horizontalpodautoscalers',
      'ingresses',
      'networkpolicies',
      'poddisruptionbudgets',
      'endpointslices',
    ]);
  },
});

export default [...authentication, ...policies, ...roles];
