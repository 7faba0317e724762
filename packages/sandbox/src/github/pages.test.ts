import { useGitHub, userGit } from './__testUtils__/testGitHub';

const github = useGitHub();
const evil = '<script>alert(1)</script>';

beforeAll(async () => {
  await github.createRepository('orders', { description: evil });
  const folder = await github.push('orders', {
    'README.md': `# ${evil}`,
    'src/a "b".ts': evil,
    'image.bin': Buffer.from([0, 1, 2]),
  });
  await userGit(folder, 'switch', '--quiet', '-c', 'feature/x');
  await userGit(folder, 'push', '--quiet', 'origin', 'feature/x');
});

it.each([
  ['/', 'acme/orders'],
  ['/acme', 'acme/orders'],
  ['/acme/orders', 'README.md'],
  ['/acme/orders/tree/main', 'README.md'],
  ['/acme/orders/tree/main/', 'README.md'],
  ['/acme/orders/tree/main/src', 'a &quot;b&quot;.ts'],
  ['/acme/orders/tree/feature/x/src', 'a &quot;b&quot;.ts'],
  ['/acme/orders/blob/feature/x/README.md', '# &lt;script&gt;'],
  ['/acme/orders/blob/main/src/a%20%22b%22.ts', '&lt;script&gt;'],
  ['/acme/orders/blob/main/image.bin', 'not text'],
  ['/acme/orders/actions', 'no run'],
  ['/acme/orders/pulls', 'no pull request'],
])('shows %s as text and says what it is', async (path, content) => {
  const { status, text, response } = await github.page(path);
  expect(status).toBe(200);
  expect(text).toContain(content);
  expect(text).toContain('stand-in');
  expect(text).not.toContain(evil);
  expect(response.headers.get('content-security-policy')).toContain(
    "default-src 'none'",
  );
});

it('links only to pages that are there', async () => {
  const seen = new Set<string>();
  const waiting = ['/'];
  for (let path = waiting.pop(); path; path = waiting.pop()) {
    const { status, text } = await github.page(path);
    expect({ path, status }).toEqual({ path, status: 200 });
    for (const [, href] of text.matchAll(/href="(\/[^"]*)"/g)) {
      const next = href.replaceAll('&amp;', '&').replaceAll('&#39;', "'");
      if (!seen.has(next)) {
        seen.add(next);
        waiting.push(next);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(10);
});

it('gives files as they are, and lets no browser run them', async () => {
  for (const path of [
    '/acme/orders/raw/main/README.md',
    '/raw/acme/orders/main/README.md',
  ]) {
    const { status, text, response } = await github.page(path);
    expect(status).toBe(200);
    expect(text).toBe(`# ${evil}`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  }
});

it('shows the pipeline’s runs', async () => {
  github.runs = [
    {
      id: '1',
      status: 'failed',
      commit: 'a'.repeat(40),
      startedAt: '2026-01-01T00:00:00Z',
      steps: [
        { name: 'Test', status: 'failed', detail: evil, log: ['one', evil] },
      ],
    },
  ];
  const { text } = await github.page('/acme/orders/actions');
  github.runs = [];
  expect(text).toContain('Simulated');
  expect(text).toContain('Run 1');
  expect(text).not.toContain(evil);
});

it.each([
  '/nobody',
  '/acme/nothing',
  '/acme/orders/blob/main/nothing',
  '/acme/orders/tree/nothing',
  '/acme/orders/blob/main/../../x',
  '/acme/orders/commit/main',
  '/acme/orders/pull/1',
  '/acme/orders/no/such/page',
])('has no page %s', async path => {
  const { status, text } = await github.page(path);
  expect(status).toBe(404);
  expect(text).toContain('<!DOCTYPE html>');
});
