import { createHash } from 'node:crypto';
import type { MetricsProvider, PodMetrics } from '../types';
import type { ControllerContext } from './controller';
import { isReady, ownedBy, typed, type Pod } from './objects';
import { parseQuantity } from './quantity';

/** Per cent of its request that a container uses with nothing to do. */
const IDLE_CPU = 8;
const MEMORY_SHARE = 0.42;

/** How busy pods are, as a metrics server would measure it. */
export class Load implements MetricsProvider {
  readonly available = true;
  readonly #context: ControllerContext;
  /** Total load by `namespace/workload`, in per cent of one pod's request. */
  readonly #totals = new Map<string, number>();

  constructor(context: ControllerContext) {
    this.#context = context;
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
    if (cpuUtilization === undefined) {
      this.#totals.delete(key);
      return;
    }
    const pods = Math.max(1, this.#podsOf(namespace, workload).length);
    this.#totals.set(key, cpuUtilization * pods);
  }

  #podsOf(namespace: string | undefined, workload: string): Pod[] {
    return this.#context.store
      .list(typed.pods, { namespace })
      .filter(pod => isReady(pod) && this.workloadOf(pod) === workload);
  }

  /** The Deployment a pod belongs to, or whatever else owns it. */
  workloadOf(pod: Pod): string | undefined {
    const owner = pod.metadata.ownerReferences?.[0];
    if (owner?.kind !== 'ReplicaSet') {
      return owner?.name;
    }
    const replicaSet = this.#context.store.get(
      typed.replicaSets,
      pod.metadata.namespace,
      owner.name,
    );
    const deployment = this.#context.store
      .list(typed.deployments, { namespace: pod.metadata.namespace })
      .find(candidate => replicaSet && ownedBy(replicaSet, candidate));
    return deployment?.metadata.name ?? owner.name;
  }

  /** Per cent of the CPU request; undefined while no load was set. */
  loadOf(pod: Pod): number | undefined {
    const workload = this.workloadOf(pod) ?? '';
    const total = this.#totals.get(`${pod.metadata.namespace}/${workload}`);
    return total === undefined
      ? undefined
      : total /
          Math.max(1, this.#podsOf(pod.metadata.namespace, workload).length);
  }

  pods(namespace?: string): PodMetrics[] {
    const timestamp = this.#context.timestamp();
    return this.#context.store
      .list(typed.pods, { namespace })
      .filter(
        pod =>
          pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp,
      )
      .map(pod => {
        const load = this.loadOf(pod);
        return {
          namespace: pod.metadata.namespace ?? '',
          name: pod.metadata.name,
          labels: pod.metadata.labels,
          timestamp,
          containers: pod.spec.containers.map(({ name, resources }) => {
            const requests = resources?.requests ?? resources?.limits ?? {};
            // A container without a request uses a little all the same.
            const cpu = parseQuantity(requests.cpu) * 1000 || 50;
            const memory = parseQuantity(requests.memory) || 64 * 2 ** 20;
            return {
              name,
              // A load of 0 is 0; without one a pod idles.
              cpuMillicores:
                load === undefined
                  ? (cpu * IDLE_CPU * noise(pod)) / 100
                  : (cpu * load) / 100,
              memoryBytes: Math.round(memory * MEMORY_SHARE * noise(pod)),
            };
          }),
        };
      });
  }

  nodes() {
    const pods = this.pods();
    const placed = this.#context.store.list(typed.pods);
    return this.#context.store.list(typed.nodes).map(({ metadata }) => {
      const here = pods
        .filter(metrics =>
          placed.some(
            pod =>
              pod.spec.nodeName === metadata.name &&
              pod.metadata.name === metrics.name &&
              pod.metadata.namespace === metrics.namespace,
          ),
        )
        .flatMap(({ containers }) => containers);
      return {
        name: metadata.name,
        timestamp: this.#context.timestamp(),
        cpuMillicores: here.reduce((sum, c) => sum + c.cpuMillicores, 60),
        memoryBytes: here.reduce(
          (sum, c) => sum + c.memoryBytes,
          512 * 2 ** 20,
        ),
      };
    });
  }
}

/** Between 0.9 and 1.1, the same for the same pod. */
function noise({ metadata }: Pod): number {
  const [byte] = createHash('sha256')
    .update(metadata.uid ?? '')
    .digest();
  return 0.9 + (byte / 255) * 0.2;
}
