import { kinds, servedKinds } from '../kinds';
import type { ObjectStore, ResourceKind } from '../types';
import { on, runController, type ControllerContext } from './controller';
import { typed, withCondition, type Namespace } from './objects';

const ROOT_CA = 'kube-root-ca.crt';

/** Gives a namespace what every one has; empties one that is deleted. */
export function runNamespaces(
  context: ControllerContext,
  options: { certificateAuthority: string | undefined },
) {
  const { store } = context;
  const queue = runController(context, {
    triggers: [
      on(typed.namespaces),
      on(kinds.serviceAccounts, ({ metadata }, type) =>
        type === 'DELETED' ? [{ name: metadata.namespace ?? '' }] : [],
      ),
      on(typed.configMaps, ({ metadata }) =>
        metadata.name === ROOT_CA ? [{ name: metadata.namespace ?? '' }] : [],
      ),
    ],
    reconcile(_, name) {
      const namespace = store.get(typed.namespaces, undefined, name);
      if (!namespace) {
        return;
      }
      if (namespace.metadata.deletionTimestamp) {
        empty(context, namespace);
      } else {
        equip(store, name, options.certificateAuthority);
      }
    },
  });
  // The last of what is in it takes a namespace with it.
  const unsubscribe = store.subscribe(({ type, object }) => {
    const { namespace } = object.metadata;
    if (
      type === 'DELETED' &&
      namespace &&
      store.get(typed.namespaces, undefined, namespace)?.metadata
        .deletionTimestamp
    ) {
      queue.add(undefined, namespace);
    }
  });
  return {
    stop() {
      unsubscribe();
      queue.stop();
    },
  };
}

function equip(
  store: ObjectStore,
  namespace: string,
  certificateAuthority: string | undefined,
) {
  if (!store.get(kinds.serviceAccounts, namespace, 'default')) {
    store.create(kinds.serviceAccounts, {
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name: 'default', namespace },
    });
  }
  const data = { 'ca.crt': certificateAuthority ?? '' };
  const known = store.get(typed.configMaps, namespace, ROOT_CA);
  if (!known) {
    store.create(typed.configMaps, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: ROOT_CA, namespace },
      data,
    });
  } else if (known.data?.['ca.crt'] !== data['ca.crt']) {
    store.update(typed.configMaps, { ...known, data });
  }
}

function empty(context: ControllerContext, namespace: Namespace) {
  const { store } = context;
  const { name } = namespace.metadata;
  const kept = servedKinds(store, false).filter(
    kind => kind.namespaced && !kind.virtual && !kind.storedAs,
  );
  for (const kind of kept) {
    for (const { metadata } of store.list(kind, { namespace: name })) {
      // What it owned may have gone with an owner.
      if (!metadata.deletionTimestamp && store.get(kind, name, metadata.name)) {
        store.remove(kind, name, metadata.name);
      }
    }
  }
  const left = kept
    .map(kind => ({
      kind,
      count: store.list(kind, { namespace: name }).length,
    }))
    .filter(({ count }) => count > 0);
  const current = store.get(typed.namespaces, undefined, name);
  if (!current) {
    return;
  }
  writeTerminating(context, current, left);
  if (left.length === 0) {
    store.remove(typed.namespaces, undefined, name, { gracePeriodSeconds: 0 });
  }
}

function writeTerminating(
  { store, timestamp }: ControllerContext,
  namespace: Namespace,
  left: { kind: ResourceKind; count: number }[],
) {
  const remains = left
    .map(
      ({ kind, count }) =>
        `${kind.plural}.${kind.group} has ${count} resource instances`,
    )
    .join(', ');
  const all = {
    type: 'NamespaceDeletionContentFailure',
    status: 'False' as const,
    reason: 'ContentDeleted',
    message: 'All content successfully deleted, may be waiting on finalization',
  };
  const remaining = {
    type: 'NamespaceContentRemaining',
    ...(left.length > 0
      ? {
          status: 'True' as const,
          reason: 'SomeResourcesRemain',
          message: `Some resources are remaining: ${remains}`,
        }
      : {
          status: 'False' as const,
          reason: 'ContentRemoved',
          message: 'All content successfully removed',
        }),
  };
  const now = timestamp();
  const { conditions } = namespace.status ?? {};
  store.updateStatus(typed.namespaces, {
    ...namespace,
    status: {
      phase: 'Terminating',
      conditions: withCondition(
        withCondition(conditions, all, now),
        remaining,
        now,
      ),
    },
  });
}
