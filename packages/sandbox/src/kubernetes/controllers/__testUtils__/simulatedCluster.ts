import { setDefaults } from '../../defaults';
import { servedKinds } from '../../kinds';
import { MemoryStore } from '../../store';
import type {
  ClusterCompute,
  KubernetesObject,
  ResourceKind,
} from '../../types';
import { startControllers, type Controllers } from '../index';
import {
  typed,
  type Container,
  type Deployment,
  type Pod,
  type PodSpec,
} from '../objects';

/** Where the tests' objects are. */
export const namespace = 'shop';

/** A store with controllers, in a time that passes only when it is told to. */
export interface SimulatedCluster {
  store: MemoryStore;
  controllers: Controllers;
  /** Makes an object, with the API server's defaults. */
  create<T extends KubernetesObject>(object: T): T;
  /** Changes an object, as a user does. */
  change<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    name: string,
    change: (object: T) => void,
  ): void;
  /** Lets so many seconds pass. */
  pass(seconds: number): void;
  /** Lets time pass until something is so; at most ten minutes. */
  passUntil(holds: () => boolean): number;
  pods(): Pod[];
  deployment(name?: string): Deployment;
  /** Reasons and messages of what was told about an object. */
  told(name: string): string[];
  stop(): void;
}

/** Starts a cluster; the test must use fake timers. */
export function startSimulatedCluster(
  options: {
    compute?: ClusterCompute;
    metricsServer?: boolean;
    seed?: KubernetesObject[];
  } = {},
): SimulatedCluster {
  jest.setSystemTime(Date.parse('2026-11-23T12:00:00Z'));
  const store = new MemoryStore({ now: Date.now });
  const create = <T extends KubernetesObject>(object: T): T => {
    const kind = servedKinds(store, true).find(
      candidate => candidate.kind === object.kind && !candidate.storedAs,
    );
    if (!kind) {
      throw new Error(`no kind ${object.kind}`);
    }
    return store.create(kind as ResourceKind<T>, setDefaults(object) as T);
  };
  for (const name of ['default', 'kube-system', namespace]) {
    create({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  options.seed?.forEach(create);
  const controllers = startControllers({
    store,
    cluster: {
      name: 'test',
      arn: 'arn:aws:eks:eu-west-1:111122223333:cluster/test',
      region: 'eu-west-1',
      accountId: '111122223333',
      version: '1.35',
      compute: options.compute ?? { kind: 'managed-nodes' },
      metricsServer: options.metricsServer,
      tls: { certificateAuthority: 'the CA' },
    },
    now: Date.now,
    timeScale: 1,
    log(message) {
      throw new Error(message);
    },
  });
  return {
    store,
    controllers,
    create,
    change(kind, name, change) {
      const object = store.get(
        kind,
        kind.namespaced ? namespace : undefined,
        name,
      );
      if (!object) {
        throw new Error(`no ${kind.kind} ${name}`);
      }
      change(object);
      store.update(kind, object);
    },
    pass: seconds => {
      jest.advanceTimersByTime(seconds * 1_000);
    },
    passUntil(holds) {
      const begin = Date.now();
      do {
        if (Date.now() - begin > 600_000) {
          throw new Error(`still not so after ten minutes: ${holds}`);
        }
        jest.advanceTimersByTime(100);
      } while (!holds());
      return (Date.now() - begin) / 1_000;
    },
    pods: () => store.list(typed.pods, { namespace }),
    deployment(name = 'orders') {
      const found = store.get(typed.deployments, namespace, name);
      if (!found) {
        throw new Error(`no Deployment ${name}`);
      }
      return found;
    },
    told: name =>
      store
        .list(typed.events)
        .filter(({ involvedObject }) => involvedObject.name.startsWith(name))
        .sort((a, b) => sequenceOf(a).localeCompare(sequenceOf(b)))
        .map(({ reason, message }) => `${reason}: ${message}`),
    stop: () => controllers.stop(),
  };
}

/** The end of an event's name grows with time. */
const sequenceOf = ({ metadata }: KubernetesObject) =>
  metadata.name.slice(metadata.name.lastIndexOf('.'));

/** A Deployment `orders`, ready to be applied. */
export function deployment(
  options: {
    name?: string;
    container?: Partial<Container>;
    podSpec?: Partial<PodSpec>;
    annotations?: Record<string, string>;
    labels?: Record<string, string>;
  } & Partial<Deployment['spec']> = {},
): Deployment {
  const {
    name = 'orders',
    container,
    podSpec,
    annotations,
    labels,
    ...spec
  } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      strategy: { type: 'RollingUpdate' },
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name, ...labels }, annotations },
        spec: {
          containers: [
            {
              name: 'app',
              image: 'registry/orders:1',
              ports: [{ name: 'http', containerPort: 8080 }],
              resources: { requests: { cpu: '250m', memory: '256Mi' } },
              ...container,
            },
          ],
          ...podSpec,
        },
      },
      ...spec,
    },
  };
}
