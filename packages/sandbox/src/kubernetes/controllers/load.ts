import { createHash } from 'node:crypto';
import type { MetricsProvider, PodMetrics } from '../types';
import type { ControllerContext } from './controller';
import { behaviourOf } from './behaviour';
import {
  controllerOf,
  isReady,
  sum,
  typed,
  type Container,
  type Pod,
} from './objects';
import { parseQuantity } from './quantity';

/** Share of its request that a container uses with nothing to do. */
const IDLE_CPU = 0.06;
const IDLE_MEMORY = 0.36;
/** What it uses more when it is fully loaded. */
const BUSY_MEMORY = 0.12;
/** What a container is taken to use that asks for nothing, at full load. */
const USUAL_CPU = 0.1;
const USUAL_MEMORY = 64 * 2 ** 20;
/** A metrics server measures this often. */
const MEASURED_MS = 15_000;
const SYSTEM = { cpuMillicores: 60, memoryBytes: 512 * 2 ** 20 };
const REMEMBERED = 50;

/** What it takes to know how busy pods are. */
export type LoadContext = Pick<
  ControllerContext,
  'store' | 'now' | 'timestamp' | 'scaled'
>;

/** How busy pods are, as a metrics server would measure it. */
export class Load implements MetricsProvider {
  readonly available: boolean;
  readonly #context: LoadContext;
  /**
   * What was asked for, newest last, by `namespace/workload`: in shares of one
   * pod's request.
   */
  readonly #totals = new Map<
    string,
    { since: number; total: number | undefined }[]
  >();

  constructor(context: LoadContext, available: boolean) {
    this.#context = context;
    this.available = available;
  }

  /**
   * Puts a load on a workload: so many per cent of the CPU request of the pods
   * that it has now. More pods share the same load.
   */
  set(
    namespace: string,
    workload: string,
    cpuUtilization: number | undefined,
  ): void {
    const key = `${namespace}/${workload}`;
    const pods = Math.max(1, this.#readyPods(namespace).get(key) ?? 0);
    const total =
      cpuUtilization === undefined ? undefined : (cpuUtilization * pods) / 100;
    const before = this.#totals.get(key) ?? [];
    this.#totals.set(key, [
      ...before.slice(-REMEMBERED),
      { since: this.#context.now(), total },
    ]);
  }

  /** How many ready pods there are, by `namespace/workload`. */
  #readyPods(namespace?: string): Map<string, number> {
    const counts = new Map<string, number>();
    for (const pod of this.#context.store.list(typed.pods, { namespace })) {
      if (isReady(pod)) {
        const key = this.#keyOf(pod);
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    return counts;
  }

  #keyOf(pod: Pod): string {
    return `${pod.metadata.namespace}/${this.#workloadOf(pod)}`;
  }

  /** The Deployment a pod belongs to, or whatever else controls it. */
  #workloadOf(pod: Pod): string {
    const owner = controllerOf(pod);
    const replicaSet =
      owner?.kind === 'ReplicaSet'
        ? this.#context.store.get(
            typed.replicaSets,
            pod.metadata.namespace,
            owner.name,
          )
        : undefined;
    const deployment = replicaSet && controllerOf(replicaSet);
    return deployment?.name ?? owner?.name ?? pod.metadata.name;
  }

  /**
   * Share of its CPU request that a ready pod had to use at a time; undefined
   * while no load was set.
   */
  loadOf(
    pod: Pod,
    at = this.#context.now(),
    ready = this.#readyPods(pod.metadata.namespace),
  ): number | undefined {
    const key = this.#keyOf(pod);
    const total = this.#totals
      .get(key)
      ?.findLast(({ since }) => since <= at)?.total;
    return total === undefined
      ? undefined
      : total / Math.max(1, ready.get(key) ?? 0);
  }

  pods(namespace?: string): PodMetrics[] {
    const timestamp = this.#context.timestamp();
    const ready = this.#readyPods(namespace);
    return this.#context.store
      .list(typed.pods, { namespace })
      .filter(
        ({ status }) =>
          status?.phase === 'Running' &&
          status.containerStatuses?.some(({ state }) => state.running),
      )
      .map(pod => {
        const load = isReady(pod)
          ? this.loadOf(pod, undefined, ready)
          : undefined;
        return {
          namespace: pod.metadata.namespace ?? '',
          name: pod.metadata.name,
          labels: pod.metadata.labels,
          timestamp,
          containers: pod.spec.containers.map(container => ({
            name: container.name,
            ...this.#usage(pod, container, load),
          })),
        };
      });
  }

  #usage(pod: Pod, container: Container, load: number | undefined) {
    const { requests = {}, limits = {} } = container.resources ?? {};
    const most = (name: string) => parseQuantity(limits[name]) || Infinity;
    const cpu = parseQuantity(requests.cpu ?? limits.cpu) || USUAL_CPU;
    const memory =
      parseQuantity(requests.memory ?? limits.memory) || USUAL_MEMORY;
    const noise = this.#noise(pod, container);
    const leaks = behaviourOf(pod, container) === 'oom';
    const used = {
      // A load of 0 is 0; without one a pod idles.
      cpu: cpu * (load === undefined ? IDLE_CPU : load) * (1 - 0.02 * noise),
      memory: leaks
        ? Math.min(most('memory'), memory) * 0.97
        : memory *
          (IDLE_MEMORY + BUSY_MEMORY * Math.min(1, load ?? 0)) *
          (1 - 0.1 * noise),
    };
    return {
      cpuMillicores: Math.min(used.cpu, most('cpu')) * 1_000,
      memoryBytes: Math.round(Math.min(used.memory, most('memory'))),
    };
  }

  /** Between 0 and 1, the same for the same container until it is measured again. */
  #noise({ metadata }: Pod, { name }: Container): number {
    const measured = Math.floor(
      this.#context.now() / this.#context.scaled(MEASURED_MS),
    );
    const [byte] = createHash('sha256')
      .update(`${metadata.uid}/${name}/${measured}`)
      .digest();
    return byte / 255;
  }

  nodes() {
    const nodeOf = new Map(
      this.#context.store
        .list(typed.pods)
        .map(({ metadata, spec }) => [
          `${metadata.namespace}/${metadata.name}`,
          spec.nodeName,
        ]),
    );
    const pods = this.pods();
    return this.#context.store.list(typed.nodes).map(({ metadata }) => {
      const here = pods
        .filter(
          ({ namespace, name }) =>
            nodeOf.get(`${namespace}/${name}`) === metadata.name,
        )
        .flatMap(({ containers }) => containers);
      return {
        name: metadata.name,
        timestamp: this.#context.timestamp(),
        cpuMillicores:
          SYSTEM.cpuMillicores + sum(here.map(c => c.cpuMillicores)),
        memoryBytes: SYSTEM.memoryBytes + sum(here.map(c => c.memoryBytes)),
      };
    });
  }
}
