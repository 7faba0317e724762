import { kindsOf, type ApiServerOptions } from '../call';
import { MemoryStore } from '../store';
import type { KubernetesObject } from '../types';

/**
 * A copy of the store, with the namespaces and the given objects, in which a
 * change can be tried without an effect.
 */
export function trial(
  options: ApiServerOptions,
  objects: KubernetesObject[],
): MemoryStore {
  const store = new MemoryStore({ now: options.context.now });
  const { resourceVersion, objects: all } = options.store.snapshot();
  store.restore(
    {
      resourceVersion,
      objects: [
        ...all.filter(({ kind }) => kind === 'Namespace'),
        ...structuredClone(objects.filter(({ kind }) => kind !== 'Namespace')),
      ],
    },
    () => kindsOf(options),
  );
  return store;
}
