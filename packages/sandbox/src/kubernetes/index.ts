import { close, listen } from '../core';
import { builtInRoles } from './authorization';
import { startControllers } from './controllers';
import { setDefaults } from './defaults';
import { apiVersionOf, servedKinds } from './kinds';
import { createApiServer } from './server';
import { MemoryStore } from './store';
import type {
  KubernetesClusterOptions,
  KubernetesObject,
  KubernetesStandIn,
} from './types';

export type {
  ClusterCompute,
  ClusterIdentity,
  KubernetesClusterOptions,
  KubernetesObject,
  KubernetesSnapshot,
  KubernetesStandIn,
  ObjectStore,
} from './types';
export { kinds } from './kinds';

/** Starts one cluster: its API server over TLS and its controllers. */
export async function startKubernetesCluster(
  options: KubernetesClusterOptions,
): Promise<KubernetesStandIn> {
  const { context, arn, name } = options;
  const store = new MemoryStore({ now: context.now });
  const available = options.metricsServer ?? true;
  const kindsOf = () => servedKinds(store, available);

  const seed = (objects: KubernetesObject[]) => {
    for (const object of objects) {
      const kind = kindsOf().find(
        candidate =>
          apiVersionOf(candidate) === object.apiVersion &&
          candidate.kind === object.kind &&
          !candidate.storedAs,
      );
      if (!kind) {
        throw new Error(
          `cluster ${name} serves no ${object.kind} of ${object.apiVersion}`,
        );
      }
      store.create(kind, setDefaults(object));
    }
  };
  if (options.snapshot) {
    store.restore(options.snapshot, kindsOf);
  } else {
    seed([...builtInRoles(), ...(options.seed ?? [])]);
  }

  const controllers = startControllers({
    store,
    cluster: options,
    now: context.now,
    timeScale: options.timeScale,
    log: context.log,
  });
  const server = createApiServer({
    ...options,
    store,
    metrics: {
      available,
      pods: namespace => controllers.metrics.pods(namespace),
      nodes: () => controllers.metrics.nodes(),
    },
    logs: controllers.logs,
  });
  const port = await listen(server, options.port, `the cluster ${name}`);

  return {
    // By name, as the certificate has it.
    url: `https://localhost:${port}`,
    arn,
    store,
    setLoad: controllers.setLoad,
    seed,
    snapshot: () => store.snapshot(),
    async stop() {
      controllers.stop();
      await close(server);
    },
  };
}
