import { createHash } from 'node:crypto';
import { runController, type ControllerContext } from './controller';
import { addressOf } from './nodes';
import {
  typed,
  withCondition,
  type Container,
  type ContainerStatus,
  type Pod,
} from './objects';
import { Scheduler } from './scheduler';

/** Makes a pod misbehave, to be seen on the service's page. */
export const BEHAVIOUR = 'sandbox.slipway/behaviour';

const PULL_MS = 1_500;
const START_MS = 800;
const PROBE_MS = 1_200;
const SLOW_START_MS = 45_000;
const CRASH_AFTER_MS = 2_000;
const MAX_BACK_OFF_MS = 300_000;
const KUBELET = 'kubelet';

type Behaviour =
  'crash-loop' | 'never-ready' | 'image-pull-error' | 'slow-start' | 'oom';

function behaviourOf(pod: Pod): Behaviour | undefined {
  const images = pod.spec.containers.map(({ image }) => image);
  if (images.some(image => /:missing\b|does-not-exist/.test(image))) {
    return 'image-pull-error';
  }
  return pod.metadata.annotations?.[BEHAVIOUR] as Behaviour | undefined;
}

/** The scheduler's and every node's part in a pod's life. */
export function runPods(context: ControllerContext) {
  const { store, timestamp, events, after } = context;
  const scheduler = new Scheduler(context);
  /** What is going to happen to a pod, by uid: never twice the same. */
  const planned = new Map<string, { step: string; cancel: () => void }>();

  const plan = (pod: Pod, step: string, delay: number, work: () => void) => {
    const uid = pod.metadata.uid ?? '';
    const known = planned.get(uid);
    if (known?.step === step) {
      return;
    }
    known?.cancel();
    const cancel = after(delay, () => {
      planned.delete(uid);
      const { namespace, name } = pod.metadata;
      // Another pod of the same name is not this one.
      if (store.get(typed.pods, namespace, name)?.metadata.uid === uid) {
        work();
      }
    });
    planned.set(uid, { step, cancel });
  };

  const update = (
    pod: Pod,
    change: (status: NonNullable<Pod['status']>) => void,
  ) => {
    const { namespace, name } = pod.metadata;
    const current = store.get(typed.pods, namespace, name);
    if (!current) {
      return;
    }
    const status = current.status ?? { phase: 'Pending' };
    change(status);
    const ready = (status.containerStatuses ?? []).every(c => c.ready);
    const some = (status.containerStatuses ?? []).length > 0;
    const at = timestamp();
    for (const type of ['ContainersReady', 'Ready']) {
      const yes = some && ready && !current.metadata.deletionTimestamp;
      status.conditions = withCondition(
        status.conditions,
        {
          type,
          status: yes ? 'True' : 'False',
          ...(!yes && {
            reason: 'ContainersNotReady',
            message: `containers with unready status: [${current.spec.containers
              .map(container => container.name)
              .join(' ')}]`,
          }),
        },
        at,
      );
    }
    store.updateStatus(typed.pods, { ...current, status });
  };

  const bind = (pod: Pod) => {
    const { namespace, name } = pod.metadata;
    const node = scheduler.place(pod, () => queue.add(namespace, name));
    if (!node) {
      return;
    }
    const nodeName = node.metadata.name;
    const current = store.get(typed.pods, namespace, name);
    if (!current) {
      return;
    }
    const bound = store.update(typed.pods, {
      ...current,
      spec: { ...current.spec, nodeName },
    });
    events.record(
      bound,
      'Normal',
      'Scheduled',
      `Successfully assigned ${namespace}/${name} to ${nodeName}`,
      'default-scheduler',
    );
    update(bound, status => {
      const at = timestamp();
      status.startTime = at;
      status.hostIP = node.status.addresses[0]?.address;
      status.conditions = withCondition(
        (status.conditions ?? []).filter(({ type }) => type !== 'PodScheduled'),
        { type: 'PodScheduled', status: 'True' },
        at,
      );
      status.conditions = withCondition(
        status.conditions,
        { type: 'Initialized', status: 'True' },
        at,
      );
      status.containerStatuses = current.spec.containers.map(container => ({
        name: container.name,
        image: container.image,
        imageID: '',
        ready: false,
        started: false,
        restartCount: 0,
        state: { waiting: { reason: 'ContainerCreating' } },
        lastState: {},
      }));
    });
  };

  const pull = (pod: Pod) => {
    const [container] = pod.spec.containers;
    if (behaviourOf(pod) !== 'image-pull-error') {
      events.record(
        pod,
        'Normal',
        'Pulled',
        `Successfully pulled image "${container.image}" in 1.4s`,
        KUBELET,
      );
      start(pod);
      return;
    }
    const message = `failed to pull and unpack image "${container.image}": failed to resolve reference: not found`;
    events.record(
      pod,
      'Warning',
      'Failed',
      `Failed to pull image "${container.image}": ${message}`,
      KUBELET,
    );
    update(pod, status => {
      status.containerStatuses?.forEach(c => {
        c.state = { waiting: { reason: 'ErrImagePull', message } };
      });
    });
  };

  const start = (pod: Pod) => {
    const [container] = pod.spec.containers;
    events.record(
      pod,
      'Normal',
      'Started',
      `Started container ${container.name}`,
      KUBELET,
    );
    update(pod, status => {
      const ip = addressOf(pod.metadata.uid ?? '');
      status.phase = 'Running';
      status.podIP = ip;
      status.podIPs = [{ ip }];
      status.containerStatuses?.forEach((c, i) => {
        c.state = { running: { startedAt: timestamp() } };
        c.started = true;
        c.imageID = imageId(pod.spec.containers[i]);
        c.containerID = `containerd://${createHash('sha256')
          .update(`${pod.metadata.uid}/${c.restartCount}`)
          .digest('hex')}`;
      });
    });
  };

  const crash = (pod: Pod, behaviour: 'crash-loop' | 'oom') => {
    const at = timestamp();
    const terminated =
      behaviour === 'oom'
        ? { exitCode: 137, reason: 'OOMKilled' }
        : {
            exitCode: 1,
            reason: 'Error',
            message: 'DATABASE_URL is not set\n',
          };
    update(pod, status => {
      status.containerStatuses?.forEach(c => {
        const startedAt = c.state.running?.startedAt ?? at;
        c.lastState = {
          terminated: { ...terminated, startedAt, finishedAt: at },
        };
        c.ready = false;
        c.started = false;
        c.state = {
          waiting: {
            reason: 'CrashLoopBackOff',
            message: `back-off ${
              backOff(c.restartCount) / 1000
            }s restarting failed container=${c.name} pod=${pod.metadata.name}_${
              pod.metadata.namespace
            }(${pod.metadata.uid})`,
          },
        };
      });
    });
    events.record(
      pod,
      'Warning',
      'BackOff',
      `Back-off restarting failed container ${pod.spec.containers[0].name} in pod ${pod.metadata.name}`,
      KUBELET,
    );
  };

  /** Looks at where a pod is and plans what comes next. */
  const advance = (pod: Pod) => {
    const behaviour = behaviourOf(pod);
    const first: ContainerStatus | undefined =
      pod.status?.containerStatuses?.[0];
    const waiting = first?.state.waiting?.reason;
    const restarts = first?.restartCount ?? 0;
    if (pod.metadata.deletionTimestamp) {
      plan(pod, 'remove', terminationTime(pod), () => {
        const { namespace, name } = pod.metadata;
        store.remove(typed.pods, namespace, name, { gracePeriodSeconds: 0 });
        scheduler.release(pod);
      });
    } else if (!pod.spec.nodeName) {
      bind(pod);
    } else if (waiting === 'ContainerCreating') {
      events.record(
        pod,
        'Normal',
        'Pulling',
        `Pulling image "${pod.spec.containers[0].image}"`,
        KUBELET,
      );
      plan(pod, 'pull', PULL_MS, () => pull(pod));
    } else if (waiting === 'ErrImagePull') {
      plan(pod, 'pull-back-off', 4_000, () =>
        update(pod, status => {
          status.containerStatuses?.forEach(c => {
            c.state = {
              waiting: {
                reason: 'ImagePullBackOff',
                message: `Back-off pulling image "${c.image}"`,
              },
            };
          });
        }),
      );
    } else if (waiting === 'CrashLoopBackOff') {
      plan(pod, `restart ${restarts}`, backOff(restarts), () => {
        update(pod, status =>
          status.containerStatuses?.forEach(c => {
            c.restartCount += 1;
          }),
        );
        start(pod);
      });
    } else if (behaviour === 'crash-loop' || behaviour === 'oom') {
      plan(pod, `crash ${restarts}`, CRASH_AFTER_MS, () =>
        crash(pod, behaviour),
      );
    } else if (first && !first.ready && behaviour !== 'never-ready') {
      const delay = behaviour === 'slow-start' ? SLOW_START_MS : probeTime(pod);
      plan(pod, 'ready', delay, () =>
        update(pod, status =>
          status.containerStatuses?.forEach(c => {
            c.ready = true;
          }),
        ),
      );
    } else if (first && !first.ready) {
      plan(pod, 'unhealthy', 10_000, () => {
        events.record(
          pod,
          'Warning',
          'Unhealthy',
          'Readiness probe failed: HTTP probe failed with statuscode: 503',
          KUBELET,
        );
        queue.add(pod.metadata.namespace, pod.metadata.name);
      });
    }
  };

  const queue = runController(context, {
    triggers: [{ kind: typed.pods }],
    reconcile(namespace, name) {
      const pod = store.get(typed.pods, namespace, name);
      if (pod) {
        advance(pod);
      }
    },
  });
  // A pod that is going serves no more.
  store.subscribe(({ kind, object, type }) => {
    if (kind === typed.pods && type === 'MODIFIED') {
      const pod = object as Pod;
      if (
        pod.metadata.deletionTimestamp &&
        pod.status?.conditions?.some(
          c => c.type === 'Ready' && c.status === 'True',
        )
      ) {
        setImmediate(() => update(pod, () => {}));
      }
    }
  });
  return {
    stop() {
      queue.stop();
      planned.forEach(({ cancel }) => cancel());
    },
  };
}

const backOff = (restarts: number) =>
  Math.min(10_000 * 2 ** restarts, MAX_BACK_OFF_MS);

function probeTime({ spec }: Pod): number {
  const [{ readinessProbe }] = spec.containers;
  return (
    START_MS +
    PROBE_MS +
    1_000 * Math.min(readinessProbe?.initialDelaySeconds ?? 0, 30)
  );
}

/** The preStop sleep and a second to drain, but never beyond the grace. */
function terminationTime({ metadata, spec }: Pod): number {
  const sleep = spec.containers[0]?.lifecycle?.preStop?.sleep?.seconds ?? 0;
  const grace = metadata.deletionGracePeriodSeconds ?? 30;
  return 1_000 * Math.min(grace, sleep + 1);
}

/** By digest, as a runtime reports it. */
function imageId({ image }: Container): string {
  if (image.includes('@sha256:')) {
    return image;
  }
  const digest = createHash('sha256').update(image).digest('hex');
  return `${image.replace(/:[^:/]+$/, '')}@sha256:${digest}`;
}
