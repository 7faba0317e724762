import { createHash } from 'node:crypto';
import { behaviourOf, ENDINGS, type Behaviour } from './behaviour';
import type {
  Container,
  ContainerStatus,
  EventObject,
  Pod,
  Probe,
} from './objects';
import { goDuration } from './quantity';

const PULL_MS = 1_500;
const CREATE_MS = 400;
/** How long a service takes until it answers its probes. */
const APPLICATION_MS = 1_500;
const SLOW_APPLICATION_MS = 45_000;
const CRASH_AFTER_MS = 2_000;
/** How long a container runs that is to come to its end. */
const RUN_MS = 3_000;
const FIRST_BACK_OFF_SECONDS = 10;
const MOST_BACK_OFF_SECONDS = 300;

/** What the kubelet tells of a container. */
export interface Told {
  type: EventObject['type'];
  reason: string;
  message: string;
}

/** What happens next to a container. */
export interface Step {
  /** The same for the same step: it is planned once. */
  name: string;
  /** Simulated milliseconds until it happens. */
  after: number;
  /** Told when it is planned. */
  begins?: Told[];
  /** Told when it has happened. */
  ends?: Told[];
  change(status: ContainerStatus, now: string): void;
}

/** Where a container is. */
export interface Situation {
  pod: Pod;
  container: Container;
  status: ContainerStatus;
  role: 'init' | 'main';
  /** Whether its image is on the node already. */
  pulled: boolean;
  /** How often pulling failed, or a probe since it runs. */
  failures: number;
}

const normal = (reason: string, message: string): Told => ({
  type: 'Normal',
  reason,
  message,
});
const warning = (reason: string, message: string): Told => ({
  type: 'Warning',
  reason,
  message,
});

const backOffSeconds = (times: number) =>
  Math.min(
    FIRST_BACK_OFF_SECONDS * 2 ** Math.max(0, times - 1),
    MOST_BACK_OFF_SECONDS,
  );

/** What happens next to a container; undefined when nothing does. */
export function nextStep(situation: Situation): Step | undefined {
  const { state } = situation.status;
  if (state.running) {
    return whileRunning(situation);
  }
  if (state.terminated) {
    return afterEnd(situation);
  }
  switch (state.waiting?.reason) {
    case 'ErrImagePull':
      return backOffPulling(situation);
    case 'ImagePullBackOff':
      return pull(situation, backOffSeconds(situation.failures) * 1_000);
    case 'CrashLoopBackOff':
      return start(situation, {
        name: `restart ${situation.status.restartCount}`,
        after: backOffSeconds(situation.status.restartCount) * 1_000,
        restart: true,
      });
    default:
      return pull(situation, 0);
  }
}

function pull(situation: Situation, wait: number): Step {
  const { pod, container, pulled, failures } = situation;
  const { image } = container;
  if (behaviourOf(pod, container) === 'image-pull-error') {
    const message = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    const problem = `rpc error: code = NotFound desc = ${message}`;
    return {
      name: `pull ${failures}`,
      after: wait + PULL_MS,
      begins: wait > 0 ? [] : [pulling(image)],
      ends: [
        ...(wait > 0 ? [pulling(image)] : []),
        warning('Failed', `Failed to pull image "${image}": ${problem}`),
        warning('Failed', 'Error: ErrImagePull'),
      ],
      change(status) {
        status.state = {
          waiting: { reason: 'ErrImagePull', message: problem },
        };
      },
    };
  }
  return pulled && container.imagePullPolicy !== 'Always'
    ? start(situation, { name: 'start', after: wait + CREATE_MS })
    : start(situation, {
        name: 'pull and start',
        after: wait + PULL_MS,
        begins: [pulling(image)],
        told: `Successfully pulled image "${image}" in 1.184s (1.184s including waiting). Image size: ${imageSize(
          image,
        )} bytes.`,
      });
}

const pulling = (image: string) =>
  normal('Pulling', `Pulling image "${image}"`);

/** Between 40 and 90 MB, the same for the same image. */
const imageSize = (image: string) =>
  40_000_000 +
  (createHash('sha256').update(image).digest().readUInt32BE() % 50_000_000);

function backOffPulling({ container, status, failures }: Situation): Step {
  const { image } = container;
  const message = `Back-off pulling image "${image}"`;
  return {
    name: `back off pulling ${failures}`,
    after: 1_000,
    ends: [
      normal('BackOff', message),
      warning('Failed', 'Error: ImagePullBackOff'),
    ],
    change(current) {
      const { message: problem } = status.state.waiting ?? {};
      current.state = {
        waiting: {
          reason: 'ImagePullBackOff',
          message: `${message}: ErrImagePull: ${problem}`,
        },
      };
    },
  };
}

function start(
  { pod, container, role }: Situation,
  options: {
    name: string;
    after: number;
    begins?: Told[];
    told?: string;
    restart?: boolean;
  },
): Step {
  const { image, name, startupProbe, readinessProbe } = container;
  const {
    told = `Container image "${image}" already present on machine`,
    restart = false,
  } = options;
  const behaviour = behaviourOf(pod, container);
  return {
    name: options.name,
    after: options.after,
    begins: options.begins,
    ends: [
      normal('Pulled', told),
      normal('Created', `Created container: ${name}`),
      normal('Started', `Started container ${name}`),
    ],
    change(status, now) {
      if (restart) {
        status.restartCount += 1;
        status.lastState = status.state.terminated
          ? { terminated: status.state.terminated }
          : status.lastState;
      }
      status.state = { running: { startedAt: now } };
      status.started = !startupProbe;
      status.ready =
        role === 'main' && !startupProbe && !readinessProbe && !behaviour;
      status.imageID = imageId(container);
      status.containerID = `containerd://${createHash('sha256')
        .update(`${pod.metadata.uid}/${name}/${status.restartCount}`)
        .digest('hex')}`;
    },
  };
}

function whileRunning(situation: Situation): Step | undefined {
  const { pod, container, status, role } = situation;
  const behaviour = behaviourOf(pod, container);
  const ending = behaviour && ENDINGS[behaviour];
  if (ending) {
    return end(`crash ${status.restartCount}`, CRASH_AFTER_MS, ending);
  }
  if (!status.started) {
    return startUp(situation, behaviour);
  }
  const stays =
    role === 'init'
      ? container.restartPolicy === 'Always'
      : (pod.spec.restartPolicy ?? 'Always') === 'Always';
  if (!stays) {
    const completed = { exitCode: 0, reason: 'Completed' };
    // An init container that has done its work counts as ready.
    return end('complete', RUN_MS, completed, role === 'init');
  }
  return status.ready ? undefined : becomeReady(situation, behaviour);
}

/** When a probe first succeeds, after the container has started. */
function probeMs(probe: Probe, answersAfter: number): number {
  const initial = (probe.initialDelaySeconds ?? 0) * 1_000;
  const period = (probe.periodSeconds ?? 10) * 1_000;
  const late = Math.max(0, answersAfter - initial);
  return initial + Math.ceil(late / period) * period;
}

const answersAfter = (behaviour: Behaviour | undefined) =>
  behaviour === 'slow-start' ? SLOW_APPLICATION_MS : APPLICATION_MS;

function startUp(
  { pod, container, failures }: Situation,
  behaviour: Behaviour | undefined,
): Step {
  const probe = container.startupProbe ?? {};
  const ready = !container.readinessProbe && !behaviour;
  if (behaviour === 'slow-start' && failures === 0) {
    return failProbe('Startup', refusal(pod, container, probe), probe);
  }
  return {
    name: 'start up',
    after: probeMs(probe, answersAfter(behaviour)),
    change(status) {
      status.started = true;
      status.ready = ready;
    },
  };
}

function becomeReady(
  { pod, container, failures }: Situation,
  behaviour: Behaviour | undefined,
): Step {
  const probe = container.readinessProbe ?? {};
  if (behaviour === 'never-ready') {
    const problem = 'HTTP probe failed with statuscode: 503';
    return failProbe('Readiness', problem, probe, failures);
  }
  const startedSlowly = behaviour === 'slow-start' && container.startupProbe;
  if (behaviour === 'slow-start' && !startedSlowly && failures === 0) {
    return failProbe('Readiness', refusal(pod, container, probe), probe);
  }
  // Where there is a startup probe, the service answers already.
  const answers = container.startupProbe ? 0 : answersAfter(behaviour);
  return {
    name: 'become ready',
    after: Math.max(CREATE_MS, probeMs(probe, answers)),
    change(status) {
      status.ready = true;
    },
  };
}

function failProbe(
  which: string,
  problem: string,
  { periodSeconds = 10 }: Probe,
  failures = 0,
): Step {
  return {
    name: `fail ${which} ${failures}`,
    after: periodSeconds * 1_000,
    ends: [warning('Unhealthy', `${which} probe failed: ${problem}`)],
    change() {},
  };
}

/** What a probe gets while nothing listens. */
function refusal({ status }: Pod, container: Container, probe: Probe): string {
  const { path = '/', port = 8080 } = probe.httpGet ?? {};
  const number =
    typeof port === 'number'
      ? port
      : container.ports?.find(({ name }) => name === port)?.containerPort;
  const address = `${status?.podIP}:${number}`;
  return `Get "http://${address}${path}": dial tcp ${address}: connect: connection refused`;
}

function end(
  name: string,
  after: number,
  ending: { exitCode: number; reason: string; message?: string },
  ready = false,
): Step {
  return {
    name,
    after,
    change(status, now) {
      terminate(status, ending, now);
      status.ready = ready;
    },
  };
}

/** Ends a container that runs. */
export function terminate(
  status: ContainerStatus,
  ending: { exitCode: number; reason: string; message?: string },
  now: string,
) {
  status.state = {
    terminated: {
      ...ending,
      startedAt: status.state.running?.startedAt ?? now,
      finishedAt: now,
      containerID: status.containerID,
    },
  };
  status.ready = false;
  status.started = false;
}

function afterEnd(situation: Situation): Step | undefined {
  const { pod, container, status, role } = situation;
  const { name, namespace, uid } = pod.metadata;
  const { restartPolicy = 'Always' } = pod.spec;
  const failed = status.state.terminated?.exitCode !== 0;
  const restarts =
    restartPolicy === 'Always'
      ? failed || role === 'main'
      : restartPolicy === 'OnFailure' && failed;
  if (!restarts) {
    return undefined;
  }
  if (status.restartCount === 0) {
    // The first time it is tried again at once.
    return start(situation, {
      name: 'restart 0',
      after: CREATE_MS,
      restart: true,
    });
  }
  const where = `${container.name} in pod ${name}_${namespace}(${uid})`;
  return {
    name: `back off ${status.restartCount}`,
    after: CREATE_MS,
    ends: [warning('BackOff', `Back-off restarting failed container ${where}`)],
    change(current) {
      current.lastState = current.state;
      current.state = {
        waiting: {
          reason: 'CrashLoopBackOff',
          message: `back-off ${goDuration(
            backOffSeconds(current.restartCount),
          )} restarting failed container=${
            container.name
          } pod=${name}_${namespace}(${uid})`,
        },
      };
    },
  };
}

/** By digest, as a runtime reports it. */
function imageId({ image }: Container): string {
  const [reference, digest] = image.split('@');
  const repository = reference.replace(/:[^:/]+$/, '');
  return digest
    ? `${repository}@${digest}`
    : `${repository}@sha256:${createHash('sha256').update(image).digest('hex')}`;
}
