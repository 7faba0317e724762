import { ConfigReader } from '@backstage/config';
import type { JsonObject } from '@backstage/types';
import { readPipelineRoleSettings, requireSettings } from './settings';

const read = (pipelineRole?: JsonObject) =>
  readPipelineRoleSettings(new ConfigReader({ eks: { pipelineRole } }));
const account = { accountId: '111122223333', partition: 'aws' } as const;

it('takes a boundary by its name, in each account and partition', () => {
  const settings = read({
    path: '/slipway/',
    permissionsBoundary: 'team/boundary',
  });
  expect(requireSettings(settings, account)).toEqual({
    path: '/slipway/',
    boundary: 'arn:aws:iam::111122223333:policy/team/boundary',
  });
  expect(settings.boundaryOf({ ...account, partition: 'aws-cn' })).toBe(
    'arn:aws-cn:iam::111122223333:policy/team/boundary',
  );
});

it('takes another boundary for an account, by its ARN', () => {
  const permissionsBoundary = 'arn:aws:iam::444455556666:policy/other';
  const settings = read({
    permissionsBoundary: 'boundary',
    accounts: [{ accountId: '444455556666', permissionsBoundary }],
  });
  expect(settings.boundaryOf({ ...account, accountId: '444455556666' })).toBe(
    permissionsBoundary,
  );
  expect(settings.boundaryOf(account)).toMatch(/:policy\/boundary$/);
});

it('knows issuers that are not as usual', () => {
  const settings = read({
    issuers: [{ host: 'git.example.com', issuer: 'oidc.example.com/git' }],
  });
  expect(settings.issuerOf('git.example.com')).toBe('oidc.example.com/git');
  expect(settings.issuerOf('github.com')).toBeUndefined();
});

it.each<[JsonObject | undefined, RegExp]>([
  [
    undefined,
    /set eks\.pipelineRole\.path and eks\.pipelineRole\.permissionsB/,
  ],
  [{ path: '/slipway/' }, /set eks\.pipelineRole\.permissionsBoundary, see/],
  [{ permissionsBoundary: 'b' }, /set eks\.pipelineRole\.path, see/],
])('makes no role with %p', (section, message) => {
  expect(() => requireSettings(read(section), account)).toThrow(message);
});

it.each<[JsonObject, string]>([
  [{ path: 'slipway' }, 'eks.pipelineRole.path'],
  [{ path: '/' }, 'eks.pipelineRole.path'],
  [{ permissionsBoundary: 'a b' }, 'eks.pipelineRole.permissionsBoundary'],
  [
    { accounts: [{ accountId: '1', permissionsBoundary: 'b' }] },
    'eks.pipelineRole.accounts[0].accountId',
  ],
  [
    { issuers: [{ host: 'git.example.com', issuer: 'https://x' }] },
    'eks.pipelineRole.issuers[0].issuer',
  ],
])('refuses %p at the start, naming the key', (section, key) => {
  expect(() => read(section)).toThrow(key);
});
