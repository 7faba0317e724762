import type { ObjectsByEntityResponse } from '@backstage/plugin-kubernetes-common';
import {
  autoscaler,
  clusterObjects,
  conditions,
  cpuAt,
  crashingPod,
  deployment,
  healthy,
  NOW,
  onFargate,
  orders,
  pendingPod,
  pod,
  PROD_EU,
  rollingOut,
  rolledOut,
  saturated,
  secondsAgo,
  service,
} from '../../testUtils';
import { toRuntime } from '../runtime';
import { explanationSentence, summarySentence } from '../sentences';
import type { ClusterFacts, Runtime } from '../types';
import { explain } from './index';

const through = <T>(value: T): T => JSON.parse(JSON.stringify(value));

function read(answer: ObjectsByEntityResponse): Runtime {
  return toRuntime({ entity: orders, answer, knownClusters: [] });
}

function explained(
  objects: Parameters<typeof clusterObjects>[1],
  facts?: Partial<ClusterFacts>,
): Runtime {
  const runtime = read(through({ items: [clusterObjects(PROD_EU, objects)] }));
  const [cluster] = runtime.clusters;
  const known: ClusterFacts = {
    computeKinds: ['auto-mode'],
    addons: [],
    asOf: NOW.toISOString(),
    ...facts,
  };
  return explain({ ...runtime, clusters: [{ ...cluster, facts: known }] }, NOW);
}

const codesOf = ({ clusters }: Runtime) =>
  clusters.flatMap(({ explanations = [] }) =>
    explanations.map(({ code, severity }) => `${severity}: ${code}`),
  );
const firstSentence = ({ summary }: Runtime) =>
  summary.explanation && explanationSentence(summary.explanation);

const waiting = (reason: string, message: string) => ({
  container: {
    ready: false,
    started: false,
    state: { waiting: { reason, message } },
  },
});
const killed = {
  container: {
    ready: false,
    restartCount: 7,
    state: {
      waiting: { reason: 'CrashLoopBackOff', message: 'back-off 5m0s' },
    },
    lastState: {
      terminated: {
        reason: 'OOMKilled',
        exitCode: 137,
        finishedAt: secondsAgo(40),
      },
    },
  },
};

describe('of pods it is said', () => {
  it.each([
    [
      'that an image cannot be pulled',
      [
        pod('orders-1', waiting('ImagePullBackOff', 'not found')),
        pod('orders-2', waiting('ErrImagePull', 'not found')),
      ],
      'bad: image-not-found',
      /^Deployment orders: 2 pods, such as orders-\d, names an image that its registry does not have: .*\/orders.*“not found”.*Check that the build has pushed it/,
    ],
    [
      'that a configuration is missing',
      [
        pod(
          'orders-1',
          waiting('CreateContainerConfigError', 'secret "db" not found'),
        ),
      ],
      'bad: config-error',
      /pod orders-1 cannot start.*secret "db" not found/,
    ],
    [
      'that memory was too little',
      [pod('orders-1', killed)],
      'bad: out-of-memory',
      /more memory than its limit of 256 MiB and was killed \(7 restarts\)/,
    ],
    [
      'that a container keeps ending, and how',
      [crashingPod('orders-1')],
      'bad: crash-loop',
      /keeps ending with exit code 1 \(\d+ restarts\).*Read the logs of the run before/,
    ],
    [
      "in the scheduler's own words that there is no room",
      [pendingPod('orders-1')],
      'bad: unschedulable',
      /no node has room for pod orders-1.*The cluster says/,
    ],
  ])('%s', (_, pods, code, sentence) => {
    const runtime = explained({
      pods,
      deployments: [deployment(rolledOut(1))],
      usage: { cpu: 0.1, memory: 1 },
    });
    expect(codesOf(runtime)[0]).toBe(code);
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  // What containerd and registries write.
  it.each([
    [
      'ErrImagePull',
      'rpc error: code = NotFound desc = failed to pull and unpack image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1.5.0": failed to resolve reference "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1.5.0": 111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1.5.0: not found',
      'image-not-found',
    ],
    [
      'ImagePullBackOff',
      'Back-off pulling image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1": ErrImagePull: failed to pull and unpack image "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1": failed to resolve reference "111122223333.dkr.ecr.eu-west-1.amazonaws.com/orders:1": unexpected status from HEAD request to https://111122223333.dkr.ecr.eu-west-1.amazonaws.com/v2/orders/manifests/1: 403 Forbidden',
      'image-denied',
    ],
    [
      'ErrImagePull',
      'failed to pull and unpack image "docker.io/example/orders:1": failed to resolve reference "docker.io/example/orders:1": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed',
      'image-denied',
    ],
    [
      'ErrImagePull',
      'failed to pull and unpack image "docker.io/library/node:24": failed to copy: httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/node/manifests/sha256:0f: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.',
      'image-rate-limited',
    ],
    [
      'ErrImagePull',
      'rpc error: code = NotFound desc = failed to pull and unpack image "docker.io/example/orders:1": no match for platform in manifest: not found',
      'image-wrong-platform',
    ],
    [
      'ImagePullBackOff',
      'Back-off pulling image "example/unauthorized:not found"',
      'image-pull',
    ],
    [
      'RunContainerError',
      'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "serve": executable file not found in $PATH: unknown',
      'command-not-found',
    ],
    [
      'RunContainerError',
      'failed to start container "orders": exec /app/server: exec format error',
      'image-wrong-platform',
    ],
  ])('why an image does not run: %s, %s', (reason, message, code) => {
    const runtime = explained({
      pods: [pod('orders-1', waiting(reason, message))],
      deployments: [deployment(rolledOut(1))],
    });
    expect(codesOf(runtime)[0]).toBe(`bad: ${code}`);
    expect(firstSentence(runtime)).toContain(message);
  });

  it.each([
    [{ reason: 'Error', exitCode: 127 }, 'command-not-found'],
    [
      {
        reason: 'StartError',
        exitCode: 128,
        message: 'exec: "serve": executable file not found in $PATH: unknown',
      },
      'command-not-found',
    ],
    [
      {
        reason: 'StartError',
        exitCode: 128,
        message: 'exec /app/server: exec format error',
      },
      'image-wrong-platform',
    ],
    // What a program writes itself is nothing that the cluster says.
    [
      { reason: 'Error', exitCode: 1, message: 'exec format error' },
      'crash-loop',
    ],
  ])('why a container keeps ending: %j', (terminated, code) => {
    const runtime = explained({
      pods: [
        pod('orders-1', {
          container: { ...killed.container, lastState: { terminated } },
        }),
      ],
      deployments: [deployment(rolledOut(1))],
    });
    expect(codesOf(runtime)[0]).toBe(`bad: ${code}`);
  });

  it('why an image cannot be pulled, though its last run left words', () => {
    const runtime = explained({
      pods: [
        pod('orders-1', {
          container: {
            ...waiting('ErrImagePull', 'orders:2: not found').container,
            lastState: {
              terminated: { exitCode: 1, message: 'database: unauthorized' },
            },
          },
        }),
      ],
      deployments: [deployment(rolledOut(1))],
    });
    expect(codesOf(runtime)[0]).toBe('bad: image-not-found');
  });

  // What a scheduler writes.
  it.each([
    [
      '0/5 nodes are available: 2 Too many pods, 3 Insufficient memory, 3 Insufficient cpu. preemption: 0/5 nodes are available: 5 No preemption victims found for incoming pod.',
      /no node has room for pod orders-1; they lack memory, cpu, pods\./,
    ],
    [
      "0/3 nodes are available: 1 node(s) had untolerated taint {dedicated: gpu}, 2 node(s) didn't match Pod's node affinity/selector. preemption: 0/3 nodes are available: 3 Preemption is not helpful for scheduling.",
      /no node may take pod orders-1 for reasons of taints, affinity\..*Compare the tolerations/,
    ],
    [
      '0/2 nodes are available: 2 node(s) had volume node affinity conflict.',
      /no node may take pod orders-1 for reasons of volume\./,
    ],
    [
      "0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't match pod topology spread constraints.",
      /they lack cpu\./,
    ],
  ])('what the scheduler says: %s', (message, sentence) => {
    const runtime = explained({
      pods: [
        pod('orders-1', {
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
        }),
      ],
      deployments: [deployment(rolledOut(0, 1))],
    });
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  it('that no Fargate profile takes them, where there is nothing else', () => {
    const runtime = explained(
      { pods: [pendingPod('orders-1')] },
      { computeKinds: ['fargate'] },
    );
    expect(firstSentence(runtime)).toMatch(
      /Fargate only, and no profile takes pod orders-1 of namespace orders/,
    );
  });

  it('that they are not ready, once they had the time', () => {
    const status = {
      phase: 'Running',
      conditions: [
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
    };
    const old = { status, createdAt: secondsAgo(300) };
    const young = { status, createdAt: secondsAgo(20) };
    expect(codesOf(explained({ pods: [pod('a', old)] }))).toContain(
      'bad: not-ready',
    );
    expect(codesOf(explained({ pods: [pod('a', young)] }))).not.toContain(
      'bad: not-ready',
    );
  });

  it('that one ended lately and runs again', () => {
    const runtime = explained({
      pods: [
        pod('orders-1', {
          container: {
            restartCount: 1,
            lastState: {
              terminated: {
                reason: 'Error',
                exitCode: 3,
                finishedAt: secondsAgo(60),
              },
            },
          },
        }),
      ],
    });
    expect(codesOf(runtime)).toEqual(['info: restarted']);
    expect(firstSentence(runtime)).toMatch(/ended lately with exit code 3/);
  });
});

describe('of workloads it is said', () => {
  const stalled = (type: string, reason: string, message: string) =>
    deployment({
      replicas: 3,
      updatedReplicas: 1,
      readyReplicas: 2,
      conditions: [
        {
          type,
          status: type === 'Progressing' ? 'False' : 'True',
          reason,
          message,
        },
      ],
    });

  it.each([
    [
      'that a quota allows no more',
      stalled(
        'ReplicaFailure',
        'FailedCreate',
        'pods "orders-x" is forbidden: exceeded quota: team-quota, requested: cpu=1',
      ),
      'bad: quota',
      /the quota team-quota of the namespace allows no more pods.*Ask for a larger quota/,
    ],
    [
      'that its pods are refused',
      stalled(
        'ReplicaFailure',
        'FailedCreate',
        'violates PodSecurity "restricted:latest"',
      ),
      'bad: cannot-create',
      /its pods are refused.*violates PodSecurity/,
    ],
    [
      'that the rollout does not get on',
      stalled(
        'Progressing',
        'ProgressDeadlineExceeded',
        'ReplicaSet "orders-7d9f" has timed out progressing.',
      ),
      'bad: rollout-stalled',
      /its rollout does not get on.*timed out progressing/,
    ],
  ])('%s', (_, workload, code, sentence) => {
    const runtime = explained({
      pods: [pod('orders-1')],
      deployments: [workload],
    });
    expect(codesOf(runtime)).toEqual([code]);
    expect(firstSentence(runtime)).toMatch(sentence);
  });

  it('why the rollout does not get on, where a pod says it', () => {
    const runtime = explained({
      pods: [pod('orders-1'), crashingPod('orders-2')],
      deployments: [
        stalled('Progressing', 'ProgressDeadlineExceeded', 'timed out'),
      ],
    });
    expect(codesOf(runtime)).toEqual(['bad: crash-loop']);
  });
});

describe('of requests it is said', () => {
  it('that nothing is ready for them, after why that is so', () => {
    const runtime = explained({ pods: [crashingPod('orders-1')] });
    expect(codesOf(runtime)).toEqual([
      'bad: crash-loop',
      'bad: no-ready-targets',
    ]);
  });

  it('that a Service is missing, or has no pods', () => {
    expect(
      codesOf(explained({ pods: [pod('orders-1')], services: [] })),
    ).toEqual(['bad: service-missing']);
    const other = service();
    const runtime = explained({
      pods: [pod('orders-1')],
      deployments: [deployment(rolledOut(1), { replicas: 1 })],
      services: [
        { ...other, spec: { ...other.spec, selector: { app: 'other' } } },
      ],
    });
    expect(codesOf(runtime)).toEqual(['bad: service-without-pods']);
  });
});

describe('of autoscalers it is said', () => {
  const withConditions = (
    overrides: Parameters<typeof conditions>[0],
    status: object = {},
  ) =>
    explained({
      pods: [pod('orders-1')],
      autoscalers: [
        autoscaler({
          status: {
            currentReplicas: 3,
            desiredReplicas: 3,
            conditions: conditions(overrides),
            currentMetrics: [cpuAt(41)],
            ...status,
          },
        }),
      ],
    });
  const inactive = (message: string) =>
    withConditions({
      ScalingActive: {
        status: 'False',
        reason: 'FailedGetResourceMetric',
        message,
      },
    });

  it.each([
    [
      'that a request is missing',
      inactive(
        'the HPA was unable to compute the replica count: failed to get cpu utilization: missing request for cpu in container orders of Pod orders-1',
      ),
      'bad: autoscaler-missing-request',
      /container orders has no request for cpu.*Give each container a request for cpu/,
    ],
    [
      'that there is no metrics-server',
      inactive(
        'unable to get metrics for resource cpu: unable to fetch metrics from resource metrics API: the server could not find the requested resource (get pods.metrics.k8s.io)',
      ),
      'bad: autoscaler-no-metrics-server',
      /nothing serves metrics\.k8s\.io.*add-on metrics-server/,
    ],
    [
      'that a metric of its own has no figures',
      inactive(
        'unable to get external metric orders/queue: no metrics returned from external metrics API',
      ),
      'bad: autoscaler-no-metrics',
      /no figures for a metric.*external metrics API/,
    ],
    [
      'that its target cannot be scaled',
      withConditions({
        AbleToScale: {
          status: 'False',
          reason: 'FailedGetScale',
          message: 'deployments.apps "orders" not found',
        },
      }),
      'bad: autoscaler-cannot-scale',
      /cannot scale.*"orders" not found/,
    ],
    [
      'that it adds pods, and for what',
      withConditions({}, { desiredReplicas: 5, currentMetrics: [cpuAt(120)] }),
      'info: autoscaler-scaling-up',
      /adds pods: 5 instead of 3, for cpu/,
    ],
    [
      'that it removes pods',
      withConditions({}, { desiredReplicas: 2 }),
      'info: autoscaler-scaling-down',
      /removes pods: 2 instead of 3/,
    ],
    [
      'that it waits before it removes pods',
      withConditions({
        AbleToScale: { status: 'True', reason: 'ScaleDownStabilized' },
      }),
      'info: autoscaler-stabilising',
      /waits before it removes pods/,
    ],
    [
      'that it is at its maximum, and what asks for more',
      withConditions(
        { ScalingLimited: { status: 'True', reason: 'TooManyReplicas' } },
        { currentMetrics: [cpuAt(140)] },
      ),
      'waiting: autoscaler-at-max',
      /at its maximum of 10 while cpu is at 140 % of 70 %/,
    ],
  ])('%s', (_, runtime, code, sentence) => {
    expect(codesOf(runtime)).toEqual([code]);
    expect(firstSentence(runtime)).toMatch(sentence);
  });
});

describe('the most useful comes first', () => {
  it('which is why there are too few pods, and not that there shall be more', () => {
    const runtime = explain(read(saturated()), NOW);
    expect(codesOf(runtime)).toEqual([
      'bad: unschedulable',
      'waiting: autoscaler-at-max',
    ]);
    expect(firstSentence(runtime)).toMatch(/they lack cpu\. /);
  });
});

describe('the whole', () => {
  it('of a healthy service needs no explanation', () => {
    const runtime = explain(read(healthy()), NOW);
    expect(codesOf(runtime)).toEqual([]);
    expect(runtime.summary.explanation).toBeUndefined();
    expect(summarySentence('orders', runtime.summary)).toMatch(
      /^orders: healthy in prod-eu; 3 of 3 pods are ready; runs [\d.]+, commit \w{7}\.$/,
    );
  });

  it('of a rollout tells how far it is, or what holds it up', () => {
    const runtime = explain(read(rollingOut()), NOW);
    expect(codesOf(runtime)).toContain('waiting: rolling-out');
    expect(new Set(codesOf(explain(read(onFargate()), NOW)))).not.toContain(
      'bad: no-fargate-profile',
    );
  });
});
