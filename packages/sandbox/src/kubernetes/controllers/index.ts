import type { LogProvider, MetricsProvider, ObjectStore } from '../types';
import { Addresses } from './addresses';
import { runAutoscalers } from './autoscalers';
import {
  describe,
  type ClusterFacts,
  type ControllerContext,
} from './controller';
import { runDaemonSets } from './daemonSets';
import { runDeployments } from './deployments';
import { runDisruptionBudgets } from './disruptionBudgets';
import { EventRecorder } from './eventRecorder';
import { runJobs } from './jobs';
import { runKubelets } from './kubelet';
import { Load } from './load';
import { runGateways } from './gateways';
import { runIngresses, runLoadBalancers } from './loadBalancers';
import { Logs } from './logs';
import { runNamespaces } from './namespaces';
import { runPodCollector, startFirstNodes } from './nodeLifecycle';
import { runReplicaSets } from './replicaSets';
import { runScheduler } from './scheduler';
import { runServices } from './services';
import { runStatefulSets } from './statefulSets';
import { startWarm } from './warmStart';

/** What the running controllers offer to the API server. */
export interface Controllers {
  /** CPU load in per cent of the workload's request; undefined idles. */
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
  cluster: ClusterFacts & {
    metricsServer?: boolean;
    tls?: { certificateAuthority: string };
  };
  now(): number;
  timeScale: number;
  log(message: string): void;
}): Controllers {
  const { store, cluster, now, timeScale, log } = options;
  const timers = new Set<NodeJS.Timeout>();
  const warm = startWarm(store);
  const events = new EventRecorder({ store, now });
  const addresses = new Addresses(store);
  const context: ControllerContext = {
    store,
    cluster,
    now,
    log,
    events,
    addresses,
    timestamp: () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    scaled: milliseconds => milliseconds / timeScale,
    after(milliseconds, work) {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          try {
            work();
          } catch (error) {
            log(`controller: ${describe(error)}`);
          }
        },
        warm.active() ? 0 : milliseconds / timeScale,
      );
      timer.unref();
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
  };
  const load = new Load(context, cluster.metricsServer ?? true);
  startFirstNodes(context);
  const running = [
    runNamespaces(context, {
      certificateAuthority: cluster.tls?.certificateAuthority,
    }),
    runDeployments(context),
    runReplicaSets(context),
    runStatefulSets(context),
    runDaemonSets(context),
    runJobs(context),
    runScheduler(context),
    runKubelets(context),
    runPodCollector(context),
    runServices(context),
    runIngresses(context),
    runLoadBalancers(context),
    runGateways(context),
    runDisruptionBudgets(context),
    runAutoscalers(context, load),
    events,
    addresses,
    warm,
  ];
  return {
    setLoad: (namespace, workload, cpuUtilization) =>
      load.set(namespace, workload, cpuUtilization),
    metrics: load,
    logs: new Logs(context, load),
    stop() {
      running.forEach(controller => controller.stop());
      timers.forEach(clearTimeout);
    },
  };
}
