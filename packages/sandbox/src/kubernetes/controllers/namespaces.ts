import { runController, type ControllerContext } from './controller';
import { typed } from './objects';
import { kinds, servedKinds } from '../kinds';

/** Gives a namespace what every one has; empties one that is deleted. */
export function runNamespaces(context: ControllerContext) {
  const { store } = context;
  const namespaced = () =>
    servedKinds(store, false).filter(kind => kind.namespaced && !kind.virtual);
  return runController(context, {
    triggers: [
      { kind: typed.namespaces },
      // The last of its pods takes a namespace with it.
      {
        kind: typed.pods,
        key: ({ metadata }) => [{ name: metadata.namespace ?? '' }],
      },
    ],
    reconcile(_, name) {
      const namespace = store.get(typed.namespaces, undefined, name);
      if (!namespace) {
        return;
      }
      if (!namespace.metadata.deletionTimestamp) {
        if (!store.get(kinds.serviceAccounts, name, 'default')) {
          store.create(kinds.serviceAccounts, {
            apiVersion: 'v1',
            kind: 'ServiceAccount',
            metadata: { name: 'default', namespace: name },
          });
        }
        return;
      }
      if (namespace.status?.phase !== 'Terminating') {
        store.updateStatus(typed.namespaces, {
          ...namespace,
          status: { phase: 'Terminating' },
        });
      }
      for (const kind of namespaced()) {
        for (const { metadata } of store.list(kind, { namespace: name })) {
          // What it owned may have gone with an owner.
          if (
            !metadata.deletionTimestamp &&
            store.get(kind, name, metadata.name)
          ) {
            store.remove(kind, name, metadata.name);
          }
        }
      }
      const left = namespaced().some(
        kind => store.list(kind, { namespace: name }).length > 0,
      );
      if (!left) {
        store.remove(kinds.namespaces, undefined, name, {
          gracePeriodSeconds: 0,
        });
      }
    },
  });
}
