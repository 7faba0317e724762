import type { LogProvider, MetricsProvider, ObjectStore } from '../types';
import { runAutoscalers } from './autoscalers';
import type { ClusterFacts, ControllerContext } from './controller';
import { runDeployments } from './deployments';
import { runDisruptionBudgets } from './disruptionBudgets';
import { EventRecorder } from './eventRecorder';
import { runIngresses } from './ingresses';
import { Load } from './load';
import { Logs } from './logs';
import { runNamespaces } from './namespaces';
import { firstNodes } from './nodes';
import { typed } from './objects';
import { runPods } from './pods';
import { runReplicaSets } from './replicaSets';
import { runServices } from './services';

export { BEHAVIOUR } from './pods';

/** What the running controllers offer to the API server. */
export interface Controllers {
  setLoad(
    namespace: string,
    workload: string,
    cpuUtilization: number | undefined,
  ): void;
  metrics: MetricsProvider;
  logs: LogProvider;
  stop(): void;
}

/**
 * Simulates the controllers, the scheduler and the nodes of a cluster: they
 * read and write the store, and write what the real ones would.
 */
export function startControllers(options: {
  store: ObjectStore;
  cluster: ClusterFacts & { metricsServer?: boolean };
  now(): number;
  timeScale: number;
  log(message: string): void;
}): Controllers {
  const { store, cluster, now, timeScale, log } = options;
  const timers = new Set<NodeJS.Timeout>();
  const context: ControllerContext = {
    store,
    cluster,
    now,
    log,
    events: new EventRecorder({ store, now }),
    timestamp: () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    scaled: milliseconds => milliseconds / timeScale,
    after(milliseconds, work) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        try {
          work();
        } catch (error) {
          log(`controller: ${(error as Error).stack}`);
        }
      }, milliseconds / timeScale);
      timer.unref();
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
  };
  if (store.list(typed.nodes).length === 0) {
    firstNodes(cluster, context.timestamp()).forEach(node =>
      store.create(typed.nodes, node),
    );
  }
  const load = new Load(context);
  const logs = new Logs(context, load);
  const running = [
    runNamespaces(context),
    runDeployments(context),
    runReplicaSets(context),
    runPods(context),
    runServices(context),
    runIngresses(context),
    runDisruptionBudgets(context),
    runAutoscalers(context, {
      load,
      metricsServer: cluster.metricsServer ?? true,
    }),
  ];
  return {
    setLoad: (namespace, workload, cpuUtilization) =>
      load.set(namespace, workload, cpuUtilization),
    metrics: load,
    logs,
    stop() {
      running.forEach(controller => controller.stop());
      timers.forEach(clearTimeout);
    },
  };
}
