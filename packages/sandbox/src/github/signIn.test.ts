import { OAUTH_APP, useGitHub } from './__testUtils__/testGitHub';

const github = useGitHub();
const CALLBACK = 'http://localhost:7007/api/auth/github/handler/frame';

const authorize = (parameters: Record<string, string> = {}) =>
  fetch(
    `${github.url}/login/oauth/authorize?${new URLSearchParams({
      client_id: OAUTH_APP.clientId,
      redirect_uri: CALLBACK,
      scope: 'read:user',
      state: 'of the portal',
      ...parameters,
    })}`,
    { redirect: 'manual' },
  );

const codeOf = async (login: string): Promise<string> => {
  const response = await authorize({ login });
  const target = new URL(response.headers.get('location') ?? '');
  return target.searchParams.get('code') ?? '';
};

async function exchange(parameters: Record<string, string>) {
  const response = await fetch(`${github.url}/login/oauth/access_token`, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body: new URLSearchParams({
      client_id: OAUTH_APP.clientId,
      client_secret: OAUTH_APP.clientSecret,
      redirect_uri: CALLBACK,
      ...parameters,
    }),
  });
  return await response.json();
}

describe('signing in with GitHub', () => {
  it('asks who somebody is', async () => {
    const response = await authorize();
    expect(response.status).toBe(200);
    const text = await response.text();
    expect(text).toContain('Continue as guest');
    expect(text).toContain('Continue as robin');
  });

  it('sends them back with a code, and with what the portal gave along', async () => {
    const response = await authorize({ login: 'guest' });
    expect(response.status).toBe(302);
    const target = new URL(response.headers.get('location') ?? '');
    expect(target.origin + target.pathname).toBe(CALLBACK);
    expect(target.searchParams.get('state')).toBe('of the portal');
    expect(target.searchParams.get('code')).toMatch(/^[0-9a-f]{20}$/);
  });

  it.each([
    ['an app that it does not know', { client_id: 'other' }, 404],
    ['an address elsewhere', { redirect_uri: 'https://evil.example' }, 400],
    ['an address that is none', { redirect_uri: 'no address' }, 400],
  ])('sends nobody to %s', async (_, parameters, status) => {
    const response = await authorize({ login: 'guest', ...parameters });
    expect(response.status).toBe(status);
    expect(response.headers.get('location')).toBeNull();
  });

  it('gives a token for a code, which says who they are and may do nothing', async () => {
    const { access_token: token, ...rest } = await exchange({
      code: await codeOf('robin'),
    });
    expect(rest).toEqual({ scope: 'read:user', token_type: 'bearer' });
    const me = await github.call('GET', '/user', { token });
    expect(me.json).toMatchObject({ login: 'robin', node_id: 'U_150000002' });
    const made = await github.call('POST', '/orgs/acme/repos', {
      token,
      body: { name: 'mine' },
    });
    expect(made.status).toBe(403);
  });

  it('answers in a form where nobody asks for JSON', async () => {
    const response = await fetch(`${github.url}/login/oauth/access_token`, {
      method: 'POST',
      body: new URLSearchParams({
        client_id: OAUTH_APP.clientId,
        client_secret: OAUTH_APP.clientSecret,
        code: await codeOf('guest'),
      }),
    });
    const answer = new URLSearchParams(await response.text());
    expect(answer.get('access_token')).toMatch(/^gho_/);
  });

  it('takes a code once', async () => {
    const code = await codeOf('guest');
    expect(await exchange({ code })).toHaveProperty('access_token');
    expect(await exchange({ code })).toMatchObject({
      error: 'bad_verification_code',
    });
  });

  it.each([
    ['secret', { client_secret: 'guess' }, 'incorrect_client_credentials'],
    [
      'address',
      { redirect_uri: 'http://localhost:1/' },
      'redirect_uri_mismatch',
    ],
    ['code', { code: 'guess' }, 'bad_verification_code'],
  ])('gives no token for the wrong %s', async (_, parameters, error) => {
    const answer = await exchange({
      code: await codeOf('guest'),
      ...parameters,
    });
    expect(answer.error).toBe(error);
    expect(answer).not.toHaveProperty('access_token');
  });
});
