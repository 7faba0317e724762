import type { ObjectStore } from '../types';
import { typed } from './objects';

const LONGEST_MS = 3_000;

/**
 * What a new cluster is seeded with has been running for long: until it runs,
 * nothing takes time. At a restart, where there are pods, time goes on.
 */
export function startWarm(store: ObjectStore): {
  active(): boolean;
  stop(): void;
} {
  const wanted = new Set(
    store.list(typed.pods).length > 0
      ? []
      : [...store.list(typed.deployments), ...store.list(typed.daemonSets)].map(
          ({ metadata }) => metadata.uid,
        ),
  );
  const stop = () => wanted.clear();
  const timer = setTimeout(stop, LONGEST_MS);
  timer.unref();
  const unsubscribe = store.subscribe(({ object }) => {
    if (wanted.has(object.metadata.uid) && runs(store, object.metadata)) {
      wanted.delete(object.metadata.uid);
    }
  });
  return {
    active: () => wanted.size > 0,
    stop() {
      clearTimeout(timer);
      unsubscribe();
      stop();
    },
  };
}

function runs(
  store: ObjectStore,
  { namespace, name }: { namespace?: string; name: string },
): boolean {
  const deployment = store.get(typed.deployments, namespace, name);
  if (deployment) {
    return deployment.status?.availableReplicas === deployment.spec.replicas;
  }
  const { status } = store.get(typed.daemonSets, namespace, name) ?? {};
  return (
    status?.numberAvailable !== undefined &&
    status.numberAvailable === status.desiredNumberScheduled
  );
}
