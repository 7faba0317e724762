import { routeForm } from './faults';
import { useGitHub, userGit } from './__testUtils__/testGitHub';

const github = useGitHub();
const create = {
  service: 'github',
  operation: 'POST /orgs/{org}/repos',
} as const;

const post = (name: string) =>
  github.call('POST', '/orgs/acme/repos', { body: { name } });

it('throttle as GitHub does, and are written down', async () => {
  github.faults.add({ ...create, kind: 'throttle', remaining: 1 });
  const throttled = await post('later');
  expect(throttled.status).toBe(403);
  expect(throttled.json.message).toContain('rate limit exceeded');
  expect(throttled.headers.get('x-ratelimit-remaining')).toBe('0');
  expect(
    Number(throttled.headers.get('x-ratelimit-reset')) * 1000,
  ).toBeGreaterThan(Date.now() - 1000);
  expect(github.standIn.repositories.find('acme', 'later')).toBeUndefined();
  expect(github.journal.list({ service: 'github' })).toContainEqual(
    expect.objectContaining({
      operation: 'POST /orgs/{org}/repos',
      status: 403,
    }),
  );
});

it.each([
  ['access-denied', 403, 'Resource not accessible by integration'],
  ['expired-token', 401, 'Bad credentials'],
  ['server-error', 500, 'Server Error'],
] as const)('answer %s in GitHub’s words', async (kind, status, message) => {
  github.faults.add({ ...create, kind, remaining: 1 });
  const answer = await post('never');
  expect(answer.status).toBe(status);
  expect(answer.json.message).toBe(message);
});

it('cut the answer after the effect', async () => {
  github.faults.add({ ...create, kind: 'reset-after', remaining: 1 });
  await expect(post('made')).rejects.toThrow();
  expect(github.standIn.repositories.find('acme', 'made')).toBeDefined();
});

it('meet the creation of one repository, which only its body names', async () => {
  github.faults.add({ ...create, target: 'acme/meant', kind: 'access-denied' });
  expect((await post('other')).status).toBe(201);
  expect((await post('meant')).status).toBe(403);
  expect(github.journal.list({ ...create, target: 'acme/meant' })).toHaveLength(
    1,
  );
});

it.each([[[]], ['a text'], [{ name: 1 }]])(
  'let a creation through that names nothing: %j',
  async body => {
    const refused = await github.call('POST', '/orgs/acme/repos', { body });
    expect([400, 422]).toContain(refused.status);
  },
);

it('cut the connection before the effect', async () => {
  github.faults.add({ ...create, kind: 'reset-before', remaining: 1 });
  await expect(post('unmade')).rejects.toThrow();
  expect(github.standIn.repositories.find('acme', 'unmade')).toBeUndefined();
});

it('cut a push after it took effect', async () => {
  await github.createRepository('orders');
  github.faults.add({
    service: 'git',
    operation: 'git-receive-pack',
    target: 'acme/orders',
    kind: 'reset-after',
    remaining: 1,
  });
  await expect(github.push('orders', { a: 'b' })).rejects.toThrow();
  expect(github.pushes).toHaveLength(1);
  expect(
    await userGit(github.directory, 'ls-remote', github.remote('orders')),
  ).toContain('refs/heads/main');
});

it('leave a push hanging that has had its effect', async () => {
  await github.createRepository('held');
  github.faults.add({
    service: 'git',
    operation: 'git-receive-pack',
    kind: 'hang-after',
    remaining: 1,
  });
  let answered = false;
  const answer = () => {
    answered = true;
  };
  // It fails when the stand-in stops, after the tests.
  github.push('held', { a: 'b' }).then(answer, () => {});
  while (!github.journal.list().some(({ error }) => error === 'hang')) {
    await new Promise(resolve => setTimeout(resolve, 10));
  }
  expect(
    await userGit(github.directory, 'ls-remote', github.remote('held')),
  ).toContain('refs/heads/main');
  expect(answered).toBe(false);
});

it('refuse a push', async () => {
  await github.createRepository('denied');
  github.faults.add({
    service: 'git',
    operation: 'git-receive-pack',
    kind: 'access-denied',
    remaining: 1,
  });
  await expect(github.push('denied', { a: 'b' })).rejects.toThrow(/403/);
});

it.each([
  ['/orgs/acme/repos', '/orgs/{org}/repos'],
  [
    '/orgs/acme/teams/a/repos/acme/orders',
    '/orgs/{org}/teams/{team_slug}/repos/{owner}/{repo}',
  ],
  ['/orgs/acme/teams/a', '/orgs/{org}/teams/{team_slug}'],
  ['/users/acme', '/users/{username}'],
  ['/repos/acme/orders', '/repos/{owner}/{repo}'],
  [
    '/repos/acme/orders/contents/a/branches/b',
    '/repos/{owner}/{repo}/contents/{path}',
  ],
  [
    '/repos/acme/orders/branches/a/b/protection',
    '/repos/{owner}/{repo}/branches/{branch}/protection',
  ],
  [
    '/repos/acme/orders/branches/main',
    '/repos/{owner}/{repo}/branches/{branch}',
  ],
  [
    '/repos/acme/orders/commits/a/b/status',
    '/repos/{owner}/{repo}/commits/{ref}/status',
  ],
  ['/repos/acme/orders/commits/main', '/repos/{owner}/{repo}/commits/{ref}'],
  ['/repos/acme/orders/commits', '/repos/{owner}/{repo}/commits'],
  ['/repos/acme/orders/tarball/main', '/repos/{owner}/{repo}/tarball/{ref}'],
  [
    '/repos/acme/orders/git/commits/abc',
    '/repos/{owner}/{repo}/git/commits/{commit_sha}',
  ],
  [
    '/repos/acme/orders/git/refs/heads/main',
    '/repos/{owner}/{repo}/git/refs/{ref}',
  ],
  [
    '/repos/acme/orders/pulls/1/merge',
    '/repos/{owner}/{repo}/pulls/{pull_number}/merge',
  ],
  [
    '/repos/acme/orders/actions/secrets/public-key',
    '/repos/{owner}/{repo}/actions/secrets/public-key',
  ],
])('name the call %s %s', (path, form) => {
  expect(routeForm(path)).toBe(form);
});
