import { close, listen } from '../core';
import { Addresses } from '../kubernetes/controllers/addresses';
import type { ControllerContext } from '../kubernetes/controllers/controller';
import { EventRecorder } from '../kubernetes/controllers/eventRecorder';
import {
  runIngresses,
  runLoadBalancers,
} from '../kubernetes/controllers/loadBalancers';
import { kinds, servedKinds } from '../kubernetes/kinds';
import type {
  KubernetesClusterOptions,
  KubernetesObject,
  KubernetesStandIn,
} from '../kubernetes/types';
import { type ApiAccess, call } from './client';
import { createFront } from './front';
import { startControlPlane } from './index';
import type { Mirror } from './mirror';
import { nodesOf } from './nodes';

const MANAGER = 'sandbox';
const SERVED_MS = 30_000;

/** What the sandbox shows and its controllers look at, beside what is followed anyway. */
const FOLLOWED = [
  kinds.services,
  kinds.ingresses,
  kinds.ingressClasses,
  kinds.daemonSets,
  kinds.horizontalPodAutoscalers,
  kinds.customResourceDefinitions,
];

type Definition = KubernetesObject & {
  spec: { versions: { schema?: object }[] };
};

const isDefinition = (object: KubernetesObject): object is Definition =>
  object.kind === kinds.customResourceDefinitions.kind;

/** A definition of the sandbox says nothing about fields, and Kubernetes wants it to. */
function withSchema(definition: Definition): Definition {
  return {
    ...definition,
    spec: {
      ...definition.spec,
      versions: definition.spec.versions.map(version => ({
        schema: {
          openAPIV3Schema: {
            type: 'object',
            'x-kubernetes-preserve-unknown-fields': true,
          },
        },
        ...version,
      })),
    },
  };
}

/** Applies an object, as its administrator. */
async function apply(
  admin: ApiAccess,
  mirror: Mirror,
  given: KubernetesObject,
) {
  const object = isDefinition(given) ? withSchema(given) : given;
  const { apiVersion, metadata } = object;
  const kind = servedKinds(mirror, false).find(
    candidate =>
      candidate.kind === object.kind &&
      [candidate.group, candidate.version].filter(Boolean).join('/') ===
        apiVersion,
  );
  if (!kind) {
    throw new Error(`the cluster serves no ${object.kind} of ${apiVersion}`);
  }
  const path = [
    apiVersion.includes('/') ? '/apis' : '/api',
    apiVersion,
    ...(kind.namespaced ? ['namespaces', metadata.namespace] : []),
    kind.plural,
    metadata.name,
  ].join('/');
  const deadline = Date.now() + SERVED_MS;
  for (;;) {
    const { status, text } = await call(
      admin,
      'PATCH',
      `${path}?fieldManager=${MANAGER}&force=true`,
      {
        body: object,
        headers: { 'content-type': 'application/apply-patch+yaml' },
      },
    );
    if (status < 300) {
      return;
    }
    // A kind is served a moment after its definition was made.
    if (status !== 404 || Date.now() > deadline) {
      throw new Error(`${object.kind} ${metadata.name}: ${status} ${text}`);
    }
  }
}

/** Applies objects in the order in which they need each other. */
async function seed(
  admin: ApiAccess,
  mirror: Mirror,
  objects: KubernetesObject[],
) {
  const first = (object: KubernetesObject) =>
    Number(!isDefinition(object)) + Number(object.kind !== 'Namespace');
  for (const object of [...objects].sort((a, b) => first(a) - first(b))) {
    await apply(admin, mirror, object);
    if (isDefinition(object)) {
      while (
        !mirror.get(
          kinds.customResourceDefinitions,
          undefined,
          object.metadata.name,
        )
      ) {
        await new Promise(resolve => setTimeout(resolve, 20));
      }
    }
  }
  await mirror.follow(
    servedKinds(mirror, false).filter(({ custom }) => custom),
  );
}

/** The load balancer controller, as a client of the real API server. */
function startLoadBalancers(
  options: KubernetesClusterOptions,
  store: Mirror,
): () => void {
  const { now, log } = options.context;
  const timers = new Set<NodeJS.Timeout>();
  const events = new EventRecorder({ store, now });
  const addresses = new Addresses(store);
  const context: ControllerContext = {
    store,
    cluster: options,
    now,
    log,
    events,
    addresses,
    timestamp: () => new Date(now()).toISOString().replace(/\.\d+Z$/, 'Z'),
    scaled: milliseconds => milliseconds / options.timeScale,
    after(milliseconds, work) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        work();
      }, milliseconds / options.timeScale);
      timer.unref();
      timers.add(timer);
      return () => clearTimeout(timer);
    },
  };
  const running = [
    runIngresses(context),
    runLoadBalancers(context),
    events,
    addresses,
  ];
  return () => {
    running.forEach(controller => controller.stop());
    timers.forEach(clearTimeout);
  };
}

/**
 * Starts a cluster of the sandbox whose API server and controllers are
 * Kubernetes' own. What it holds is gone when it stops.
 *
 * @param programs - folder of the control plane's programs
 */
export async function startRealCluster(
  options: KubernetesClusterOptions,
  programs: string,
): Promise<KubernetesStandIn> {
  const { context, arn, name, tls, authenticate } = options;
  const metricsServer = options.metricsServer ?? true;
  const cluster = await startControlPlane({
    programs,
    name,
    authenticate,
    metricsServer,
    nodes: nodesOf(options),
    log: context.log,
  });
  const { admin, mirror } = cluster;
  try {
    await mirror.follow(FOLLOWED);
    await seed(admin, mirror, options.seed ?? []);
    const stopLoadBalancers = startLoadBalancers(options, mirror);
    const front = createFront({
      ...options,
      tls,
      store: mirror,
      metrics: { available: metricsServer },
      behind: cluster,
    });
    const port = await listen(front, options.port, `the cluster ${name}`);
    return {
      url: `https://localhost:${port}`,
      arn,
      store: mirror,
      setLoad: cluster.setLoad,
      seed(objects) {
        seed(admin, mirror, objects).catch(error => context.log(error.message));
      },
      snapshot: () => ({ resourceVersion: 0, objects: [] }),
      async stop() {
        stopLoadBalancers();
        await close(front);
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}
