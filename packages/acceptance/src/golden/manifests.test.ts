import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type {
  V1Container,
  V1Deployment,
  V1Ingress,
  V1NetworkPolicy,
  V1PodDisruptionBudget,
  V1PodSpec,
  V1Service,
  V1ServiceAccount,
  V2HorizontalPodAutoscaler,
} from '@kubernetes/client-node';
import { render } from '@slipway/sandbox/src/kustomize';
import { parseDocument } from 'yaml';
import { clusters, type Compute, targetOn } from './__testUtils__/clusters';
import { deliverDigest } from './__testUtils__/deliverDigest';
import { usePlayedScaffolder } from './__testUtils__/played';
import { usualValues } from './__testUtils__/scaffolder';

type Rendered = Awaited<ReturnType<typeof render>>[number];

/** What an overlay renders to. */
interface Kinds {
  Deployment: V1Deployment;
  HorizontalPodAutoscaler: V2HorizontalPodAutoscaler;
  Ingress: V1Ingress;
  NetworkPolicy: V1NetworkPolicy;
  PodDisruptionBudget: V1PodDisruptionBudget;
  Service: V1Service;
  ServiceAccount: V1ServiceAccount;
}
type Get = <K extends keyof Kinds>(kind: K) => Kinds[K];

const digest = `sha256:${'a'.repeat(64)}`;
const revision = '0123456789abcdef0123456789abcdef01234567';
const exposures = ['public', 'internal', 'none'] as const;

const combinations = exposures.flatMap(exposure =>
  clusters.map(({ compute, namespace }) => ({ exposure, compute, namespace })),
);

describe('the rendered overlay', () => {
  const scaffolder = usePlayedScaffolder();

  /** The objects of an overlay, as after the pipeline's first run. */
  async function overlay(
    exposure: string,
    compute: Compute,
    values: object = { hostname: 'orders.example.com' },
  ) {
    const run = await scaffolder.dryRun({
      ...usualValues,
      exposure,
      ...(exposure !== 'none' && values),
      targets: [targetOn(compute)],
    });
    const folder = 'deploy/overlays/production';
    const file = join(run.directory, folder, 'kustomization.yaml');
    deliverDigest(file, { digest, revision });
    const objects = await render(run.directory, folder);
    const get: Get = <K extends keyof Kinds>(kind: K) => {
      const found = objects.find(object => object.kind === kind);
      if (!found) {
        throw new Error(`no ${kind} was rendered`);
      }
      // YAML has no types; what the tests read they also compare.
      return found as unknown as Kinds[K];
    };
    return { objects, get };
  }

  describe.each(combinations)(
    '$exposure on $compute',
    ({ exposure, compute, namespace }) => {
      let objects: Rendered[];
      let get: Get;
      let pod: V1PodSpec;
      let container: V1Container;

      beforeAll(async () => {
        ({ objects, get } = await overlay(exposure, compute));
        pod = get('Deployment').spec?.template.spec ?? { containers: [] };
        [container] = pod.containers;
      });

      it('has the kinds of the golden path, each once', () => {
        expect(objects.map(({ kind }) => kind).sort()).toEqual(
          [
            'Deployment',
            'HorizontalPodAutoscaler',
            ...(exposure === 'none' ? [] : ['Ingress']),
            'NetworkPolicy',
            'PodDisruptionBudget',
            'Service',
            'ServiceAccount',
          ].sort(),
        );
      });

      it('names namespace, labels and commit on every object', () => {
        for (const { kind, metadata } of objects) {
          expect({ kind, ...metadata }).toMatchObject({
            kind,
            name: 'orders',
            namespace,
            labels: {
              'app.kubernetes.io/name': 'orders',
              'app.kubernetes.io/instance': 'orders',
              'app.kubernetes.io/part-of': 'shop',
              'app.kubernetes.io/managed-by': 'kustomize',
              'backstage.io/kubernetes-id': 'orders',
            },
            annotations: { 'org.opencontainers.image.revision': revision },
          });
        }
        expect(get('Deployment').spec?.template.metadata).toMatchObject({
          labels: { 'backstage.io/kubernetes-id': 'orders' },
          annotations: { 'org.opencontainers.image.revision': revision },
        });
      });

      it('runs the image by its digest', () => {
        const [, , , region, accountId] =
          targetOn(compute).clusterArn.split(':');
        expect(container).toMatchObject({
          image: `${accountId}.dkr.ecr.${region}.amazonaws.com/orders@${digest}`,
          imagePullPolicy: 'Always',
        });
      });

      it('is admitted by the restricted Pod Security Standard', () => {
        expect(pod).toMatchObject({
          containers: [expect.anything()],
          automountServiceAccountToken: false,
          enableServiceLinks: false,
          serviceAccountName: 'orders',
          securityContext: {
            runAsNonRoot: true,
            seccompProfile: { type: 'RuntimeDefault' },
          },
        });
        for (const host of ['hostNetwork', 'hostPID', 'hostIPC']) {
          expect(pod).not.toHaveProperty(host);
        }
        expect(container.securityContext).toMatchObject({
          runAsNonRoot: true,
          runAsUser: 10001,
          runAsGroup: 10001,
          privileged: false,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
          seccompProfile: { type: 'RuntimeDefault' },
        });
        expect(pod.volumes).toEqual([
          { name: 'tmp', emptyDir: { sizeLimit: expect.any(String) } },
        ]);
        expect(container.volumeMounts).toEqual([
          { name: 'tmp', mountPath: '/tmp' },
        ]);
        expect(get('ServiceAccount').automountServiceAccountToken).toBe(false);
      });

      it('asks for what it may use', () => {
        const { requests, limits } = container.resources ?? {};
        expect(requests).toEqual({
          cpu: expect.any(String),
          memory: limits?.memory,
          'ephemeral-storage': expect.any(String),
        });
        expect(limits?.['ephemeral-storage']).toBeDefined();
        // EC2 lends what is idle; Fargate sizes the machine by the request.
        expect(limits?.cpu).toBe(
          compute === 'fargate' ? requests?.cpu : undefined,
        );
      });

      it('runs on what it was fitted to where a cluster has more', () => {
        const terms =
          pod.affinity?.nodeAffinity
            ?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
        const type = 'eks.amazonaws.com/compute-type';
        expect([pod.nodeSelector, terms]).toEqual(
          {
            nodes: [
              undefined,
              [
                {
                  matchExpressions: [
                    { key: type, operator: 'NotIn', values: ['auto'] },
                  ],
                },
              ],
            ],
            'auto-mode': [{ [type]: 'auto' }, undefined],
            fargate: [undefined, undefined],
          }[compute],
        );
      });

      it('starts, drains and rolls out without losing a request', () => {
        const deployment = get('Deployment').spec;
        expect(deployment).not.toHaveProperty('replicas');
        expect(deployment?.strategy?.rollingUpdate).toEqual({
          maxUnavailable: 0,
          maxSurge: '25%',
        });
        expect(deployment?.revisionHistoryLimit).toBeLessThanOrEqual(5);
        expect(container.lifecycle?.preStop?.sleep?.seconds).toBe(25);
        expect(pod.terminationGracePeriodSeconds).toBe(60);
        expect(container.readinessProbe?.httpGet?.path).not.toBe(
          container.livenessProbe?.httpGet?.path,
        );
        expect(container.startupProbe).toBeDefined();
      });

      it('is spread over hosts and zones, on any architecture', () => {
        expect(
          pod.affinity?.podAntiAffinity
            ?.preferredDuringSchedulingIgnoredDuringExecution?.[0],
        ).toMatchObject({
          podAffinityTerm: { topologyKey: 'kubernetes.io/hostname' },
        });
        expect(pod.topologySpreadConstraints).toMatchObject([
          {
            topologyKey: 'topology.kubernetes.io/zone',
            whenUnsatisfiable: 'ScheduleAnyway',
          },
        ]);
        expect(JSON.stringify([pod.nodeSelector, pod.affinity])).not.toContain(
          'kubernetes.io/arch',
        );
        expect(get('PodDisruptionBudget').spec).toMatchObject({
          maxUnavailable: 1,
          unhealthyPodEvictionPolicy: 'AlwaysAllow',
        });
      });

      it('scales as the form says, up at once and down with care', () => {
        const { spec, apiVersion } = get('HorizontalPodAutoscaler');
        expect(apiVersion).toBe('autoscaling/v2');
        expect(spec).toMatchObject({
          minReplicas: 3,
          maxReplicas: 10,
          scaleTargetRef: { kind: 'Deployment', name: 'orders' },
          behavior: {
            scaleUp: { stabilizationWindowSeconds: 0 },
            scaleDown: {
              stabilizationWindowSeconds: 300,
              policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
            },
          },
        });
        expect(spec?.metrics?.[0].resource).toEqual({
          name: 'cpu',
          target: { type: 'Utilization', averageUtilization: 70 },
        });
      });

      it('lets in and out what it needs', () => {
        const { spec } = get('NetworkPolicy');
        expect(spec?.policyTypes).toEqual(['Ingress', 'Egress']);
        expect(spec?.podSelector).toEqual({
          matchLabels: { 'app.kubernetes.io/name': 'orders' },
        });
        const [callers, collectors] = spec?.ingress ?? [];
        expect(callers.ports).toEqual([{ protocol: 'TCP', port: 'http' }]);
        // The client's types rename what is a word of JavaScript's.
        expect(callers).toHaveProperty(
          'from',
          exposure === 'none'
            ? [{ podSelector: {} }]
            : ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].map(cidr => ({
                ipBlock: { cidr },
              })),
        );
        expect(collectors.ports).toEqual([
          { protocol: 'TCP', port: 'metrics' },
        ]);
        const [names, tls, identity] = spec?.egress ?? [];
        expect(names.ports).toEqual([
          { protocol: 'UDP', port: 53 },
          { protocol: 'TCP', port: 53 },
        ]);
        // On Auto Mode the node answers, and no selector finds it.
        expect(names.to).toEqual(
          compute === 'auto-mode'
            ? [{ ipBlock: { cidr: '0.0.0.0/0' } }]
            : [
                {
                  namespaceSelector: {
                    matchLabels: {
                      'kubernetes.io/metadata.name': 'kube-system',
                    },
                  },
                },
              ],
        );
        expect(tls.ports).toEqual([{ protocol: 'TCP', port: 443 }]);
        expect(identity).toEqual({
          to: [{ ipBlock: { cidr: '169.254.170.23/32' } }],
          ports: [{ protocol: 'TCP', port: 80 }],
        });
      });

      it('is reached inside of the cluster by its name', () => {
        expect(get('Service').spec).toMatchObject({
          type: 'ClusterIP',
          ports: [{ name: 'http', port: 80, targetPort: 'http' }],
        });
      });
    },
  );

  describe.each(combinations.filter(({ exposure }) => exposure !== 'none'))(
    'the load balancer, $exposure on $compute',
    ({ exposure, compute }) => {
      it('ends TLS and sends requests straight to ready pods', async () => {
        const { get } = await overlay(exposure, compute);
        const { metadata, spec } = get('Ingress');
        const annotation = 'alb.ingress.kubernetes.io';

        // No `kubernetes.io/ingress.class` and no `group.name`: Auto Mode
        // refuses both, and a group shares a load balancer unasked.
        expect(metadata?.annotations).toEqual({
          'org.opencontainers.image.revision': revision,
          [`${annotation}/scheme`]:
            exposure === 'public' ? 'internet-facing' : 'internal',
          [`${annotation}/target-type`]: 'ip',
          // Of its own, apart from what Kubernetes asks.
          [`${annotation}/healthcheck-path`]: '/healthz/load-balancer',
          [`${annotation}/listen-ports`]: '[{"HTTP": 80}, {"HTTPS": 443}]',
          [`${annotation}/ssl-redirect`]: '443',
          [`${annotation}/ssl-policy`]: expect.stringContaining('TLS13'),
          [`${annotation}/load-balancer-attributes`]:
            'routing.http.drop_invalid_header_fields.enabled=true',
          [`${annotation}/target-group-attributes`]:
            'deregistration_delay.timeout_seconds=20',
        });
        expect(spec).toEqual({
          ingressClassName: 'alb',
          // Without a secret: the controller finds the certificate.
          tls: [{ hosts: ['orders.example.com'] }],
          rules: [
            {
              host: 'orders.example.com',
              http: {
                paths: [
                  {
                    path: '/',
                    pathType: 'Prefix',
                    backend: {
                      service: { name: 'orders', port: { name: 'http' } },
                    },
                  },
                ],
              },
            },
          ],
        });
      });
    },
  );

  describe.each(['public', 'internal'])('%s by a Gateway', exposure => {
    const parts = async (values: object = {}) => {
      const { objects } = await overlay(exposure, 'nodes', {
        routing: 'gateway',
        ...values,
      });
      const named = (kind: string, name = 'orders') =>
        objects.find(
          object => object.kind === kind && object.metadata.name === name,
        );
      return { kinds: objects.map(({ kind }) => kind), named };
    };

    it('is reached over TLS, whose certificate its host name finds', async () => {
      const { kinds, named } = await parts({ hostname: 'orders.example.com' });

      expect(kinds).not.toContain('Ingress');
      expect(named('Gateway')).toMatchObject({
        metadata: { namespace: 'orders' },
        spec: {
          gatewayClassName: 'alb',
          infrastructure: {
            parametersRef: {
              group: 'gateway.k8s.aws',
              kind: 'LoadBalancerConfiguration',
              name: 'orders',
            },
          },
          listeners: [
            { name: 'http', protocol: 'HTTP', port: 80 },
            {
              name: 'https',
              protocol: 'HTTPS',
              port: 443,
              hostname: 'orders.example.com',
            },
          ],
        },
      });
      expect(named('LoadBalancerConfiguration')).toMatchObject({
        spec: {
          scheme: exposure === 'public' ? 'internet-facing' : 'internal',
          loadBalancerAttributes: [
            {
              key: 'routing.http.drop_invalid_header_fields.enabled',
              value: 'true',
            },
          ],
          listenerConfigurations: [
            {
              protocolPort: 'HTTPS:443',
              sslPolicy: expect.stringContaining('TLS13'),
            },
          ],
        },
      });
      expect(named('HTTPRoute')).toMatchObject({
        spec: {
          parentRefs: [{ name: 'orders', sectionName: 'https' }],
          hostnames: ['orders.example.com'],
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/' } }],
              backendRefs: [{ name: 'orders', port: 80 }],
            },
          ],
        },
      });
      expect(named('HTTPRoute', 'orders-to-https')).toMatchObject({
        spec: {
          parentRefs: [{ name: 'orders', sectionName: 'http' }],
          rules: [
            {
              filters: [
                {
                  type: 'RequestRedirect',
                  requestRedirect: { scheme: 'https', statusCode: 301 },
                },
              ],
            },
          ],
        },
      });
    });

    it('lets pods go slowly, and asks them at a path of its own', async () => {
      const { named } = await parts({ path: '/orders' });
      expect(named('TargetGroupConfiguration')).toMatchObject({
        spec: {
          targetReference: { name: 'orders' },
          defaultConfiguration: {
            targetType: 'ip',
            healthCheckConfig: { healthCheckPath: '/healthz/load-balancer' },
            targetGroupAttributes: [
              { key: 'deregistration_delay.timeout_seconds', value: '20' },
            ],
          },
        },
      });
      expect(named('HTTPRoute')).toMatchObject({
        spec: {
          rules: [{ matches: [{ path: { value: '/orders' } }] }],
        },
      });
    });

    it('offers no TLS without a host name', async () => {
      const { kinds, named } = await parts();
      expect(kinds.filter(kind => kind === 'HTTPRoute')).toHaveLength(1);
      expect(named('Gateway')).toMatchObject({
        spec: { listeners: [{ protocol: 'HTTP', port: 80 }] },
      });
      expect(named('LoadBalancerConfiguration')).not.toHaveProperty(
        'spec.listenerConfigurations',
      );
    });
  });

  it('has no pods before the pipeline delivered an image', async () => {
    const run = await scaffolder.dryRun({
      ...usualValues,
      targets: [targetOn('nodes')],
    });
    const objects = await render(run.directory, 'deploy/overlays/production');
    expect(objects.find(({ kind }) => kind === 'Deployment')).toMatchObject({
      spec: { replicas: 0 },
    });
  });

  it('offers no TLS where there is no host name to find a certificate by', async () => {
    const { get } = await overlay('public', 'nodes', {});
    const { metadata, spec } = get('Ingress');
    expect(spec).not.toHaveProperty('tls');
    expect(spec?.rules?.[0]).not.toHaveProperty('host');
    expect(
      metadata?.annotations?.['alb.ingress.kubernetes.io/listen-ports'],
    ).toBe('[{"HTTP": 80}]');
  });

  it.each([
    ['auto-mode', 'eks.amazonaws.com/pod-readiness-gate-inject'],
    ['nodes', 'elbv2.k8s.aws/pod-readiness-gate-inject'],
  ] as const)(
    'comes to a namespace that is restricted and waits for the load balancer: %s',
    async (compute, gate) => {
      const run = await scaffolder.dryRun(
        { ...usualValues, targets: [targetOn(compute)] },
        template => {
          template.spec.steps = template.spec.steps.filter(
            ({ id }) => id !== 'tidy',
          );
        },
      );
      const [namespace, quota, policy] = readFileSync(
        join(run.directory, '.cluster/production/namespace.yaml'),
        'utf8',
      )
        .split(/^---$/m)
        .map(text => parseDocument(text).toJS());
      expect(namespace).toMatchObject({
        kind: 'Namespace',
        metadata: {
          name: 'orders',
          labels: {
            'pod-security.kubernetes.io/enforce': 'restricted',
            [gate]: 'enabled',
          },
        },
      });
      expect(quota).toMatchObject({
        kind: 'ResourceQuota',
        metadata: { namespace: 'orders' },
        spec: { hard: { pods: '25' } },
      });
      expect(policy).toMatchObject({
        kind: 'NetworkPolicy',
        metadata: { namespace: 'orders' },
        spec: { podSelector: {}, policyTypes: ['Ingress', 'Egress'] },
      });
    },
  );
});
