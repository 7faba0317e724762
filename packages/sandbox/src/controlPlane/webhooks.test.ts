import type { ClusterIdentity } from '../kubernetes/types';
import { startWebhooks, type Webhooks } from './webhooks';

const viewer: ClusterIdentity = {
  username: 'viewer',
  groups: ['shop'],
  accessPolicies: [
    {
      policyArn: 'arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy',
      namespaces: ['orders'],
    },
  ],
};

let webhooks: Webhooks;

beforeAll(async () => {
  webhooks = await startWebhooks(async token =>
    token === 'viewer' ? viewer : undefined,
  );
});

afterAll(() => webhooks?.stop());

async function ask(url: string, body: object) {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
  });
  return response.json();
}

const review = (token: string) =>
  ask(webhooks.authentication, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenReview',
    spec: { token },
  });

it('say whose a token is', async () => {
  expect(await review('viewer')).toMatchObject({
    kind: 'TokenReview',
    status: {
      authenticated: true,
      user: { username: 'viewer', groups: ['shop'] },
    },
  });
  expect((await review('somebody')).status).toEqual({ authenticated: false });
});

it.each([
  ['list', 'pods', 'orders', true],
  ['list', 'pods', 'payments', false],
  ['list', 'pods', undefined, false],
  ['list', 'secrets', 'orders', false],
  ['delete', 'pods', 'orders', false],
])(
  'say whether its access policy allows to %s %s in %s',
  async (verb, resource, namespace, allowed) => {
    const { status } = await review('viewer');
    const answer = await ask(webhooks.authorization, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      spec: {
        user: 'viewer',
        extra: status.user.extra,
        resourceAttributes: { verb, resource, namespace },
      },
    });
    expect(answer.status.allowed).toBe(allowed);
  },
);

it('allow nothing to somebody without access policies, and no path that is about no kind', async () => {
  const answer = await ask(webhooks.authorization, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user: 'viewer', nonResourceAttributes: { path: '/', verb: 'get' } },
  });
  expect(answer.status.allowed).toBe(false);
});

it('refuse what they cannot read', async () => {
  const response = await fetch(webhooks.authentication, {
    method: 'POST',
    body: '{',
  });
  expect(response.status).toBe(400);
});
