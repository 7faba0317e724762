import type { ClusterCompute } from '../types';
import type { ControllerContext } from './controller';
import { emptiestZone, newNode, ZONE, type MachineSize } from './nodes';
import { typed, type Node, type Pod, type PodSpec } from './objects';
import { requestsOf } from './placement';
import { registerNode } from './nodeLifecycle';

type Profile = NonNullable<ClusterCompute['fargateProfiles']>[number];

export const FARGATE_SCHEDULER = 'fargate-scheduler';
const PROFILE = 'eks.amazonaws.com/fargate-profile';
const START_MS = 9_000;
const GIB = 2 ** 30;
/** What Fargate adds for the Kubernetes components. */
const OVERHEAD_BYTES = 256 * 2 ** 20;

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** The machines there are: vCPU, and GB of memory for each. */
const MACHINES: [number, number[]][] = [
  [0.25, [0.5, 1, 2]],
  [0.5, range(1, 4)],
  [1, range(2, 8)],
  [2, range(4, 16)],
  [4, range(8, 30)],
  [8, range(16, 60).filter(gib => gib % 4 === 0)],
  [16, range(32, 120).filter(gib => gib % 8 === 0)],
];

/**
 * The profile that takes a pod: a selector's namespace matches, `*` and `?`
 * being wildcards, and all its labels are there.
 */
export function matchingFargateProfile(
  profiles: Profile[],
  namespace: string,
  labels: Record<string, string>,
): Profile | undefined {
  return profiles.find(({ selectors }) =>
    selectors.some(
      selector =>
        wildcard(selector.namespace ?? '').test(namespace) &&
        Object.entries(selector.labels ?? {}).every(
          ([key, value]) => key in labels && wildcard(value).test(labels[key]),
        ),
    ),
  );
}

/** Profiles are the sandbox's own data: short, and no danger to match. */
function wildcard(pattern: string): RegExp {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replace(/\*/g, '.*')
    .replace(/\?/g, '.');
  return new RegExp(`^${source}$`);
}

/** The smallest machine for a pod. */
export function fargateMachine(
  spec: PodSpec,
): { cpu: number; memoryGiB: number } | undefined {
  const { cpu, memory } = requestsOf(spec);
  const needed = (memory + OVERHEAD_BYTES) / GIB;
  for (const [machineCpu, memories] of MACHINES) {
    const memoryGiB = memories.find(gib => gib >= needed);
    if (machineCpu >= cpu && memoryGiB !== undefined) {
      return { cpu: machineCpu, memoryGiB };
    }
  }
  return undefined;
}

/** Why Fargate never takes a pod; undefined when it may. */
function unsupported(spec: PodSpec): string | undefined {
  const privileged = spec.containers.some(
    ({ securityContext }) => securityContext?.privileged,
  );
  const host = (spec.volumes ?? []).find(({ hostPath }) => hostPath);
  const problems = [
    spec.hostNetwork && 'fields not supported: HostNetwork',
    privileged && 'invalid SecurityContext fields: Privileged',
    host &&
      `volumes not supported: ${host.name} is of an unsupported volume Type`,
  ].filter(Boolean);
  return problems.length > 0
    ? `Pod not supported on Fargate: ${problems.join(', ')}`
    : undefined;
}

/** Gives every pod that matches a profile a machine of its own. */
export class FargateScheduler {
  readonly #context: ControllerContext;
  /** Pods that a machine is being started for, by uid. */
  readonly #starting = new Set<string>();

  constructor(context: ControllerContext) {
    this.#context = context;
  }

  /** Whether a pod is Fargate's. */
  takes({ metadata }: Pod): Profile | undefined {
    return matchingFargateProfile(
      this.#context.cluster.compute.fargateProfiles ?? [],
      metadata.namespace ?? '',
      metadata.labels ?? {},
    );
  }

  /**
   * Has a machine started for a pod, once.
   *
   * @param bind - called with the node when it is there.
   * @returns why there never will be one, if so.
   */
  place(
    pod: Pod,
    profile: Profile,
    bind: (pod: Pod, node: Node) => void,
  ): string | undefined {
    const { store, after } = this.#context;
    const { namespace, name, uid = '' } = pod.metadata;
    if (this.#starting.has(uid)) {
      return undefined;
    }
    const machine = fargateMachine(pod.spec);
    const problem =
      unsupported(pod.spec) ??
      (machine
        ? undefined
        : "Your pod's cpu/memory requirements exceed the max Fargate configuration");
    if (problem || !machine) {
      return problem;
    }
    this.#starting.add(uid);
    this.#mark(pod, profile, machine);
    after(START_MS, () => {
      this.#starting.delete(uid);
      const current = store.get(typed.pods, namespace, name);
      if (current?.metadata.uid === uid && !current.spec.nodeName) {
        bind(current, this.#start(current, machine));
      }
    });
    return undefined;
  }

  /** What EKS writes on a pod that it takes. */
  #mark(
    pod: Pod,
    profile: Profile,
    { cpu, memoryGiB }: { cpu: number; memoryGiB: number },
  ) {
    const { store, events } = this.#context;
    const logged = store.get(
      typed.configMaps,
      'aws-observability',
      'aws-logging',
    );
    const { metadata } = pod;
    store.update(typed.pods, {
      ...pod,
      metadata: {
        ...metadata,
        labels: { ...metadata.labels, [PROFILE]: profile.name },
        annotations: {
          ...metadata.annotations,
          CapacityProvisioned: `${cpu}vCPU ${memoryGiB}GB`,
          Logging: logged
            ? 'LoggingEnabled'
            : 'LoggingDisabled: LOGGING_CONFIGMAP_NOT_FOUND',
        },
      },
      spec: { ...pod.spec, schedulerName: FARGATE_SCHEDULER },
    });
    if (!logged) {
      events.record(
        pod,
        'Warning',
        'LoggingDisabled',
        'Disabled logging because aws-logging configmap was not found. configmap "aws-logging" not found',
        FARGATE_SCHEDULER,
      );
    }
  }

  #start({ metadata }: Pod, machine: { cpu: number; memoryGiB: number }): Node {
    const { store, cluster, timestamp, addresses } = this.#context;
    // A machine is larger than what a pod may use of it.
    const size: MachineSize = {
      cpu: Math.max(2, Math.ceil(machine.cpu)),
      memoryGiB: Math.max(4, Math.ceil(machine.memoryGiB) + 1),
      pods: 1,
    };
    const node = newNode(cluster, {
      seed: `fargate/${metadata.uid}`,
      kind: 'fargate',
      zone: emptiestZone(
        store.list(typed.nodes).map(other => other.metadata.labels?.[ZONE]),
      ),
      size,
      arch: 'amd64',
      address: addresses.take(`fargate/${metadata.uid}`),
      now: timestamp(),
    });
    registerNode(this.#context, node);
    return node;
  }
}
