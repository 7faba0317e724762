import { ConfigReader } from '@backstage/config';
import { readPolicyConfig } from './readPolicyConfig';

const read = (slipway?: object) =>
  readPolicyConfig(
    new ConfigReader({
      permission: {
        enabled: true,
        ...(slipway && { slipway: { ...slipway } }),
      },
    }),
  );

describe('who is more than somebody', () => {
  it('is nobody by itself, and everybody creates', () => {
    expect(read()).toEqual({
      administrators: new Set(),
      onCall: new Set(),
      creators: undefined,
    });
  });

  it('is named by references, completed and in lower case', () => {
    expect(
      read({
        administrators: ['Group:Platform'],
        onCall: ['user:default/jo'],
        creators: [],
      }),
    ).toEqual({
      administrators: new Set(['group:default/platform']),
      onCall: new Set(['user:default/jo']),
      creators: new Set(),
    });
  });

  it.each(['platform', 'component:default/orders', 'group:', ''])(
    'says where "%s" is no group and no user',
    ref => {
      expect(() => read({ onCall: [ref] })).toThrow(
        /permission\.slipway\.onCall/,
      );
    },
  );
});
