import {
  deployment,
  namespace,
  startSimulatedCluster,
  type SimulatedCluster,
} from './__testUtils__/simulatedCluster';
import {
  findCondition,
  isReady,
  typed,
  type Autoscaler,
  type MetricSpec,
} from './objects';

let cluster: SimulatedCluster;

beforeEach(() => {
  jest.useFakeTimers();
  cluster = startSimulatedCluster();
});
afterEach(() => {
  cluster.stop();
  jest.useRealTimers();
});

const cpu = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: {
    name: 'cpu',
    target: { type: 'Utilization', averageUtilization },
  },
});
const memory = (averageUtilization: number): MetricSpec => ({
  type: 'Resource',
  resource: {
    name: 'memory',
    target: { type: 'Utilization', averageUtilization },
  },
});

const autoscaler = (spec: Partial<Autoscaler['spec']> = {}): Autoscaler => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'orders', namespace },
  spec: {
    scaleTargetRef: {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      name: 'orders',
    },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [cpu(70)],
    ...spec,
  },
});

const status = () =>
  cluster.store.get(typed.autoscalers, namespace, 'orders')?.status;
const says = (type: string) => {
  const condition = findCondition(status()?.conditions, type);
  return condition && `${condition.status} ${condition.reason}`;
};
const message = (type: string) =>
  findCondition(status()?.conditions, type)?.message;
const wanted = () => cluster.deployment().spec.replicas;
const ready = () => cluster.pods().filter(isReady).length;
const measured = () =>
  status()?.currentMetrics?.map(
    ({ resource }) => resource?.current.averageUtilization,
  );
const load = (utilization: number | undefined) =>
  cluster.controllers.setLoad(namespace, 'orders', utilization);

/** Runs so many pods with an autoscaler. */
function run(
  replicas: number,
  spec: Partial<Autoscaler['spec']> = {},
  options: Parameters<typeof deployment>[0] = {},
) {
  cluster.create(deployment({ replicas, ...options }));
  cluster.passUntil(() => ready() === replicas);
  cluster.create(autoscaler(spec));
}

const behavior = (
  scaleDown: NonNullable<Autoscaler['spec']['behavior']>['scaleDown'],
): Partial<Autoscaler['spec']> => ({ behavior: { scaleDown } });

describe('an autoscaler', () => {
  it('adds pods until the load is what it should be', () => {
    run(2);
    load(140);
    cluster.passUntil(() => wanted() === 4);
    expect(status()).toMatchObject({
      currentReplicas: 2,
      desiredReplicas: 4,
      lastScaleTime: expect.any(String),
    });
    expect(measured()).toEqual([expect.any(Number)]);
    expect(measured()?.[0]).toBeGreaterThan(136);
    expect(says('AbleToScale')).toBe('True SucceededRescale');
    expect(message('AbleToScale')).toBe(
      'the HPA controller was able to update the target scale to 4',
    );
    expect(cluster.told('orders')).toContain(
      'SuccessfulRescale: New size: 4; reason: cpu resource utilization (percentage of request) above target',
    );
    cluster.pass(60);
    // The same load on twice as many pods.
    expect(wanted()).toBe(4);
    expect(measured()?.[0]).toBeGreaterThan(67);
    expect(measured()?.[0]).toBeLessThanOrEqual(70);
    expect(says('AbleToScale')).toBe('True ReadyForNewScale');
    expect(says('ScalingActive')).toBe('True ValidMetricFound');
    expect(message('ScalingActive')).toBe(
      'the HPA was able to successfully calculate a replica count from cpu resource utilization (percentage of request)',
    );
    expect(says('ScalingLimited')).toBe('False DesiredWithinRange');
  });

  it('changes nothing within ten per cent of the target', () => {
    run(4);
    load(76);
    cluster.pass(60);
    expect(wanted()).toBe(4);
    load(64);
    cluster.pass(400);
    expect(wanted()).toBe(4);
  });

  it('obeys a tolerance of its own', () => {
    run(4, { behavior: { scaleUp: { tolerance: '0.05' } } });
    load(76);
    cluster.pass(20);
    expect(wanted()).toBe(5);
  });

  it('takes pods away only after five quiet minutes', () => {
    run(4);
    load(70);
    cluster.pass(20);
    load(20);
    cluster.pass(280);
    expect(wanted()).toBe(4);
    expect(says('AbleToScale')).toBe('True ScaleDownStabilized');
    expect(message('AbleToScale')).toContain(
      'recent recommendations were higher than current one',
    );
    cluster.pass(40);
    expect(wanted()).toBe(2);
    expect(cluster.told('orders')).toContain(
      'SuccessfulRescale: New size: 2; reason: All metrics below target',
    );
  });

  it('is not deceived by a short dip', () => {
    run(4);
    load(70);
    cluster.pass(20);
    load(10);
    cluster.pass(200);
    load(70);
    cluster.pass(250);
    expect(wanted()).toBe(4);
  });

  it('obeys how many may go in a period', () => {
    run(
      8,
      behavior({
        stabilizationWindowSeconds: 0,
        policies: [{ type: 'Pods', value: 2, periodSeconds: 60 }],
      }),
    );
    load(5);
    cluster.pass(6);
    expect(wanted()).toBe(6);
    expect(says('ScalingLimited')).toBe('True ScaleDownLimit');
    cluster.pass(50);
    expect(wanted()).toBe(6);
    cluster.pass(10);
    expect(wanted()).toBe(4);
  });

  it('obeys a share in per cent, rounded so that it gets on', () => {
    run(
      6,
      behavior({
        stabilizationWindowSeconds: 0,
        policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
      }),
    );
    load(5);
    cluster.pass(30);
    expect(wanted()).toBe(5);
  });

  it('takes nothing away where that is disabled', () => {
    run(
      6,
      behavior({ stabilizationWindowSeconds: 0, selectPolicy: 'Disabled' }),
    );
    load(5);
    cluster.pass(600);
    expect(wanted()).toBe(6);
  });

  it('adds no faster than its rules allow', () => {
    run(2, {
      behavior: {
        scaleUp: {
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      },
    });
    load(350);
    cluster.pass(30);
    expect(wanted()).toBe(3);
    expect(says('ScalingLimited')).toBe('True ScaleUpLimit');
    cluster.pass(40);
    expect(wanted()).toBe(4);
  });

  it('waits with more pods where it is to be stable', () => {
    run(2, { behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } });
    cluster.pass(10);
    load(140);
    cluster.pass(50);
    expect(wanted()).toBe(2);
    expect(says('AbleToScale')).toBe('True ScaleUpStabilized');
    cluster.pass(20);
    expect(wanted()).toBe(4);
  });

  it('stays within its limits, and says so', () => {
    run(4, { maxReplicas: 5 });
    load(300);
    cluster.pass(30);
    expect(wanted()).toBe(5);
    expect(says('ScalingLimited')).toBe('True TooManyReplicas');
    expect(message('ScalingLimited')).toBe(
      'the desired replica count is more than the maximum replica count',
    );
    load(0);
    cluster.pass(400);
    expect(wanted()).toBe(2);
    expect(says('ScalingLimited')).toBe('True TooFewReplicas');
  });

  it.each([
    [1, 2, 'Current number of replicas below Spec.MinReplicas'],
    [12, 10, 'Current number of replicas above Spec.MaxReplicas'],
  ])('brings %s pods to %s', (before, after, reason) => {
    run(before);
    cluster.pass(1);
    expect(wanted()).toBe(after);
    expect(cluster.told('orders')).toContain(
      `SuccessfulRescale: New size: ${after}; reason: ${reason}`,
    );
  });

  it('reads a load of nothing as 0, and not as unknown', () => {
    run(2);
    load(0);
    cluster.pass(10);
    expect(measured()).toEqual([0]);
    expect(says('ScalingActive')).toBe('True ValidMetricFound');
  });

  it('obeys the metric that asks for most', () => {
    run(2, { metrics: [cpu(70), memory(20)] });
    load(70);
    cluster.pass(20);
    // 42 to 48 per cent of the memory is used.
    expect(wanted()).toBeGreaterThanOrEqual(4);
    expect(message('ScalingActive')).toContain('memory resource utilization');
    expect(measured()).toHaveLength(2);
  });

  it('measures one container alone where it is told to', () => {
    run(
      2,
      {
        maxReplicas: 2,
        metrics: [
          {
            type: 'ContainerResource',
            containerResource: {
              name: 'cpu',
              container: 'app',
              target: { type: 'Utilization', averageUtilization: 50 },
            },
          },
        ],
      },
      {
        podSpec: {
          containers: [
            {
              name: 'app',
              image: 'a:1',
              resources: { requests: { cpu: '200m' } },
            },
            { name: 'proxy', image: 'b:1' },
          ],
        },
      },
    );
    load(100);
    cluster.pass(10);
    expect(says('ScalingLimited')).toBe('True TooManyReplicas');
    expect(status()?.currentMetrics).toEqual([
      {
        type: 'ContainerResource',
        containerResource: {
          name: 'cpu',
          container: 'app',
          current: {
            averageUtilization: expect.any(Number),
            averageValue: expect.stringMatching(/^(19\d|200)m$/),
          },
        },
      },
    ]);
  });

  it('measures an amount where it is told to', () => {
    run(2, {
      metrics: [
        {
          type: 'Resource',
          resource: {
            name: 'cpu',
            target: { type: 'AverageValue', averageValue: '125m' },
          },
        },
      ],
    });
    load(100);
    cluster.pass(10);
    expect(wanted()).toBe(4);
    expect(message('ScalingActive')).toContain('from cpu resource');
  });

  it('takes pods that do not serve yet for idle', () => {
    run(
      2,
      {},
      {
        container: { readinessProbe: { initialDelaySeconds: 60 } },
      },
    );
    load(140);
    cluster.pass(30);
    expect(wanted()).toBe(4);
    expect(ready()).toBe(2);
    cluster.pass(20);
    expect(wanted()).toBe(4);
  });

  it('does nothing for what is scaled to nothing', () => {
    run(2);
    cluster.change(typed.deployments, 'orders', ({ spec }) => {
      spec.replicas = 0;
    });
    cluster.pass(20);
    expect(wanted()).toBe(0);
    expect(says('ScalingActive')).toBe('False ScalingDisabled');
    expect(status()).toMatchObject({ currentReplicas: 0, desiredReplicas: 0 });
  });
});

describe('an autoscaler that cannot measure', () => {
  const unknown = () => {
    expect(measured()).toEqual([undefined]);
    expect(wanted()).toBe(3);
    expect(says('ScalingActive')).toBe('False FailedGetResourceMetric');
  };

  it('says that there is no metrics server', () => {
    cluster.stop();
    cluster = startSimulatedCluster({ metricsServer: false });
    run(3);
    load(500);
    cluster.pass(60);
    unknown();
    expect(message('ScalingActive')).toBe(
      'the HPA was unable to compute the replica count: failed to get cpu utilization: unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
    );
    const told = cluster.store
      .list(typed.events, { namespace })
      .filter(
        ({ involvedObject }) =>
          involvedObject.kind === 'HorizontalPodAutoscaler',
      );
    expect(told.map(({ reason, type }) => `${type} ${reason}`).sort()).toEqual([
      'Warning FailedComputeMetricsReplicas',
      'Warning FailedGetResourceMetric',
    ]);
    expect(told[0].count).toBeGreaterThan(5);
  });

  it('says which container asks for nothing', () => {
    run(3, {}, { container: { resources: {} } });
    load(500);
    cluster.pass(60);
    unknown();
    expect(message('ScalingActive')).toMatch(
      /failed to get cpu utilization: missing request for cpu in container app of Pod orders-\w+-\w+$/,
    );
  });

  it('says that no pod is ready', () => {
    cluster.create(
      deployment({
        replicas: 3,
        annotations: { 'sandbox.slipway/behaviour': 'never-ready' },
      }),
    );
    cluster.create(autoscaler());
    cluster.pass(60);
    unknown();
    expect(message('ScalingActive')).toContain(
      'did not receive metrics for targeted pods (pods might be unready)',
    );
  });

  it('says that its target is not there', () => {
    cluster.create(autoscaler());
    cluster.pass(10);
    expect(says('AbleToScale')).toBe('False FailedGetScale');
    expect(message('AbleToScale')).toBe(
      'the HPA controller was unable to get the target\'s current scale: deployments.apps "orders" not found',
    );
  });

  it('takes nothing away when one of its metrics is missing', () => {
    const external: MetricSpec = {
      type: 'External',
      external: { metric: { name: 'queue_length' } },
    };
    run(3, { metrics: [cpu(70), external] });
    load(1);
    cluster.pass(600);
    expect(wanted()).toBe(3);
    expect(says('ScalingActive')).toBe('False FailedGetExternalMetric');
    expect(measured()).toEqual([expect.any(Number), undefined]);
    load(200);
    cluster.pass(20);
    expect(wanted()).toBeGreaterThan(3);
    expect(says('ScalingActive')).toBe('True ValidMetricFound');
  });
});
