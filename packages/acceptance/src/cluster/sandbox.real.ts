import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ApiAccess, kinds } from '@slipway/sandbox';
import { parseAllDocuments } from 'yaml';
import { PROD_EU, useRealSandbox } from './__testUtils__/realSandbox';
import { send, until } from './send';

interface Rule {
  apiGroups: string[];
  resources: string[];
  verbs: string[];
}

/** What docs/iam.md tells operators to let the portal do beside AmazonEKSViewPolicy. */
const documented = parseAllDocuments(
  readFileSync(
    resolve(__dirname, '../../../../docs/iam-policies/kubernetes-rbac.yaml'),
    'utf8',
  ),
)
  .map(document => document.toJS())
  .filter(({ kind }) => kind === 'ClusterRole')
  .flatMap(({ rules }): Rule[] => rules)
  .flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap(group =>
      resources.flatMap(resource =>
        verbs.map(verb => ({ group, resource, verb })),
      ),
    ),
  );

describe('a cluster of the sandbox that Kubernetes itself runs', () => {
  const use = useRealSandbox();
  let portal: ApiAccess;

  beforeAll(async () => {
    portal = await use.accessOf('slipway-portal');
  });

  async function may(
    access: ApiAccess,
    { resource, ...attributes }: { resource: string; [key: string]: string },
  ): Promise<boolean> {
    const [plural, subresource] = resource.split('/');
    const { body } = await send(
      access,
      'POST',
      '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      {
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: {
            resourceAttributes: {
              ...attributes,
              resource: plural,
              subresource,
            },
          },
        },
      },
    );
    return body.status.allowed;
  }

  it('takes the tokens of EKS, of its own name and of roles with an access entry', async () => {
    const statusOf = async (access: ApiAccess) =>
      (await send(access, 'GET', '/api/v1/namespaces/default/pods')).status;

    expect(await statusOf(portal)).toBe(200);
    expect(await statusOf(await use.accessOf('administrator'))).toBe(401);
    expect(
      await statusOf(await use.accessOf('slipway-portal', 'batch-eu')),
    ).toBe(401);
  });

  it('lets the portal do what is documented', async () => {
    const refused = [];
    for (const wanted of documented) {
      if (!(await may(portal, { ...wanted, namespace: 'storefront' }))) {
        refused.push(wanted);
      }
    }
    expect(refused).toEqual([]);
    expect(documented.length).toBeGreaterThan(30);
  });

  it.each([
    { group: '', resource: 'secrets', verb: 'get' },
    { group: '', resource: 'secrets', verb: 'list' },
    { group: '', resource: 'pods/exec', verb: 'create' },
    { group: '', resource: 'pods', verb: 'create' },
    { group: 'apps', resource: 'deployments', verb: 'create' },
    { group: 'apps', resource: 'deployments', verb: 'delete' },
    {
      group: 'rbac.authorization.k8s.io',
      resource: 'rolebindings',
      verb: 'create',
    },
    { group: '', resource: 'nodes', verb: 'delete' },
  ])('does not let it $verb $resource', async wanted => {
    expect(await may(portal, { ...wanted, namespace: 'storefront' })).toBe(
      false,
    );
  });

  it('follows the access entry when it changes', async () => {
    const deployments = {
      group: 'apps',
      resource: 'deployments',
      verb: 'list',
    };
    expect(await may(portal, deployments)).toBe(true);
    const entry = Object.values(
      use.sandbox.aws.clusters().find(({ arn }) => arn === PROD_EU)
        ?.accessEntries ?? {},
    ).find(({ principalArn }) => principalArn.endsWith('/slipway-portal'));
    const policies = entry?.policies ?? {};
    const [[name, policy]] = Object.entries(policies);
    delete policies[name];
    await until(async () => !(await may(portal, deployments)));
    policies[name] = policy;
    await until(async () => may(portal, deployments));
  });

  it('writes down who asked what, and has faults', async () => {
    await send(portal, 'GET', '/api/v1/namespaces/storefront/pods');
    expect(use.sandbox.journal.list({ target: PROD_EU }).at(-1)).toMatchObject({
      service: 'kubernetes',
      operation: 'list pods',
      caller: expect.stringContaining('slipway-portal'),
      status: 200,
    });
    use.sandbox.faults.add({
      kind: 'access-denied',
      service: 'kubernetes',
      target: PROD_EU,
      remaining: 1,
    });
    const path = '/api/v1/namespaces/storefront/pods';
    expect((await send(portal, 'GET', path)).status).toBe(403);
    expect((await send(portal, 'GET', path)).status).toBe(200);
  });

  it('runs its services, one of them badly', async () => {
    const ready = await until(async () => {
      const { store } = use.sandbox.cluster(PROD_EU);
      const pods = store.list(kinds.pods, { namespace: 'storefront' });
      return pods.length === 5 && pods;
    });
    expect(ready.map(({ metadata }) => metadata.name.split('-')[0])).toEqual([
      'cart',
      'cart',
      'products',
      'products',
      'products',
    ]);
    const { body } = await until(async () => {
      const answer = await send(
        portal,
        'GET',
        '/api/v1/namespaces/storefront/pods?labelSelector=backstage.io%2Fkubernetes-id%3Dcart',
      );
      return answer.body.items[0].status.containerStatuses && answer;
    });
    expect(body.items[0].status.containerStatuses[0].state.waiting.reason).toBe(
      'CrashLoopBackOff',
    );
  });
});
