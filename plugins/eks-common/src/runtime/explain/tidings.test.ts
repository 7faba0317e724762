import {
  autoscaler,
  conditions,
  cpuAt,
  crashingPod,
  deployment,
  disruptionBudget,
  endpointSlice,
  event,
  gateway,
  httpRoute,
  ingress,
  knownCluster,
  node,
  nodeClaim,
  NOW,
  OLD_RELEASE,
  orders,
  pendingPod,
  pod,
  PROD_EU,
  replicaSet,
  rolledOut,
  secondsAgo,
  service,
} from '../../testUtils';
import { buildRuntime } from '../buildRuntime';
import { explanationSentence } from '../sentences';
import type { Runtime } from '../types';
import { explain, whatToAsk, type Told } from './index';

// What events, claims, budgets and load balancers have to do with it.

const through = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function explained(kinds: Record<string, object[]>, told: Told = {}): Runtime {
  const runtime = buildRuntime({
    entity: orders,
    clusters: [
      knownCluster({
        replicasets: [replicaSet(OLD_RELEASE)],
        deployments: [deployment(rolledOut(1), { replicas: 1 })],
        ...kinds,
      }),
    ],
  });
  return explain(runtime, NOW, { [PROD_EU]: through(told) });
}

const codesOf = ({ clusters }: Runtime) =>
  clusters.flatMap(({ explanations = [] }) =>
    explanations.map(({ code, severity }) => `${severity}: ${code}`),
  );
const firstSentence = ({ summary }: Runtime) =>
  summary.explanation && explanationSentence(summary.explanation);

const aboutPod = { kind: 'Pod', name: 'orders-1' };
const pending = { pods: [pendingPod('orders-1')] };
const nominated = event(
  aboutPod,
  'Nominated',
  'Pod should schedule on: nodeclaim/default-x7k2p',
  { type: 'Normal', from: 'karpenter' },
);

describe('of pods that find no place it is said', () => {
  it.each<[string, Told, string, RegExp]>([
    [
      'that Karpenter is starting a node',
      {
        events: [nominated],
        nodeClaims: [
          nodeClaim('default-x7k2p', {
            Launched: { status: 'True', reason: 'Launched' },
            Registered: { status: 'Unknown', reason: 'NodeNotFound' },
          }),
        ],
      },
      'waiting: node-coming',
      /Karpenter is starting a node for pod orders-1: default-x7k2p\..*takes a minute or two/,
    ],
    [
      'that Auto Mode is starting one, where claims cannot be read',
      {
        events: [
          { ...nominated, source: { component: 'eks-auto-mode/compute' } },
        ],
      },
      'waiting: node-coming',
      /EKS Auto Mode is starting a node/,
    ],
    [
      'that Cluster Autoscaler is starting one',
      {
        events: [
          event(
            aboutPod,
            'TriggeredScaleUp',
            'pod triggered scale-up: [{eks-general-0cc3 3->4 (max: 10)}]',
            { type: 'Normal', from: 'cluster-autoscaler' },
          ),
        ],
      },
      'waiting: node-coming',
      /Cluster Autoscaler is starting a node for pod orders-1: eks-general-0cc3\./,
    ],
    [
      'that EC2 has no such machine',
      {
        events: [nominated],
        nodeClaims: [
          nodeClaim('default-x7k2p', {
            Launched: {
              status: 'Unknown',
              reason: 'InsufficientCapacityError',
              message: 'no instance type has capacity in eu-west-1a',
            },
          }),
        ],
      },
      'bad: node-launch-failed',
      /cannot start the node default-x7k2p for pod orders-1 \(InsufficientCapacityError\)\..*no instance type has capacity.*Allow more instance types/,
    ],
    [
      'that the node went again',
      {
        events: [{ ...nominated, lastTimestamp: secondsAgo(120) }],
        nodeClaims: [],
      },
      'bad: node-launch-failed',
      /cannot start the node default-x7k2p/,
    ],
    [
      'that the machine runs and never joined',
      {
        events: [nominated],
        nodeClaims: [
          nodeClaim('default-x7k2p', {
            Launched: {
              status: 'True',
              reason: 'Launched',
              since: secondsAgo(8 * 60),
            },
            Registered: {
              status: 'Unknown',
              reason: 'NodeNotFound',
              message: 'Node not registered with cluster',
            },
          }),
        ],
      },
      'bad: node-not-joined',
      /node default-x7k2p that Karpenter started for pod orders-1 has not joined the cluster for 8 minutes.*not registered.*access entry/,
    ],
    [
      'that the Auto Scaling group brought nothing',
      {
        events: [
          event(
            aboutPod,
            'TriggeredScaleUp',
            'pod triggered scale-up: [{eks-general-0cc3 3->4 (max: 10)}]',
            { type: 'Normal', from: 'cluster-autoscaler', at: secondsAgo(900) },
          ),
        ],
      },
      'bad: node-not-joined',
      /eks-general-0cc3 that Cluster Autoscaler started .* for 15 minutes/,
    ],
  ])('%s', (_, told, code, sentence) => {
    const runtime = explained(pending, told);
    expect(codesOf(runtime)[0]).toBe(code);
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  it.each([
    [
      'karpenter',
      'FailedScheduling',
      'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"',
      'limits',
      /Karpenter makes none\..*Raise the limits of the node pool/,
    ],
    [
      'karpenter',
      'FailedScheduling',
      'Failed to schedule pod, incompatible with nodepool "default", daemonset overhead={"cpu":"150m"}, did not tolerate taint (taint=dedicated=gpu:NoSchedule)',
      'taints',
      /Give the pod the toleration/,
    ],
    [
      'karpenter',
      'FailedScheduling',
      'Failed to schedule pod, incompatible with nodepool "default", daemonset overhead={"cpu":"150m"}, incompatible requirements, key kubernetes.io/arch, kubernetes.io/arch In [amd64] not in kubernetes.io/arch In [arm64]',
      'requirements',
      /Compare its node selector and affinity/,
    ],
    [
      'eks-auto-mode/compute',
      'FailedScheduling',
      'Failed to schedule pod, incompatible with nodepool "general-purpose", no instance type satisfied resources {"cpu":"500"} and requirements kubernetes.io/arch In [amd64]',
      'size',
      /EKS Auto Mode makes none\..*Request less, or allow larger instance types/,
    ],
    [
      'cluster-autoscaler',
      'NotTriggerScaleUp',
      "pod didn't trigger scale-up: 2 max node group size reached",
      'maximum',
      /Cluster Autoscaler makes none\..*Raise the maximum size of the node group/,
    ],
    [
      'cluster-autoscaler',
      'NotTriggerScaleUp',
      "pod didn't trigger scale-up: 1 in backoff after failed scale-up",
      'backoff',
      /Auto Scaling group/,
    ],
    [
      'cluster-autoscaler',
      'NotTriggerScaleUp',
      "pod didn't trigger scale-up: ",
      'other',
      /what the node pools offer/,
    ],
  ])(
    'that no node will come: %s %s %s',
    (from, reason, message, because, sentence) => {
      const runtime = explained(pending, {
        events: [event(aboutPod, reason, message, { from })],
      });
      expect(codesOf(runtime)[0]).toBe('bad: no-node-will-come');
      expect(runtime.summary.explanation?.facts).toMatchObject({
        because,
        lacks: 'cpu',
      });
      expect(firstSentence(runtime)).toMatch(sentence);
      // The scheduler's own words stay beside.
      expect(runtime.summary.explanation?.evidence).toContain(
        '0/3 nodes are available: 3 Insufficient cpu.',
      );
    },
  );

  it('what was told last', () => {
    const refusal = event(
      aboutPod,
      'FailedScheduling',
      'Failed to schedule pod, all available instance types exceed limits for nodepool: "default"',
      { from: 'karpenter', at: secondsAgo(300) },
    );
    expect(
      codesOf(explained(pending, { events: [refusal, nominated] }))[0],
    ).toBe('waiting: node-coming');
    expect(
      codesOf(
        explained(pending, {
          events: [{ ...refusal, lastTimestamp: NOW }, nominated],
        }),
      )[0],
    ).toBe('bad: no-node-will-come');
  });

  it("the scheduler's own words, where nothing makes nodes", () => {
    const runtime = explained(pending, {
      events: [
        event(
          aboutPod,
          'FailedScheduling',
          '0/3 nodes are available: 3 Insufficient cpu.',
          { from: 'default-scheduler' },
        ),
      ],
    });
    expect(codesOf(runtime)[0]).toBe('bad: unschedulable');
  });

  it('that Fargate refuses them, where a profile takes them', () => {
    const refused = pendingPod('orders-1');
    const message =
      'Pod not supported on Fargate: fields not supported: SecurityContext.Privileged';
    const runtime = explained({
      pods: [
        {
          ...refused,
          metadata: {
            ...refused.metadata,
            labels: {
              ...refused.metadata?.labels,
              'eks.amazonaws.com/fargate-profile': 'batch',
            },
          },
          spec: { ...refused.spec, nodeName: undefined },
          status: {
            phase: 'Pending',
            conditions: [
              {
                type: 'PodScheduled',
                status: 'False',
                reason: 'Unschedulable',
                message,
              },
            ],
          },
        },
      ],
    });
    expect(codesOf(runtime)[0]).toBe('bad: fargate-refused');
    expect(firstSentence(runtime)).toMatch(
      /Fargate profile batch takes pod orders-1.*Privileged/,
    );
  });
});

const running = (status: object, options: object = {}) =>
  pod('orders-1', {
    createdAt: secondsAgo(300),
    status: {
      phase: 'Running',
      conditions: [
        { type: 'PodScheduled', status: 'True' },
        { type: 'ContainersReady', status: 'False' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'ContainersNotReady',
          message: 'containers with unready status: [orders]',
        },
      ],
      containerStatuses: [
        {
          name: 'orders',
          image: 'orders',
          imageID: '',
          ready: false,
          started: true,
          restartCount: 0,
          state: { running: { startedAt: secondsAgo(300) } },
        },
      ],
      ...status,
    },
    ...options,
  });

describe('of pods that are not ready it is said', () => {
  it.each([
    ['Readiness', 'readiness'],
    ['Startup', 'startup'],
  ])('that the probe fails, and how: %s', (probe, name) => {
    const runtime = explained(
      { pods: [running({})] },
      {
        events: [
          event(
            aboutPod,
            'Unhealthy',
            `${probe} probe failed: HTTP probe failed with statuscode: 503`,
          ),
        ],
      },
    );
    expect(codesOf(runtime)[0]).toBe('bad: probe-failing');
    expect(firstSentence(runtime)).toMatch(
      new RegExp(
        `pod orders-1 runs, and its ${name} probe fails\\..*statuscode: 503.*path and port`,
      ),
    );
  });

  it('nothing of a probe that failed long ago', () => {
    const runtime = explained(
      { pods: [running({})] },
      {
        events: [
          event(aboutPod, 'Unhealthy', 'Readiness probe failed: refused', {
            at: secondsAgo(3_000),
          }),
        ],
      },
    );
    expect(codesOf(runtime)[0]).toBe('bad: not-ready');
  });

  const beingSetUp = running({
    phase: 'Pending',
    containerStatuses: [
      {
        name: 'orders',
        image: 'orders',
        imageID: '',
        ready: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
      },
    ],
  });
  it.each([
    [
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: plugin type="aws-cni" name="aws-cni" failed (add): add cmd: failed to assign an IP address to container',
      'no-ip-address',
      /no IP address left for pod orders-1.*prefix delegation/,
    ],
    [
      'FailedMount',
      'MountVolume.SetUp failed for volume "tls" : secret "orders-tls" not found',
      'cannot-set-up',
      /cannot be set up there \(FailedMount\)\..*orders-tls/,
    ],
  ])('that they cannot be set up: %s', (reason, message, code, sentence) => {
    const runtime = explained(
      { pods: [beingSetUp] },
      { events: [event(aboutPod, reason, message)] },
    );
    expect(codesOf(runtime)[0]).toBe(`bad: ${code}`);
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  it('that their liveness probe ends them', () => {
    const runtime = explained(
      { pods: [crashingPod('orders-1')] },
      {
        events: [
          event(
            aboutPod,
            'Unhealthy',
            'Liveness probe failed: Get "http://10.0.1.7:8080/live": context deadline exceeded',
          ),
        ],
      },
    );
    expect(codesOf(runtime)[0]).toBe('bad: liveness-failing');
    expect(firstSentence(runtime)).toMatch(
      /ended again and again because its liveness probe fails \(3 restarts\)/,
    );
  });
});

describe('of load balancers it is said', () => {
  const gated = (reason: string, message: string) =>
    running({
      conditions: [
        { type: 'ContainersReady', status: 'True' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'ReadinessGatesNotReady',
          message:
            'the status of pod readiness gate "target-health.elbv2.k8s.aws/k8s-orders-1" is not "True", but False',
        },
        {
          type: 'target-health.elbv2.k8s.aws/k8s-orders-1',
          status: 'False',
          reason,
          message,
        },
      ],
    });

  it.each([
    [
      'Target.ResponseCodeMismatch',
      'Health checks failed with these codes: [503]',
      'bad: target-unhealthy',
    ],
    ['Target.Timeout', 'Request timed out', 'bad: target-unhealthy'],
    [
      'Elb.InitialHealthChecking',
      'Initial health checks in progress',
      'waiting: target-unhealthy',
    ],
  ])('what they find of a pod: %s', (reason, message, code) => {
    const runtime = explained({ pods: [gated(reason, message)] });
    expect(codesOf(runtime)).toContain(code);
    expect(runtime.clusters[0].explanations?.[0].evidence).toEqual([
      reason,
      message,
    ]);
  });

  it.each([
    [
      'Ingress',
      'FailedBuildModel',
      'Failed build model due to couldn’t auto-discover subnets: unable to resolve at least one subnet',
    ],
    [
      'Ingress',
      'FailedDeployModel',
      'Failed deploy model due to AccessDenied: not authorized to perform: elasticloadbalancing:CreateListener',
    ],
  ])('why there is none: %s %s', (kind, reason, message) => {
    const runtime = explained(
      {
        pods: [pod('orders-1')],
        services: [service()],
        ingresses: [ingress({ address: undefined })],
      },
      { events: [event({ kind, name: 'orders' }, reason, message)] },
    );
    expect(codesOf(runtime)).toEqual(['bad: load-balancer-failed']);
    expect(firstSentence(runtime)).toContain(message);
    expect(firstSentence(runtime)).toMatch(/Correct what the controller/);
  });

  it('that it waits, when the last try went well', () => {
    const about = { kind: 'Ingress', name: 'orders' };
    const runtime = explained(
      {
        pods: [pod('orders-1')],
        services: [service()],
        ingresses: [ingress({ address: undefined })],
      },
      {
        events: [
          event(about, 'FailedBuildModel', 'no', { at: secondsAgo(300) }),
          event(about, 'SuccessfullyReconciled', 'Successfully reconciled', {
            type: 'Normal',
          }),
        ],
      },
    );
    expect(codesOf(runtime)).toEqual(['waiting: load-balancer-pending']);
  });

  it('that no endpoint is ready, though pods say that they are', () => {
    const runtime = explained({
      pods: [pod('orders-1')],
      services: [service()],
      endpointslices: [endpointSlice({ 'orders-1': 'not-ready' })],
    });
    expect(codesOf(runtime)).toEqual(['bad: no-ready-targets']);
    expect(firstSentence(runtime)).toMatch(/none of its 1 endpoints is ready/);
  });

  const behindGateway = {
    pods: [pod('orders-1')],
    services: [service()],
    httproutes: [httpRoute()],
    gateways: [gateway()],
    endpointslices: [endpointSlice({ 'orders-1': 'ready' })],
  };
  it.each<[string, Record<string, object[]>, string, RegExp]>([
    [
      'that a Gateway is missing',
      { gateways: [] },
      'bad: gateway-missing',
      /Gateway shared does not exist, though HTTPRoute orders hangs on it/,
    ],
    [
      'that a Gateway is not served',
      {
        gateways: [
          gateway({
            conditions: {
              Programmed: {
                status: 'False',
                reason: 'Invalid',
                message: 'no certificate found',
              },
            },
          }),
        ],
      },
      'bad: gateway-failed',
      /no load balancer serves it\..*no certificate found/,
    ],
    [
      'that a Gateway has no address yet',
      { gateways: [gateway({})] },
      'waiting: load-balancer-pending',
      /Gateway shared: its load balancer has no address yet/,
    ],
    [
      'that a route is not taken',
      {
        httproutes: [
          httpRoute({
            conditions: {
              Accepted: { status: 'False', reason: 'NotAllowedByListeners' },
            },
          }),
        ],
      },
      'bad: route-not-accepted',
      /HTTPRoute orders: Gateway shared does not take it.*NotAllowedByListeners/,
    ],
    [
      'that a route leads nowhere',
      {
        httproutes: [
          httpRoute({
            conditions: {
              ResolvedRefs: { status: 'False', reason: 'RefNotPermitted' },
            },
          }),
        ],
      },
      'bad: route-unresolved',
      /cannot be found.*ReferenceGrant/,
    ],
  ])('%s', (_, kinds, code, sentence) => {
    const runtime = explained({ ...behindGateway, ...kinds });
    expect(codesOf(runtime)).toEqual([code]);
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  it('nothing where a Gateway serves', () => {
    expect(codesOf(explained(behindGateway))).toEqual([]);
  });
});

describe('of pods that are not made it is said', () => {
  const set = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 'orders-db', namespace: 'orders', generation: 1 },
    spec: { replicas: 2 },
    status: { observedGeneration: 1, readyReplicas: 0 },
  };
  it.each([
    [
      'create Pod orders-db-0 in StatefulSet orders-db failed error: pods "orders-db-0" is forbidden: exceeded quota: team-quota, requested: cpu=1',
      'bad: quota',
      /the quota team-quota of the namespace allows no more pods/,
    ],
    [
      'create Pod orders-db-0 in StatefulSet orders-db failed error: admission webhook denied the request',
      'bad: cannot-create',
      /webhook denied/,
    ],
  ])('why, of what has no condition for it: %s', (message, code, sentence) => {
    const kinds = { deployments: [], statefulsets: [set] };
    expect(whatToAsk(explained(kinds).clusters[0])).toEqual({
      events: ['orders'],
      nodeClaims: false,
    });
    const runtime = explained(kinds, {
      events: [
        event(
          { kind: 'StatefulSet', name: 'orders-db' },
          'FailedCreate',
          message,
        ),
      ],
    });
    expect(codesOf(runtime)).toEqual([code]);
    expect(firstSentence(runtime)).toMatch(sentence);
  });
});

describe('of disruption budgets it is said', () => {
  const on = (spec: object) => ({
    pods: [
      pod('orders-1', { node: 'node-1' }),
      pod('orders-2', { node: 'node-2' }),
    ],
    nodes: [node('node-1', {}, spec), node('node-2', {})],
  });
  const drained = on({ unschedulable: true });

  it('that one holds a drain until pods are healthy again', () => {
    const runtime = explained({
      ...drained,
      poddisruptionbudgets: [
        disruptionBudget({ allowed: 0, healthy: 1, needed: 1, expected: 2 }),
      ],
    });
    expect(codesOf(runtime)).toEqual(['waiting: drain-blocked']);
    expect(firstSentence(runtime)).toMatch(
      /pod orders-1 shall leave node node-1, and maxUnavailable 1 allows none to go: 1 of 2 are healthy, and 1 have to be\. Find out why/,
    );
  });

  const never = disruptionBudget(
    { allowed: 0, healthy: 2, needed: 2, expected: 2 },
    { minAvailable: 2 },
  );
  it('that one holds it for ever', () => {
    const runtime = explained({ ...drained, poddisruptionbudgets: [never] });
    expect(codesOf(runtime)).toEqual(['bad: drain-blocked']);
    expect(firstSentence(runtime)).toMatch(/Run one pod more/);
  });

  it('that one would, before there is a drain', () => {
    const runtime = explained({ ...on({}), poddisruptionbudgets: [never] });
    expect(codesOf(runtime)).toEqual(['info: drain-impossible']);
    expect(firstSentence(runtime)).toMatch(
      /minAvailable 2 never allows a pod to go/,
    );
  });

  it('nothing where pods may go, or nobody is to', () => {
    const allowing = disruptionBudget({
      allowed: 1,
      healthy: 2,
      needed: 1,
      expected: 2,
    });
    const holding = disruptionBudget({
      allowed: 0,
      healthy: 1,
      needed: 1,
      expected: 2,
    });
    for (const [kinds, budget] of [
      [drained, allowing],
      [on({}), holding],
    ] as const) {
      expect(
        codesOf(explained({ ...kinds, poddisruptionbudgets: [budget] })),
      ).toEqual([]);
    }
  });
});

describe('of autoscalers it is said, for each type of metric', () => {
  const about = {
    Resource: {
      spec: {
        resource: {
          name: 'memory',
          target: { type: 'Utilization', averageUtilization: 50 },
        },
      },
      reading: {
        resource: { name: 'memory', current: { averageUtilization: 100 } },
      },
    },
    ContainerResource: {
      spec: {
        containerResource: {
          name: 'memory',
          container: 'orders',
          target: { type: 'Utilization', averageUtilization: 50 },
        },
      },
      reading: {
        containerResource: {
          name: 'memory',
          container: 'orders',
          current: { averageUtilization: 100 },
        },
      },
    },
    Pods: {
      spec: {
        pods: {
          metric: { name: 'requests' },
          target: { type: 'AverageValue', averageValue: '50' },
        },
      },
      reading: {
        pods: {
          metric: { name: 'requests' },
          current: { averageValue: '100' },
        },
      },
    },
    Object: {
      spec: {
        object: {
          metric: { name: 'requests' },
          describedObject: { kind: 'Ingress', name: 'orders' },
          target: { type: 'Value', value: '50' },
        },
      },
      reading: {
        object: {
          metric: { name: 'requests' },
          describedObject: { kind: 'Ingress', name: 'orders' },
          current: { value: '100' },
        },
      },
    },
    External: {
      spec: {
        external: {
          metric: { name: 'queue' },
          target: { type: 'AverageValue', averageValue: '50' },
        },
      },
      reading: {
        external: {
          metric: { name: 'queue' },
          current: { averageValue: '100' },
        },
      },
    },
  };
  type MetricType = keyof typeof about;
  const types = Object.keys(about) as MetricType[];
  const scaling = (
    metrics: object[],
    status: {
      desired?: number;
      readings?: object[];
      conditions?: Parameters<typeof conditions>[0];
    },
  ) =>
    explained({
      pods: [pod('orders-1')],
      horizontalpodautoscalers: [
        {
          ...autoscaler({}),
          spec: { ...autoscaler({}).spec, metrics },
          status: {
            currentReplicas: 3,
            desiredReplicas: status.desired ?? 3,
            currentMetrics: status.readings ?? [],
            conditions: conditions(status.conditions),
          },
        },
      ],
    });

  it.each(types)('what it wants, and that its maximum stops it: %s', type => {
    const runtime = scaling([{ type, ...about[type].spec }], {
      readings: [{ type, ...about[type].reading }],
      conditions: {
        ScalingLimited: { status: 'True', reason: 'TooManyReplicas' },
      },
    });
    expect(codesOf(runtime)).toEqual(['waiting: autoscaler-at-max']);
    expect(firstSentence(runtime)).toMatch(
      /at its maximum of 10 while \w+ is at 100.* of 50.*, which asks for 6\. /,
    );
  });

  it.each([
    [
      'Resource',
      'FailedGetResourceMetric',
      'unable to get metrics for resource memory: no metrics returned from resource metrics API',
      /figures for memory\..*metrics-server runs/,
    ],
    [
      'ContainerResource',
      'FailedGetContainerResourceMetric',
      'unable to get metrics for resource memory: no metrics returned from resource metrics API',
      /figures for memory\..*metrics-server runs/,
    ],
    [
      'Pods',
      'FailedGetPodsMetric',
      'unable to get metric requests: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered',
      /figures for requests\..*adapter that serves custom\.metrics\.k8s\.io/,
    ],
    [
      'Object',
      'FailedGetObjectMetric',
      'unable to get metric requests: Ingress on orders orders/unable to fetch metrics from custom metrics API: not found',
      /figures for requests\..*adapter that serves custom\.metrics\.k8s\.io/,
    ],
    [
      'External',
      'FailedGetExternalMetric',
      'unable to get external metric orders/queue/nil: no metrics returned from external metrics API',
      /figures for queue\..*adapter that serves external\.metrics\.k8s\.io/,
    ],
  ] as const)(
    'who answers for the figures that are missing: %s',
    (type, reason, message, sentence) => {
      const runtime = scaling([{ type, ...about[type].spec }], {
        conditions: {
          ScalingActive: { status: 'False', reason, message },
        },
      });
      expect(codesOf(runtime)).toEqual(['bad: autoscaler-no-metrics']);
      expect(firstSentence(runtime)).toMatch(sentence);
      const [{ metrics }] = runtime.clusters[0].autoscalers;
      // What is not known is not 0, and asks for nothing.
      expect(metrics[0].current).toBeUndefined();
      expect(metrics[0].wants).toBeUndefined();
    },
  );

  it('that a reading of 0 is one, and asks for no pods', () => {
    const runtime = scaling(
      [
        {
          type: 'Resource',
          resource: {
            name: 'cpu',
            target: { type: 'Utilization', averageUtilization: 70 },
          },
        },
      ],
      {
        readings: [cpuAt(0)],
        conditions: {
          ScalingLimited: { status: 'True', reason: 'TooFewReplicas' },
        },
      },
    );
    expect(codesOf(runtime)).toEqual(['info: autoscaler-at-min']);
    const [atMin] = runtime.clusters[0].explanations ?? [];
    expect(explanationSentence(atMin)).toMatch(
      /at its minimum of 3: cpu at 0 % of 70 % asks for 0\./,
    );
    // So is every service that has little to do.
    expect(runtime.summary.explanation).toBeUndefined();
  });

  it('that one metric of several is not known', () => {
    const runtime = scaling(
      [
        { type: 'Pods', ...about.Pods.spec },
        { type: 'External', ...about.External.spec },
      ],
      { readings: [{ type: 'Pods', ...about.Pods.reading }] },
    );
    expect(codesOf(runtime)).toEqual(['waiting: autoscaler-metric-unknown']);
    expect(firstSentence(runtime)).toMatch(
      /no figures for queue: it goes by its other metrics, and removes no pods meanwhile\..*external\.metrics/,
    );
  });

  it.each([
    [
      'that it goes in steps',
      { ScalingLimited: { status: 'True', reason: 'ScaleUpLimit' } },
      'waiting: autoscaler-slowed',
      /adds pods as fast as its behavior allows: requests asks for 6/,
    ],
    [
      'that it waits before it adds pods',
      { AbleToScale: { status: 'True', reason: 'ScaleUpStabilized' } },
      'info: autoscaler-stabilising',
      /waits before it adds pods: requests asks for 6/,
    ],
    [
      'that two autoscalers want the same pods',
      {
        ScalingActive: {
          status: 'False',
          reason: 'AmbiguousSelector',
          message:
            'pods by selector app=orders are controlled by multiple HPAs',
        },
      },
      'bad: autoscaler-cannot-scale',
      /controlled by multiple HPAs/,
    ],
  ])('%s', (_, said, code, sentence) => {
    const runtime = scaling([{ type: 'Pods', ...about.Pods.spec }], {
      readings: [{ type: 'Pods', ...about.Pods.reading }],
      conditions: said,
    });
    expect(codesOf(runtime)).toEqual([code]);
    expect(firstSentence(runtime)).toMatch(sentence);
  });
});

describe('clusters are asked for more', () => {
  it('not at all while all is well', () => {
    const runtime = explained({
      pods: [pod('orders-1')],
      services: [service()],
      ingresses: [ingress()],
      endpointslices: [endpointSlice({ 'orders-1': 'ready' })],
    });
    expect(whatToAsk(runtime.clusters[0])).toEqual({
      events: [],
      nodeClaims: false,
    });
  });

  it('where pods find no place: for events, and for nodes to come', () => {
    expect(whatToAsk(explained(pending).clusters[0])).toEqual({
      events: ['orders'],
      nodeClaims: true,
    });
  });

  it('not while it cannot be read', () => {
    const [cluster] = explained(pending).clusters;
    expect(whatToAsk({ ...cluster, state: 'unreadable' })).toEqual({
      events: [],
      nodeClaims: false,
    });
  });

  it('as long as the answer says what is the matter', () => {
    const runtime = explained(pending, { events: [nominated] });
    expect(whatToAsk(runtime.clusters[0]).events).toEqual(['orders']);
  });
});
