import { ConfigReader } from '@backstage/config';
import { readAllowList } from './allowList';

const object = (apiVersion: string, kind: string) => ({
  apiVersion,
  kind,
  metadata: { name: 'x' },
});

describe('readAllowList', () => {
  it('is closed but for what the template needs', () => {
    const allowList = readAllowList(new ConfigReader({}));

    expect(allowList.explainKind(object('v1', 'Namespace'))).toBeUndefined();
    expect(
      allowList.explainKind(object('networking.k8s.io/v1', 'NetworkPolicy')),
    ).toBeUndefined();
    expect(allowList.explainKind(object('v1', 'Secret'))).toContain(
      'Secret may not be applied',
    );
    expect(allowList.explainNamespace('orders')).toBeUndefined();
    expect(allowList.namesNamespace('orders')).toBe(false);
  });

  it('does not take a kind of another group for one that is allowed', () => {
    const allowList = readAllowList(new ConfigReader({}));

    expect(
      allowList.explainKind(object('evil.example/v1', 'Namespace')),
    ).toContain('Namespace.evil.example may not be applied');
  });

  it('follows configuration', () => {
    const allowList = readAllowList(
      new ConfigReader({
        eks: {
          apply: {
            allowedKinds: ['Deployment.apps'],
            allowedNamespaces: ['shop-*', 'data'],
          },
        },
      }),
    );

    expect(
      allowList.explainKind(object('apps/v1', 'Deployment')),
    ).toBeUndefined();
    expect(allowList.explainKind(object('v1', 'Namespace'))).toContain(
      'allowed are Deployment.apps',
    );
    expect(allowList.explainNamespace('shop-orders')).toBeUndefined();
    expect(allowList.explainNamespace('data')).toBeUndefined();
    expect(allowList.explainNamespace('data-x')).toContain('shop-*, data');
    expect(allowList.namesNamespace('shop-orders')).toBe(true);
  });
});
