import {
  BATCH_EU,
  clusterObjects,
  everyMetric,
  healthy,
  noMetrics,
  nothingDeployed,
  onClusters,
  onFargate,
  oneRefuses,
  orders,
  partlyDenied,
  PROD_EU,
  PROD_US,
  rollingOut,
  saturated,
  unreachable,
} from '../testUtils/scenarios';
import {
  autoscaler,
  conditions,
  crashingPod,
  deployment,
  ingress,
  NEW_RELEASE,
  OLD_RELEASE,
  pod,
  rolledOut,
} from '../testUtils/objects';
import type { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';
import { toRuntime } from './runtime';

const read = (
  answer: ObjectsByEntityResponse,
  entity = orders,
  knownClusters = [PROD_EU, BATCH_EU, PROD_US],
) => toRuntime({ entity, answer, knownClusters });

describe('the summary', () => {
  it('calls a service healthy when every pod is ready', () => {
    expect(read(healthy()).summary).toMatchObject({
      health: 'healthy',
      stage: 'running',
      ready: 3,
      total: 3,
      failing: 0,
      clusters: ['prod-eu'],
      unreadable: [],
      releases: [OLD_RELEASE],
    });
  });

  it('names the new version first, and the pod that keeps it from starting', () => {
    const { summary } = read(rollingOut());
    expect(summary).toMatchObject({
      health: 'degraded',
      stage: 'rolling-out',
      ready: 2,
      total: 3,
      failing: 1,
      releases: [NEW_RELEASE, OLD_RELEASE],
    });
    expect(summary.trouble).toMatchObject({
      name: 'orders-7d9f-x2k',
      restarts: 3,
      message: 'DATABASE_URL is not set',
    });
  });

  it('is progressing while pods wait for a node', () => {
    const { summary } = read(saturated());
    expect(summary).toMatchObject({
      health: 'progressing',
      stage: 'running',
      ready: 3,
      total: 4,
    });
    expect(summary.trouble?.name).toBe('orders-5c41-n1x');
  });

  it('counts pods that ought to be there but are not', () => {
    const answer = {
      items: [
        clusterObjects(PROD_EU, {
          pods: [pod('orders-5c41-h7q')],
          deployments: [deployment(rolledOut(1))],
        }),
      ],
    };
    expect(read(answer).summary).toMatchObject({ ready: 1, total: 3 });
  });

  it('knows nothing when no cluster can be read', () => {
    expect(read(unreachable()).summary).toMatchObject({
      health: 'unknown',
      stage: 'unreadable',
      unreadable: ['prod-eu'],
    });
  });

  it('keeps what is known when one of two clusters cannot be read', () => {
    expect(
      read(oneRefuses(), onClusters(PROD_EU, PROD_US)).summary,
    ).toMatchObject({
      health: 'healthy',
      ready: 3,
      clusters: ['prod-eu'],
      unreadable: ['prod-us'],
    });
  });

  it('tells nothing deployed from scaled to nothing', () => {
    expect(read(nothingDeployed()).summary.stage).toBe('nothing-deployed');
    const stopped = {
      items: [
        clusterObjects(PROD_EU, {
          deployments: [deployment(rolledOut(0), { replicas: 0 })],
        }),
      ],
    };
    expect(read(stopped).summary).toMatchObject({
      stage: 'stopped',
      health: 'unknown',
    });
  });
});

describe('clusters', () => {
  it('keeps the place of a cluster that refuses, with one reason', () => {
    const { clusters } = read(oneRefuses(), onClusters(PROD_US, PROD_EU));
    expect(clusters.map(({ title, state }) => [title, state])).toEqual([
      ['prod-eu', 'readable'],
      ['prod-us', 'unreadable'],
    ]);
    expect(clusters[1]).toMatchObject({
      place: {
        partition: 'aws',
        region: 'us-east-1',
        accountId: '444455556666',
      },
      problems: [
        { code: 'unauthorized', path: '/api/v1/namespaces/orders/pods' },
      ],
    });
  });

  it('says which annotated cluster the portal does not know', () => {
    const { clusters } = read(nothingDeployed(), onClusters(PROD_EU, PROD_US), [
      PROD_EU,
    ]);
    expect(clusters).toMatchObject([
      { title: 'prod-eu', state: 'readable', problems: [] },
      {
        title: 'prod-us',
        state: 'unreadable',
        problems: [{ code: 'not-known' }],
      },
    ]);
  });

  it('shows what can be read where something is denied', () => {
    const [cluster] = read(partlyDenied()).clusters;
    expect(cluster).toMatchObject({
      state: 'partial',
      problems: [{ code: 'forbidden' }],
    });
    expect(cluster.pods).toHaveLength(3);
  });

  it('treats missing figures as what they are: an extra', () => {
    const [cluster] = read(noMetrics()).clusters;
    expect(cluster).toMatchObject({
      state: 'readable',
      problems: [],
      metricsProblem: { code: 'not-found' },
    });
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not-found'],
    [503, 'server-error'],
    [418, 'other'],
  ])('takes status %s for %s', (statusCode, code) => {
    const answer = {
      items: [
        {
          cluster: { name: PROD_EU },
          resources: [],
          podMetrics: [],
          errors: [
            {
              errorType: 'UNKNOWN_ERROR' as const,
              statusCode,
              resourcePath: '/api/v1/pods',
            },
          ],
        },
      ],
    };
    expect(read(answer).clusters[0].problems).toEqual([
      { code, path: '/api/v1/pods' },
    ]);
  });
});

describe('pods', () => {
  const podsOf = (...pods: ReturnType<typeof pod>[]) =>
    read({ items: [clusterObjects(PROD_EU, { pods })] }).clusters[0].pods;

  const waiting = (reason: string, message?: string) =>
    pod('p', {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'True' }],
        containerStatuses: [
          {
            name: 'orders',
            image: 'i',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { waiting: { reason, message } },
          },
        ],
      },
    });

  it.each([
    ['CrashLoopBackOff', 'crash-loop'],
    ['ImagePullBackOff', 'image-error'],
    ['ErrImagePull', 'image-error'],
    ['InvalidImageName', 'image-error'],
    ['CreateContainerConfigError', 'config-error'],
    ['ContainerCreating', 'starting'],
    ['PodInitializing', 'starting'],
  ])('takes a container that waits with %s for %s', (reason, state) => {
    expect(podsOf(waiting(reason))[0].state).toBe(state);
  });

  it.each([
    ['Succeeded', 'completed'],
    ['Failed', 'failed'],
    ['Unknown', 'unknown'],
    ['Pending', 'starting'],
  ])('takes phase %s for %s', (phase, state) => {
    expect(podsOf(pod('p', { status: { phase } }))[0].state).toBe(state);
  });

  it('tells a pod that starts from one that stopped being ready', () => {
    const notReady = (started: boolean) =>
      pod('p', {
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'False' }],
          containerStatuses: [
            {
              name: 'orders',
              image: 'i',
              imageID: '',
              ready: false,
              started,
              restartCount: 0,
              state: { running: {} },
            },
          ],
        },
      });
    expect(podsOf(notReady(false))[0].state).toBe('starting');
    expect(podsOf(notReady(true))[0].state).toBe('not-ready');
  });

  it('keeps why the last container ended', () => {
    const [crashing] = podsOf(crashingPod('x2k'));
    expect(crashing).toMatchObject({
      state: 'crash-loop',
      restarts: 3,
      containersReady: 0,
      containers: 1,
      lastTermination: {
        container: 'orders',
        exitCode: 1,
        reason: 'Error',
        message: 'DATABASE_URL is not set',
        finishedAt: '2026-11-23T14:01:48.000Z',
      },
    });
  });

  it('puts those that need a look first, and those that go last', () => {
    const [cluster] = read(rollingOut()).clusters;
    expect(cluster.pods.map(({ state }) => state)).toEqual([
      'crash-loop',
      'ready',
      'ready',
      'draining',
    ]);
  });

  it('finds the workload through the replica set', () => {
    expect(podsOf(pod('p'))[0].owner).toEqual({
      kind: 'Deployment',
      name: 'orders',
    });
  });

  it('shows Fargate by its profile, and nodes by their name', () => {
    expect(read(onFargate()).clusters[0].pods[0].runsOn).toEqual({
      kind: 'fargate',
      name: 'batch',
      node: 'fargate-ip-10-0-1-97.eu-west-1.compute.internal',
    });
    expect(podsOf(pod('p', { node: 'i-0abc' }))[0].runsOn).toEqual({
      kind: 'node',
      name: 'i-0abc',
    });
  });

  it('tells a use of 0 from no figures', () => {
    const usage = (figures: { cpu: number; memory: number } | undefined) =>
      read({
        items: [clusterObjects(PROD_EU, { pods: [pod('p')], usage: figures })],
      }).clusters[0].pods[0];
    expect(usage({ cpu: 0, memory: 0 }).cpu).toEqual({
      used: 0,
      request: 0.25,
      limit: undefined,
    });
    expect(usage({ cpu: 0, memory: 0 }).memory).toEqual({
      used: 0,
      request: 268435456,
      limit: 268435456,
    });
    expect(usage(undefined).cpu).toBeUndefined();
    expect(usage(undefined).memory).toBeUndefined();
  });

  it('survives objects that lack everything', () => {
    const bare = JSON.parse('[{}, {"status": null}, {"spec": {}}]');
    expect(podsOf(...bare)).toHaveLength(3);
  });

  it('takes control characters and bidirectional overrides out of texts', () => {
    const [hostile] = podsOf(
      waiting(
        'ImagePullBackOff',
        `pull\u0000\nfailed \u202Egpj.exe ${'x'.repeat(999)}`,
      ),
    );
    expect(hostile.message).toMatch(/^pull failed gpj\.exe x+…$/);
    expect(hostile.message?.length).toBeLessThanOrEqual(401);
  });
});

describe('workloads', () => {
  const rolloutOf = (status: Parameters<typeof deployment>[0]) =>
    read({
      items: [clusterObjects(PROD_EU, { deployments: [deployment(status)] })],
    }).clusters[0].workloads[0].rollout;

  it('is complete when the new replica set is available', () => {
    expect(rolloutOf(rolledOut(3))).toBe('complete');
  });

  it('does not take pods that an autoscaler adds for a rollout', () => {
    expect(rolloutOf(rolledOut(1, 2))).toBe('complete');
  });

  it('is in progress until the controller has seen the change', () => {
    expect(rolloutOf({ ...rolledOut(3), observedGeneration: 1 })).toBe(
      'progressing',
    );
  });

  it('is stalled when its deadline has passed', () => {
    expect(
      rolloutOf({
        replicas: 4,
        updatedReplicas: 1,
        conditions: [
          {
            type: 'Progressing',
            status: 'False',
            reason: 'ProgressDeadlineExceeded',
          },
        ],
      }),
    ).toBe('stalled');
  });
});

describe('autoscalers', () => {
  const notesOf = (options: Parameters<typeof autoscaler>[0]) =>
    read({
      items: [clusterObjects(PROD_EU, { autoscalers: [autoscaler(options)] })],
    }).clusters[0].autoscalers[0].notes;

  it('pairs every type of metric with its own reading', () => {
    const [{ metrics }] = read(everyMetric()).clusters[0].autoscalers;
    expect(
      metrics.map(({ type, name, target, current }) => [
        type,
        name,
        target.text,
        current?.text,
      ]),
    ).toEqual([
      ['Resource', 'cpu', '70 %', '0 %'],
      ['Resource', 'memory', '80 %', undefined],
      ['ContainerResource', 'cpu', '60 %', '55 %'],
      ['Pods', 'requests_per_second', '100', '42.5'],
      ['Object', 'latency', '250m', '120m'],
      ['External', 'queue_length', '30', '12'],
      ['External', 'queue_length', '500', '640'],
    ]);
  });

  it('keeps 0 apart from unknown', () => {
    const [{ metrics }] = read(everyMetric()).clusters[0].autoscalers;
    expect(metrics[0].current).toEqual({
      unit: 'percent-of-request',
      amount: 0,
      text: '0 %',
    });
    expect(metrics[1].current).toBeUndefined();
  });

  it('says why it scales up', () => {
    const [scaling] = read(rollingOut()).clusters[0].autoscalers;
    expect(scaling).toMatchObject({ min: 3, max: 10, current: 4, desired: 6 });
    expect(scaling.notes).toEqual([
      { code: 'scaling-up', to: 6, because: ['cpu'] },
    ]);
  });

  it('says that its maximum holds it back', () => {
    expect(read(saturated()).clusters[0].autoscalers[0].notes).toEqual([
      { code: 'steady' },
      { code: 'at-max', max: 4 },
    ]);
  });

  it('says that it has no metrics, with the cluster’s own message', () => {
    expect(read(noMetrics()).clusters[0].autoscalers[0].notes).toEqual([
      {
        code: 'metrics-missing',
        reason: 'FailedGetResourceMetric',
        message: expect.stringContaining('no metrics returned'),
      },
    ]);
  });

  it.each([
    ['not-acted-yet', undefined],
    [
      'disabled',
      conditions({
        ScalingActive: { status: 'False', reason: 'ScalingDisabled' },
      }),
    ],
    [
      'cannot-scale',
      conditions({
        AbleToScale: { status: 'False', reason: 'FailedGetScale' },
      }),
    ],
  ])('explains %s', (code, given) => {
    expect(
      notesOf({
        status: { currentReplicas: 0, desiredReplicas: 0, conditions: given },
      }),
    ).toEqual([expect.objectContaining({ code })]);
  });

  it('says that it waits before it takes pods away, down to its minimum', () => {
    expect(
      notesOf({
        status: {
          currentReplicas: 5,
          desiredReplicas: 5,
          conditions: conditions({
            AbleToScale: { status: 'True', reason: 'ScaleDownStabilized' },
            ScalingLimited: { status: 'True', reason: 'TooFewReplicas' },
          }),
        },
      }).map(({ code }) => code),
    ).toEqual(['steady', 'at-min', 'stabilising']);
  });
});

describe('the request path', () => {
  const hopsOf = (answer: ObjectsByEntityResponse) =>
    read(answer).clusters[0].requestPaths[0].hops;

  it('leads from the host name to the pods', () => {
    expect(hopsOf(healthy())).toEqual([
      {
        kind: 'host',
        state: 'unknown',
        hosts: ['orders.example.com'],
        tls: true,
      },
      {
        kind: 'load-balancer',
        state: 'good',
        address: 'k8s-orders-9f3c21d7-1834567890.eu-west-1.elb.amazonaws.com',
        scheme: 'internet-facing',
      },
      {
        kind: 'ingress',
        state: 'good',
        name: 'orders',
        rules: ['/ → orders:http'],
      },
      {
        kind: 'service',
        state: 'good',
        name: 'orders',
        missing: false,
        ready: 3,
        total: 3,
        draining: 0,
      },
      {
        kind: 'pods',
        state: 'good',
        ready: 3,
        failing: 0,
        nodes: 3,
        fargate: 0,
      },
    ]);
  });

  it('shows failing and draining pods at their station', () => {
    expect(hopsOf(rollingOut()).slice(3)).toMatchObject([
      { kind: 'service', state: 'waiting', ready: 2, total: 3, draining: 1 },
      { kind: 'pods', state: 'bad', ready: 2, failing: 1 },
    ]);
  });

  it('waits for the load balancer’s address', () => {
    const answer = {
      items: [
        clusterObjects(PROD_EU, {
          ingresses: [ingress({ address: undefined })],
        }),
      ],
    };
    expect(hopsOf(answer)[1]).toEqual({
      kind: 'load-balancer',
      state: 'waiting',
      scheme: 'internet-facing',
    });
  });

  it('shows an Ingress that leads to no Service', () => {
    const answer = {
      items: [
        clusterObjects(PROD_EU, {
          ingresses: [ingress({ service: 'gone' })],
          services: [],
        }),
      ],
    };
    expect(hopsOf(answer).slice(2)).toMatchObject([
      { kind: 'ingress', state: 'bad' },
      { kind: 'service', state: 'bad', name: 'gone', missing: true },
      { kind: 'pods', ready: 0 },
    ]);
  });

  it('starts at the Service where nothing is exposed', () => {
    expect(hopsOf(onFargate()).map(({ kind }) => kind)).toEqual([
      'service',
      'pods',
    ]);
  });
});
