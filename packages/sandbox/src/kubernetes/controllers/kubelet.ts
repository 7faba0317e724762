import { on, runController, type ControllerContext } from './controller';
import {
  nextStep,
  terminate,
  type Situation,
  type Step,
  type Told,
} from './containerLife';
import { isFargate } from './nodes';
import {
  typed,
  type Container,
  type ContainerStatus,
  type Node,
  type Pod,
  type PodStatus,
} from './objects';
import { deriveStatus, isInitialized, newContainerStatus } from './podStatus';

const SANDBOX_MS = 300;
const DRAIN_MS = 1_000;
const REMOVE_MS = 200;

/** Something that is going to happen to a pod or a container. */
interface Planned {
  name: string;
  cancel(): void;
}

/** What the nodes do, for all of them. */
class Kubelets {
  readonly #context: ControllerContext;
  /** By the pod's uid, then by container; `` is the pod itself. */
  readonly #planned = new Map<string, Map<string, Planned>>();
  /** How often something failed, as above. */
  readonly #failures = new Map<string, Map<string, number>>();
  /** `node image`, of those that are there. */
  readonly #images = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  stop() {
    [...this.#planned.keys()].forEach(uid => this.forget(uid));
  }

  forget(uid: string) {
    this.#planned.get(uid)?.forEach(({ cancel }) => cancel());
    this.#planned.delete(uid);
    this.#failures.delete(uid);
  }

  /** Looks at where a pod is and plans what comes next. */
  advance(pod: Pod) {
    const { deletionTimestamp } = pod.metadata;
    const node = this.#nodeOf(pod);
    if (!node) {
      return;
    }
    if (deletionTimestamp) {
      this.#end(pod);
    } else if (!pod.status?.containerStatuses) {
      this.#accept(pod, node);
    } else if (!pod.status.podIP) {
      this.#plan(pod, '', { name: 'sandbox', after: SANDBOX_MS }, () =>
        this.#giveAddress(pod, node),
      );
    } else {
      this.#situations(pod).forEach(situation => this.#next(situation));
    }
  }

  #nodeOf({ spec }: Pod): Node | undefined {
    return this.#context.store.get(typed.nodes, undefined, spec.nodeName ?? '');
  }

  /** Plans something once; another plan takes the place of the last. */
  #plan(
    { metadata }: Pod,
    container: string,
    { name, after }: { name: string; after: number },
    work: () => void,
  ): boolean {
    const uid = metadata.uid ?? '';
    const plans = this.#planned.get(uid) ?? new Map<string, Planned>();
    this.#planned.set(uid, plans);
    const known = plans.get(container);
    if (known?.name === name) {
      return false;
    }
    known?.cancel();
    const cancel = this.#context.after(after, () => {
      plans.delete(container);
      const current = this.#context.store.get(
        typed.pods,
        metadata.namespace,
        metadata.name,
      );
      // Another pod of the same name is not this one.
      if (current?.metadata.uid === uid) {
        work();
      }
    });
    plans.set(container, { name, cancel });
    return true;
  }

  #change(pod: Pod, change: (status: PodStatus, now: string) => void) {
    const { store, timestamp, log } = this.#context;
    const { namespace, name } = pod.metadata;
    const current = store.get(typed.pods, namespace, name);
    if (!current) {
      log(`kubelet: pod ${namespace}/${name} is gone`);
      return;
    }
    const status: PodStatus = current.status ?? { phase: 'Pending' };
    const now = timestamp();
    change(status, now);
    deriveStatus(current, status, now);
    store.updateStatus(typed.pods, { ...current, status });
  }

  #tell(pod: Pod, told: Told[] = [], container?: { path: string }) {
    for (const { type, reason, message } of told) {
      this.#context.events.record(pod, type, reason, message, {
        component: 'kubelet',
        host: pod.spec.nodeName,
        ...(container && { fieldPath: container.path }),
      });
    }
  }

  #accept(pod: Pod, node: Node) {
    const { initContainers = [], containers } = pod.spec;
    const address = node.status.addresses[0]?.address;
    const reason =
      initContainers.length > 0 ? 'PodInitializing' : 'ContainerCreating';
    this.#change(pod, (status, now) => {
      status.startTime = now;
      status.hostIP = address;
      status.hostIPs = [{ ip: address }];
      if (initContainers.length > 0) {
        status.initContainerStatuses = initContainers.map(container =>
          newContainerStatus(container, reason),
        );
      }
      status.containerStatuses = containers.map(container =>
        newContainerStatus(container, reason),
      );
    });
  }

  #giveAddress(pod: Pod, node: Node) {
    const host = node.status.addresses[0]?.address;
    const ip =
      isFargate(node) || pod.spec.hostNetwork
        ? host
        : this.#context.addresses.take(pod.metadata.uid ?? '');
    this.#change(pod, status => {
      status.podIP = ip;
      status.podIPs = [{ ip }];
    });
  }

  /** The containers that something may happen to now. */
  #situations(pod: Pod): Situation[] {
    const { initContainers = [], containers } = pod.spec;
    const { initContainerStatuses = [], containerStatuses = [] } =
      pod.status ?? {};
    const inits = initContainers.flatMap(container =>
      this.#situation(pod, container, initContainerStatuses, 'init'),
    );
    if (isInitialized(pod)) {
      const mains = containers.flatMap(container =>
        this.#situation(pod, container, containerStatuses, 'main'),
      );
      return [...inits, ...mains];
    }
    // One after the other: up to the first that is not done.
    const current = inits.findIndex(({ container, status }) =>
      container.restartPolicy === 'Always'
        ? !status.started
        : status.state.terminated?.exitCode !== 0,
    );
    return inits.slice(0, current + 1);
  }

  #situation(
    pod: Pod,
    container: Container,
    statuses: ContainerStatus[],
    role: Situation['role'],
  ): Situation[] {
    const status = statuses.find(({ name }) => name === container.name);
    const failures = this.#failures.get(pod.metadata.uid ?? '');
    return status
      ? [
          {
            pod,
            container,
            status,
            role,
            pulled: this.#images.has(imageKey(pod, container)),
            failures: failures?.get(container.name) ?? 0,
          },
        ]
      : [];
  }

  #next(situation: Situation) {
    const step = nextStep(situation);
    if (!step) {
      return;
    }
    const { pod, container, role } = situation;
    const path = `spec.${
      role === 'init' ? 'initContainers' : 'containers'
    }{${container.name}}`;
    const planned = this.#plan(pod, container.name, step, () =>
      this.#take(situation, step, path),
    );
    if (planned) {
      this.#tell(pod, step.begins, { path });
    }
  }

  #take({ pod, container, role }: Situation, step: Step, path: string) {
    const field =
      role === 'init' ? 'initContainerStatuses' : 'containerStatuses';
    this.#change(pod, (status, now) => {
      const own = status[field]?.find(({ name }) => name === container.name);
      if (own) {
        step.change(own, now);
        this.#count(pod, container, own, step);
      }
    });
    this.#tell(pod, step.ends, { path });
    // A step that changed nothing is followed by another too.
    const { namespace, name } = pod.metadata;
    const current = this.#context.store.get(typed.pods, namespace, name);
    if (current && !current.metadata.deletionTimestamp) {
      this.advance(current);
    }
  }

  /** Remembers images that are there, and how often it failed since. */
  #count(pod: Pod, container: Container, status: ContainerStatus, step: Step) {
    const uid = pod.metadata.uid ?? '';
    const counts = this.#failures.get(uid) ?? new Map<string, number>();
    this.#failures.set(uid, counts);
    if (step.ends?.some(({ reason }) => reason === 'Started')) {
      this.#images.add(imageKey(pod, container));
      counts.delete(container.name);
    } else if (
      status.state.waiting?.reason === 'ErrImagePull' ||
      step.ends?.some(({ reason }) => reason === 'Unhealthy')
    ) {
      counts.set(container.name, (counts.get(container.name) ?? 0) + 1);
    }
  }

  /** Lets the containers end, then removes the pod. */
  #end(pod: Pod) {
    const { containers } = pod.spec;
    const running = (pod.status?.containerStatuses ?? []).filter(
      ({ state }) => state.running,
    );
    const plans = this.#planned.get(pod.metadata.uid ?? '');
    plans?.forEach(({ cancel }, container) => {
      if (container !== '') {
        cancel();
        plans.delete(container);
      }
    });
    if (running.length === 0) {
      this.#plan(pod, '', { name: 'remove', after: REMOVE_MS }, () =>
        this.#remove(pod),
      );
      return;
    }
    const grace = (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000;
    const wanted = Math.max(...containers.map(preStopMs)) + DRAIN_MS;
    const inTime = wanted <= grace;
    const planned = this.#plan(
      pod,
      '',
      { name: 'end', after: Math.min(wanted, grace) },
      () =>
        this.#change(pod, (status, now) =>
          [
            ...(status.containerStatuses ?? []),
            ...(status.initContainerStatuses ?? []),
          ]
            .filter(({ state }) => state.running)
            .forEach(container => {
              container.ready = false;
              terminate(
                container,
                inTime
                  ? { exitCode: 0, reason: 'Completed' }
                  : { exitCode: 137, reason: 'Error' },
                now,
              );
            }),
        ),
    );
    if (planned) {
      for (const { name } of running) {
        this.#tell(
          pod,
          [
            {
              type: 'Normal',
              reason: 'Killing',
              message: `Stopping container ${name}`,
            },
          ],
          { path: `spec.containers{${name}}` },
        );
      }
    }
  }

  #remove({ metadata }: Pod) {
    const { namespace, name } = metadata;
    this.#context.store.remove(typed.pods, namespace, name, {
      gracePeriodSeconds: 0,
    });
  }
}

const imageKey = ({ spec }: Pod, { image }: Container) =>
  `${spec.nodeName} ${image}`;

/** How long a container's preStop hook takes: a sleep, mostly. */
function preStopMs({ lifecycle }: Container): number {
  const { sleep, exec } = lifecycle?.preStop ?? {};
  const [, seconds = '0'] =
    /\bsleep[ ,]+(\d+)/.exec(exec?.command?.join(' ') ?? '') ?? [];
  return 1_000 * (sleep?.seconds ?? Number(seconds));
}

/** Every node's part in a pod's life: from its containers to its end. */
export function runKubelets(context: ControllerContext) {
  const kubelets = new Kubelets(context);
  const queue = runController(context, {
    triggers: [
      on(typed.pods, ({ metadata, spec }, type) => {
        if (type === 'DELETED') {
          kubelets.forget(metadata.uid ?? '');
          return [];
        }
        return spec.nodeName ? [metadata] : [];
      }),
    ],
    reconcile(namespace, name) {
      const pod = context.store.get(typed.pods, namespace, name);
      if (pod?.spec.nodeName) {
        kubelets.advance(pod);
      }
    },
  });
  return {
    stop() {
      queue.stop();
      kubelets.stop();
    },
  };
}
