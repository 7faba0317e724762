import { TOKEN, useGitHub, userGit } from './__testUtils__/testGitHub';

const github = useGitHub();

describe('owners', () => {
  it('has the organisation and the user of the token, with ids', async () => {
    expect((await github.call('GET', '/orgs/acme')).json).toMatchObject({
      login: 'acme',
      id: 7,
      type: 'Organization',
    });
    expect((await github.call('GET', '/user')).json).toMatchObject({
      login: 'guest',
      type: 'User',
    });
    expect((await github.call('GET', '/orgs/guest')).status).toBe(404);
    expect((await github.call('GET', '/users/nobody')).status).toBe(404);
  });

  it('makes a repository of the user', async () => {
    const created = await github.call('POST', '/user/repos', {
      body: { name: 'mine', auto_init: true },
    });
    expect(created.json).toMatchObject({ full_name: 'guest/mine' });
    const readme = await github.call(
      'GET',
      '/repos/guest/mine/contents/README.md',
    );
    expect(Buffer.from(readme.json.content, 'base64').toString()).toContain(
      '# mine',
    );
  });
});

describe('a repository', () => {
  it('is made once, with an id of its own', async () => {
    const created = await github.call('POST', '/orgs/acme/repos', {
      body: { name: 'orders', description: 'd', has_wiki: false },
    });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({
      full_name: 'acme/orders',
      clone_url: `${github.url}/acme/orders.git`,
      html_url: `${github.url}/acme/orders`,
      id: expect.any(Number),
      owner: { login: 'acme', id: 7 },
      private: false,
      has_wiki: false,
      has_issues: true,
      size: 0,
    });
    const again = await github.call('POST', '/orgs/acme/repos', {
      body: { name: 'Orders' },
    });
    expect(again.status).toBe(422);
    expect(again.json).toMatchObject({
      message: 'Repository creation failed.',
      errors: [
        { field: 'name', message: 'name already exists on this account' },
      ],
    });
  });

  it('is made once when two ask at the same time', async () => {
    const answers = await Promise.all(
      [1, 2].map(() =>
        github.call('POST', '/orgs/acme/repos', { body: { name: 'race' } }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 422]);
  });

  it.each([
    ['', /name can only contain/],
    ['a b', /name can only contain/],
    ['a/b', /name can only contain/],
    ['-é', /name can only contain/],
    ['..', /reserved/],
    ['orders.git', /reserved/],
    ['x'.repeat(101), /too long/],
  ])('is not made with the name "%s"', async (name, message) => {
    const answer = await github.call('POST', '/orgs/acme/repos', {
      body: { name },
    });
    expect(answer.status).toBe(422);
    expect(answer.text).toMatch(message);
  });

  it('gets another id when it is made anew', async () => {
    await github.createRepository('again');
    const { json: first } = await github.call('GET', '/repos/acme/again');
    expect((await github.call('DELETE', '/repos/acme/again')).status).toBe(204);
    expect((await github.call('GET', '/repos/acme/again')).status).toBe(404);
    await github.createRepository('again');
    const { json: second } = await github.call('GET', '/repos/acme/again');
    expect(second.id).toBeGreaterThan(first.id);
  });

  it('is there for the token alone when it is private', async () => {
    await github.createRepository('hidden', { private: true });
    const path = '/repos/acme/hidden';
    expect((await github.call('GET', path)).json).toMatchObject({
      private: true,
      visibility: 'private',
    });
    expect((await github.call('GET', path, { token: undefined })).status).toBe(
      404,
    );
  });

  it('takes no change when it is archived', async () => {
    await github.createRepository('old');
    await github.call('PATCH', '/repos/acme/old', { body: { archived: true } });
    const answer = await github.call('PUT', '/repos/acme/old/topics', {
      body: { names: ['a'] },
    });
    expect(answer.status).toBe(403);
    await expect(github.push('old', { a: 'b' })).rejects.toThrow(/403/);
  });

  it('is listed page by page', async () => {
    const first = await github.call('GET', '/orgs/acme/repos?per_page=1');
    expect(first.json).toHaveLength(1);
    const [, next] =
      /<([^>]+)>; rel="next"/.exec(first.headers.get('link') ?? '') ?? [];
    const second = await (
      await fetch(next, { headers: { authorization: `token ${TOKEN}` } })
    ).json();
    expect(second[0].id).not.toBe(first.json[0].id);
  });
});

describe('the token', () => {
  it('must be the right one', async () => {
    const answer = await github.call('GET', '/repos/acme/orders', {
      token: 'wrong',
    });
    expect(answer.status).toBe(401);
    expect(answer.json.message).toBe('Bad credentials');
  });

  it('is needed for every change', async () => {
    const answer = await github.call('POST', '/orgs/acme/repos', {
      body: { name: 'nobody' },
      token: undefined,
    });
    expect(answer.status).toBe(401);
    expect(answer.json.message).toBe('Requires authentication');
  });
});

describe('what is wrong with a call', () => {
  it('is said in GitHub’s words', async () => {
    expect((await github.call('GET', '/no/such/call')).json).toMatchObject({
      message: 'Not Found',
      status: '404',
    });
    const broken = await fetch(`${github.url}/api/v3/orgs/acme/repos`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: '{',
    });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({
      message: 'Problems parsing JSON',
    });
    expect((await github.call('GET', '/repos/acme/%zz')).status).toBe(400);
    expect(github.logged).toEqual([]);
  });
});

describe('commits and files', () => {
  beforeAll(async () => {
    await github.createRepository('code');
    await github.push('code', { 'a/b c.txt': 'deep', 'README.md': '# code' });
  });

  it('are none in an empty repository', async () => {
    await github.createRepository('empty');
    const { status } = await github.call('GET', '/repos/acme/empty/commits');
    expect(status).toBe(409);
  });

  it('are found by branch, by id and by a part of it', async () => {
    const { json: list } = await github.call('GET', '/repos/acme/code/commits');
    const [{ sha, commit }] = list;
    expect(commit).toMatchObject({ message: 'first', author: { name: 'Jo' } });
    for (const ref of ['main', 'heads/main', sha, sha.slice(0, 7)]) {
      const found = await github.call('GET', `/repos/acme/code/commits/${ref}`);
      expect(found.json.sha).toBe(sha);
    }
    for (const ref of ['nothing', 'main@{1}', ':/first', '--all']) {
      const found = await github.call(
        'GET',
        `/repos/acme/code/commits/${encodeURIComponent(ref)}`,
      );
      expect([404, 422]).toContain(found.status);
    }
  });

  it('are read with a tag that changes with them', async () => {
    const path = '/repos/acme/code/contents/a/b%20c.txt?ref=main';
    const raw = { accept: 'application/vnd.github.v3.raw' };
    const first = await github.call('GET', path, { headers: raw });
    expect(first).toMatchObject({ status: 200, text: 'deep' });
    const etag = first.headers.get('etag') ?? '';
    const modified = first.headers.get('last-modified') ?? '';
    for (const [name, value] of [
      ['if-none-match', etag],
      ['if-modified-since', modified],
    ]) {
      const answer = await github.call('GET', path, {
        headers: { ...raw, [name]: value },
      });
      expect(answer.status).toBe(304);
    }
    const changed = await github.call(
      'PUT',
      '/repos/acme/code/contents/a/b%20c.txt',
      {
        body: {
          message: 'change',
          content: Buffer.from('new').toString('base64'),
          sha: etag.replaceAll('"', ''),
        },
      },
    );
    expect(changed.status).toBe(200);
    const second = await github.call('GET', path, {
      headers: { ...raw, 'if-none-match': etag },
    });
    expect(second).toMatchObject({ status: 200, text: 'new' });
  });

  it('are written as a commit, and told of', async () => {
    const before = github.pushes.length;
    const path = '/repos/acme/code/contents/new.txt';
    const made = await github.call('PUT', path, {
      body: {
        message: 'add',
        content: 'bmV3',
        author: { name: 'An', email: 'an@example.com' },
      },
    });
    expect(made.status).toBe(201);
    expect(made.json.commit).toMatchObject({ author: { name: 'An' } });
    expect(github.pushes.slice(before)).toEqual([
      `acme/code main ${made.json.commit.sha}`,
    ]);
    const stale = await github.call('PUT', path, {
      body: { message: 'x', content: 'eA==', sha: 'f'.repeat(40) },
    });
    expect(stale.status).toBe(409);
    const gone = await github.call('DELETE', path, {
      body: { message: 'remove', sha: made.json.content.sha },
    });
    expect(gone.status).toBe(200);
    expect((await github.call('GET', path)).status).toBe(404);
  });

  it.each(['.git/config', '../x', 'a/../../x'])(
    'are not written to %s',
    async name => {
      const answer = await github.call(
        'PUT',
        `/repos/acme/code/contents/${encodeURIComponent(name)}`,
        { body: { message: 'm', content: 'eA==' } },
      );
      expect(answer.status).toBe(422);
    },
  );

  it('are listed by folder', async () => {
    const { json } = await github.call('GET', '/repos/acme/code/contents/');
    expect(
      json.map(({ type, path }: { type: string; path: string }) => [
        type,
        path,
      ]),
    ).toEqual([
      ['file', 'README.md'],
      ['dir', 'a'],
    ]);
  });
});

describe('git’s own objects', () => {
  it('become a commit on a new branch', async () => {
    const path = '/repos/acme/code/git';
    const { json: ref } = await github.call('GET', `${path}/ref/heads/main`);
    const { json: commit } = await github.call(
      'GET',
      `${path}/commits/${ref.object.sha}`,
    );
    const { json: blob } = await github.call('POST', `${path}/blobs`, {
      body: {
        content: Buffer.from([0, 1]).toString('base64'),
        encoding: 'base64',
      },
    });
    const { json: tree } = await github.call('POST', `${path}/trees`, {
      body: {
        base_tree: commit.tree.sha,
        tree: [
          { path: 'bin', mode: '100755', sha: blob.sha },
          { path: 'README.md', mode: '100644', sha: null },
        ],
      },
    });
    expect(tree.tree.map((entry: { path: string }) => entry.path)).toEqual([
      'a',
      'bin',
    ]);
    const { json: next } = await github.call('POST', `${path}/commits`, {
      body: { message: 'by hand', tree: tree.sha, parents: [commit.sha] },
    });
    const made = await github.call('POST', `${path}/refs`, {
      body: { ref: 'refs/heads/feature/x', sha: next.sha },
    });
    expect(made.status).toBe(201);
    const branch = await github.call(
      'GET',
      '/repos/acme/code/branches/feature%2Fx',
    );
    expect(branch.json.commit.sha).toBe(next.sha);
    const back = await github.call('PATCH', `${path}/refs/heads/feature/x`, {
      body: { sha: commit.sha },
    });
    expect(back).toMatchObject({ status: 422 });
    expect(back.json.message).toBe('Update is not a fast forward');
    const { json: blobs } = await github.call(
      'GET',
      `${path}/blobs/${blob.sha}`,
    );
    expect(blobs).toMatchObject({ content: 'AAE=', size: 2 });
    expect(
      (await github.call('DELETE', `${path}/refs/heads/feature/x`)).status,
    ).toBe(204);
  });
});

describe('pull requests', () => {
  it('are made once, and merged', async () => {
    await github.createRepository('pulls');
    const folder = await github.push('pulls', { a: '1\n', b: '1\n' });
    await userGit(folder, 'switch', '--quiet', '-c', 'change');
    await userGit(folder, 'rm', '--quiet', 'b');
    await userGit(folder, 'commit', '--quiet', '-m', 'second');
    await userGit(folder, 'push', '--quiet', 'origin', 'change');
    const path = '/repos/acme/pulls/pulls';
    const body = { title: 'Less', head: 'acme:change', base: 'main' };
    const made = await github.call('POST', path, { body });
    expect(made).toMatchObject({ status: 201 });
    expect(made.json).toMatchObject({ number: 1, state: 'open' });
    const again = await github.call('POST', path, { body });
    expect(again.text).toContain('A pull request already exists');
    const listed = await github.call('GET', `${path}?head=acme:change`);
    expect(listed.json).toHaveLength(1);
    const page = await github.page('/acme/pulls/pull/1');
    expect(page.text).toContain('deleted file mode');

    const before = github.pushes.length;
    const merged = await github.call('PUT', `${path}/1/merge`, { body: {} });
    expect(merged.json).toMatchObject({ merged: true });
    expect(github.pushes.slice(before)).toEqual([
      `acme/pulls main ${merged.json.sha}`,
    ]);
    expect((await github.call('GET', `${path}/1`)).json).toMatchObject({
      state: 'closed',
      merged: true,
      merge_commit_sha: merged.json.sha,
    });
    const contents = await github.call('GET', '/repos/acme/pulls/contents');
    expect(contents.json).toHaveLength(1);
    expect((await github.call('PUT', `${path}/1/merge`)).status).toBe(405);
  });

  it('are not merged when they conflict', async () => {
    await github.createRepository('conflict');
    const folder = await github.push('conflict', { a: '1\n' });
    const commit = async (text: string) => {
      await userGit(folder, 'rm', '--quiet', '--cached', 'a');
      const blob = await userGit(folder, 'hash-object', '-w', '/dev/null');
      await userGit(
        folder,
        'update-index',
        '--add',
        '--cacheinfo',
        `100644,${blob},${text}`,
      );
      await userGit(folder, 'commit', '--quiet', '-m', text);
    };
    await userGit(folder, 'switch', '--quiet', '-c', 'change');
    await commit('a-one/x');
    await userGit(folder, 'push', '--quiet', 'origin', 'change');
    await userGit(folder, 'switch', '--quiet', '-f', 'main');
    await github.call('PUT', '/repos/acme/conflict/contents/a', {
      body: {
        message: 'other',
        content: Buffer.from('2\n').toString('base64'),
        sha: await userGit(folder, 'rev-parse', 'HEAD:a'),
      },
    });
    const path = '/repos/acme/conflict/pulls';
    await github.call('POST', path, {
      body: { title: 'Other', head: 'change', base: 'main' },
    });
    const merged = await github.call('PUT', `${path}/1/merge`, { body: {} });
    expect(merged).toMatchObject({ status: 405 });
    expect(merged.json.message).toBe('Pull Request is not mergeable');
  });
});

describe('settings', () => {
  it('of pipelines are kept, and secrets only by name', async () => {
    const path = '/repos/acme/code/actions';
    await github.call('POST', `${path}/variables`, {
      body: { name: 'region', value: 'eu-west-1' },
    });
    expect((await github.call('GET', `${path}/variables`)).json).toMatchObject({
      variables: [{ name: 'REGION', value: 'eu-west-1' }],
    });
    const { json: key } = await github.call(
      'GET',
      `${path}/secrets/public-key`,
    );
    expect(Buffer.from(key.key, 'base64')).toHaveLength(32);
    const put = () =>
      github.call('PUT', `${path}/secrets/KEY`, {
        body: { key_id: key.key_id, encrypted_value: 'c2VhbGVk' },
      });
    expect((await put()).status).toBe(201);
    expect((await put()).status).toBe(204);
    expect((await github.call('GET', `${path}/secrets`)).json).toMatchObject({
      secrets: [{ name: 'KEY' }],
    });
  });

  it('of who may do what know their teams and users', async () => {
    const team = (slug: string) =>
      github.call('PUT', `/orgs/acme/teams/${slug}/repos/acme/code`, {
        body: { permission: 'admin' },
      });
    expect((await team('payments')).status).toBe(204);
    expect((await team('strangers')).status).toBe(404);
    const user = (name: string) =>
      github.call('PUT', `/repos/acme/code/collaborators/${name}`, {
        body: { permission: 'push' },
      });
    expect((await user('guest')).status).toBe(204);
    expect((await user('nobody')).status).toBe(404);
  });

  it('of protection need the branch', async () => {
    const protect = (branch: string) =>
      github.call('PUT', `/repos/acme/code/branches/${branch}/protection`, {
        body: { enforce_admins: true },
      });
    expect((await protect('nothing')).json).toMatchObject({
      message: 'Branch not found',
    });
    expect((await protect('main')).json).toMatchObject({
      enforce_admins: { enabled: true },
    });
    expect(
      (await github.call('GET', '/repos/acme/code/branches/main')).json,
    ).toMatchObject({ protected: true });
  });
});
