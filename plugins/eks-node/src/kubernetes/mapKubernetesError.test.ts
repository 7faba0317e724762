import { mapKubernetesError } from './mapKubernetesError';

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
