import { createEksToken } from './eksToken';
import {
  explainKubernetesError,
  mapKubernetesError,
} from './mapKubernetesError';
import { refusalOf } from './refusal';
import { KubernetesStatusError } from './request';

const context = {
  clusterName: 'prod-us',
  action: 'list ingress classes',
  roleArn: 'arn:aws:iam::444455556666:role/slipway-portal',
};

const status = (code: number, message = 'no') => ({
  name: 'ApiException',
  code,
  body: JSON.stringify({ kind: 'Status', message }),
});

describe('mapKubernetesError', () => {
  it('says how a missing access entry is added', () => {
    const error = mapKubernetesError(status(401, 'Unauthorized'), context);
    expect(error.name).toBe('NotAllowedError');
    expect(error.message).toBe(
      'cluster `prod-us`: access denied for role arn:aws:iam::444455556666:role/slipway-portal; add an access entry with AmazonEKSViewPolicy, see docs/iam.md',
    );
  });

  const minute = 60_000;
  const now = Date.parse('2026-11-23T12:00:00Z');
  const notTaken = (clockMs: number, token?: string) =>
    new KubernetesStatusError(401, 'Unauthorized', {
      refusal: refusalOf(
        { date: new Date(now + clockMs).toUTCString() },
        token && `Bearer ${token}`,
        now,
      ),
    });
  const eksToken = async (agoMs: number) => {
    const { token } = await createEksToken({
      clusterName: 'prod-us',
      region: 'us-east-1',
      partition: 'aws',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
      now: new Date(now - agoMs),
    });
    return token;
  };
  const jwt = (exp: number) =>
    `e30.${Buffer.from(JSON.stringify({ exp })).toString('base64url')}.x`;

  it.each([
    [20 * minute, 'behind'],
    [-20 * minute, 'ahead'],
  ])('tells a clock that is %d ms off', (clockMs, direction) => {
    const { error, cause } = explainKubernetesError(notTaken(clockMs), context);
    expect(error.name).toBe('NotAllowedError');
    expect(error.message).toContain(
      `the portal's clock is 20 minutes ${direction} of the cluster's`,
    );
    expect(cause).toEqual({ code: 'clock', facts: { minutes: 20, direction } });
  });

  it('tells a clock by the error of the official client, too', () => {
    const date = new Date(Date.now() + 20 * minute).toUTCString();
    const error = { ...status(401), headers: { date } };
    expect(mapKubernetesError(error, context).message).toMatch(/20 minutes/);
  });

  it('tells a token that has expired', async () => {
    for (const token of [await eksToken(16 * minute), jwt(now / 1000 - 60)]) {
      const { error, cause } = explainKubernetesError(
        notTaken(0, token),
        context,
      );
      expect(error.message).toContain(
        'its token expired at 2026-11-23T11:59:00',
      );
      expect(cause?.code).toBe('token-expired');
    }
  });

  it('finds the access entry at fault when clock and token are right', async () => {
    for (const token of [
      await eksToken(minute),
      jwt(now / 1000 + 60),
      'other',
    ]) {
      const refused = notTaken(3 * minute, token);
      expect(explainKubernetesError(refused, context).cause?.code).toBe(
        'no-access',
      );
      const { error, cause } = explainKubernetesError(refused, {
        ...context,
        letInBefore: true,
      });
      expect(cause?.code).toBe('access-lost');
      expect(error.message).toMatch(/check that the role and its access entry/);
    }
  });

  it.each([
    [
      status(403),
      'NotAllowedError',
      /may not list ingress classes; give its access entry the rights of docs\/iam-policies\/kubernetes-rbac\.yaml/,
    ],
    [status(404, 'gone'), 'NotFoundError', /list ingress classes: gone$/],
    [status(409, 'changed'), 'ConflictError', /conflict .*: changed$/],
    [status(422, 'bad'), 'InputError', /refuses list ingress classes: bad$/],
    [status(429), 'ServiceUnavailableError', /too busy/],
    [
      status(503, 'down'),
      'ServiceUnavailableError',
      /could not be asked .*down/,
    ],
    [
      { name: 'FetchError', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
      'ServiceUnavailableError',
      /certificate is not of the authority/,
    ],
    [
      new Error('fetch failed', {
        cause: { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
      }),
      'ServiceUnavailableError',
      /certificate is not of the authority/,
    ],
    [
      { code: 'CERT_HAS_EXPIRED' },
      'ServiceUnavailableError',
      /certificate has expired; compare the portal's clock/,
    ],
    [
      { code: 'CERT_NOT_YET_VALID' },
      'ServiceUnavailableError',
      /certificate is not valid yet; compare the portal's clock/,
    ],
    [
      { code: 'ERR_TLS_CERT_ALTNAME_INVALID' },
      'ServiceUnavailableError',
      /certificate is for another host/,
    ],
    [
      new DOMException('late', 'TimeoutError'),
      'ServiceUnavailableError',
      /did not answer in time/,
    ],
    [
      Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }),
      'ServiceUnavailableError',
      /check that the portal's network reaches its endpoint/,
    ],
  ])('explains %j', (error, name, message) => {
    const mapped = mapKubernetesError(error, context);
    expect(mapped.name).toBe(name);
    expect(mapped.message).toMatch(/^cluster `prod-us`: /);
    expect(mapped.message).toMatch(message);
  });
});
