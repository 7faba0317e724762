import type { Sandbox } from '@slipway/sandbox';

/**
 * Makes a repository of somebody else on the sandbox's GitHub, by its API.
 *
 * @param files - text by path
 * @returns its address
 */
export async function makeExistingRepository(
  sandbox: Sandbox,
  name: string,
  files: Record<string, string>,
): Promise<string> {
  const { github } = sandbox.urls;
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${github}/api/v3${path}`, {
      method,
      headers: {
        authorization: `token ${sandbox.env.SANDBOX_GITHUB_TOKEN}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) {
      throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    }
    return JSON.parse(text);
  };
  const repository = `/repos/acme/${name}`;
  await call('POST', '/orgs/acme/repos', { name, auto_init: true });
  const tree = await call('POST', `${repository}/git/trees`, {
    tree: Object.entries(files).map(([path, content]) => ({
      path,
      mode: '100644',
      type: 'blob',
      content,
    })),
  });
  const made = await call('POST', `${repository}/git/commits`, {
    message: 'Bring it',
    tree: tree.sha,
    parents: [],
  });
  await call('PATCH', `${repository}/git/refs/heads/main`, {
    sha: made.sha,
    force: true,
  });
  return `${github}/acme/${name}`;
}
