import { containerInsightsOf } from './awsFacts';
import { loadBalancerOf } from './kubernetesFacts';

describe('loadBalancerOf', () => {
  const autoMode = {
    name: 'alb',
    controller: 'eks.amazonaws.com/alb',
    scheme: 'internal' as const,
  };
  const controller = { name: 'shared', controller: 'ingress.k8s.aws/alb' };
  const nginx = { name: 'nginx', controller: 'k8s.io/ingress-nginx' };

  it.each([
    [
      true,
      [autoMode],
      {
        kind: 'auto-mode',
        ingressClassName: 'alb',
        ingressClasses: [{ name: 'alb', scheme: 'internal' }],
      },
    ],
    // Both are there while a team moves from one to the other.
    [
      true,
      [controller, autoMode],
      {
        kind: 'auto-mode',
        ingressClassName: 'alb',
        ingressClasses: [{ name: 'alb', scheme: 'internal' }],
      },
    ],
    [
      true,
      [controller],
      {
        kind: 'aws-load-balancer-controller',
        ingressClassName: 'shared',
        ingressClasses: [{ name: 'shared' }],
      },
    ],
    // Auto Mode does not bring the IngressClass along.
    [true, [], { kind: 'auto-mode', ingressClasses: [] }],
    [true, undefined, { kind: 'auto-mode' }],
    [
      false,
      [nginx, controller],
      {
        kind: 'aws-load-balancer-controller',
        ingressClassName: 'shared',
        ingressClasses: [{ name: 'shared' }],
      },
    ],
    [false, [nginx], { kind: 'none' }],
    [false, undefined, { kind: 'unknown' }],
  ])('built in: %s, classes: %j', (builtIn, classes, expected) => {
    expect(
      loadBalancerOf(builtIn, {
        ingressClasses: classes,
        gatewayClasses: undefined,
      }),
    ).toEqual(expected);
  });

  it('has the classes of Gateways beside those of Ingresses', () => {
    expect(
      loadBalancerOf(false, {
        ingressClasses: [controller],
        gatewayClasses: [{ name: 'alb', scheme: 'internal' }],
      }),
    ).toMatchObject({
      kind: 'aws-load-balancer-controller',
      gatewayClasses: [{ name: 'alb', scheme: 'internal' }],
    });
  });
});

describe('containerInsightsOf', () => {
  it.each([
    ['v6.2.0-eksbuild.1', 'otel'],
    ['v6.10.0-eksbuild.1', 'otel'],
    ['v7.0.0-eksbuild.1', 'otel'],
    ['v6.1.9-eksbuild.1', 'classic'],
    ['v4.7.0-eksbuild.1', 'classic'],
    ['', 'classic'],
  ])('add-on %s is %s', (version, expected) => {
    expect(
      containerInsightsOf([
        { name: 'amazon-cloudwatch-observability', version },
      ]),
    ).toBe(expected);
  });

  it('is none without the add-on', () => {
    expect(
      containerInsightsOf([{ name: 'metrics-server', version: 'v0.8.0' }]),
    ).toBe('none');
  });
});
