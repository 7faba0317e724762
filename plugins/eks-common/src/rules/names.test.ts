import {
  validateEnvironment,
  validateHostname,
  validateNamespace,
  validateServiceName,
} from '.';

describe('validateServiceName', () => {
  it.each(['ab', 'orders', 'orders-2', `o${'x'.repeat(39)}`])(
    'takes %s',
    name => {
      expect(validateServiceName(name)).toBeUndefined();
    },
  );

  it.each([
    ['', '2 to 40'],
    ['a', '2 to 40'],
    ['x'.repeat(41), '2 to 40'],
    ['Orders', 'lower case'],
    ['..', 'must start with a letter'],
    ['../x', 'must start with a letter'],
    ['2fast', 'must start with a letter'],
    ['-orders', 'must start with a letter'],
    ['orders-', 'must start with a letter'],
    ['or ders', 'must start with a letter'],
    ['or_ders', 'must start with a letter'],
    ['orders\n', 'must start with a letter'],
    ['größe', 'must start with a letter'],
    ['true', 'means something else in YAML'],
    ['null', 'means something else in YAML'],
  ])('refuses %p', (name, reason) => {
    expect(validateServiceName(name)).toMatch(/^name: /);
    expect(validateServiceName(name)).toContain(reason);
  });
});

describe('validateNamespace', () => {
  it.each(['orders', '2fast', 'x'.repeat(63), 'defaults', 'batch-orders'])(
    'takes %s',
    namespace => {
      expect(validateNamespace(namespace)).toBeUndefined();
    },
  );

  it.each([
    ['', '1 to 63'],
    ['x'.repeat(64), '1 to 63'],
    ['Orders', 'only lower-case'],
    ['a.b', 'only lower-case'],
    ['default', 'is reserved'],
    ['kube-system', 'is reserved, it belongs to Kubernetes'],
    ['amazon-cloudwatch', 'is reserved, it belongs to AWS add-ons'],
    ['aws-observability', 'is reserved, it belongs to AWS add-ons'],
    ['eks-auth', 'is reserved, it belongs to EKS'],
    ['karpenter', 'is reserved, it belongs to Karpenter'],
    ['argocd', 'is reserved, it belongs to Argo CD'],
    ['istio-system', 'is reserved, it belongs to Istio'],
    ['cert-manager', 'is reserved, it belongs to cert-manager'],
  ])('refuses %p', (namespace, reason) => {
    expect(validateNamespace(namespace)).toMatch(/^namespace: /);
    expect(validateNamespace(namespace)).toContain(reason);
  });
});

it.each([
  ['production', true],
  ['eu-1', true],
  ['', false],
  ['1st', false],
  ['Production', false],
  ['x'.repeat(21), false],
])('validateEnvironment(%p) takes it: %p', (environment, taken) => {
  expect(validateEnvironment(environment) === undefined).toBe(taken);
});

it.each([
  ['orders.example.com', true],
  ['xn--bcher-kva.example', true],
  ['orders', false],
  ['*.example.com', false],
  ['orders.example.com.', false],
  ['orders..com', false],
  ['Orders.example.com', false],
  ['https://orders.example.com', false],
  [`${'x'.repeat(64)}.example.com`, false],
  [`${'abcdefgh.'.repeat(29)}com`, false],
])('validateHostname(%p) takes it: %p', (hostname, taken) => {
  expect(validateHostname(hostname) === undefined).toBe(taken);
});
