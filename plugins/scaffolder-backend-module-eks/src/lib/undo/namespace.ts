import { setTimeout } from 'node:timers/promises';
import {
  type AllowList,
  callCluster,
  type KubernetesClient,
  type KubernetesObject,
  type KubernetesResource,
  ownershipFromMetadata,
} from '@slipway/backstage-plugin-eks-node/resources';
import {
  notOurs,
  nothing,
  type Outcome,
  type Part,
  removed,
  type Scope,
} from './types';

/** A namespace of a service in one cluster. */
export interface NamespaceOptions {
  scope: Scope;
  client: () => Promise<KubernetesClient>;
  clusterName: string;
  namespace: string;
  allowList: AllowList;
  dryRun: boolean;
  /** Leaves out even the cluster's own dry run: what is there is all that is asked. */
  onlyLook?: boolean;
  signal?: AbortSignal;
}

/** How long a namespace may take to go, in milliseconds. */
const waitForMs = 60_000;
const lookAgainMs = 1_000;

export const namespaces: KubernetesResource = {
  name: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};

/**
 * A namespace, when it is in the scope, with all that is in it; otherwise those
 * objects in it that are in the scope and of kinds that templates may apply.
 */
export function namespacePart(options: NamespaceOptions): Part {
  const { clusterName, namespace, signal } = options;
  const thing = { kind: 'namespace', name: namespace, where: clusterName };
  return {
    thing,
    async remove() {
      const client = await options.client();
      const found = await callCluster(
        { clusterName, action: `read Namespace \`${namespace}\``, signal },
        () => client.get(namespaces, { apiVersion: 'v1', name: namespace }),
      );
      if (!found) {
        return nothing;
      }
      if (madeFor(options.scope, found)) {
        await removeNamespace(options, client, found);
        return removed(thing);
      }
      const owner = ownershipFromMetadata(found.metadata, options.scope.entity);
      const inside = await removeObjects(options, client);
      const stays = notOurs(
        thing,
        owner.state === 'other'
          ? `it belongs to ${owner.entity}`
          : 'it was there before',
      );
      return {
        removed: inside.removed,
        left: [...inside.left, ...stays.left],
      };
    },
  };
}

/** Whether a task made it; what it adopted has other things in it, too. */
function madeFor(scope: Scope, found: KubernetesObject) {
  const owner = ownershipFromMetadata(found.metadata, scope.entity);
  return (
    isOf(scope, found) && owner.state === 'ours' && owner.task !== undefined
  );
}

function isOf({ entity, task }: Scope, { metadata }: KubernetesObject) {
  const owner = ownershipFromMetadata(metadata, entity);
  return owner.state === 'ours' && (task === undefined || owner.task === task);
}

async function removeNamespace(
  options: NamespaceOptions,
  client: KubernetesClient,
  found: KubernetesObject,
) {
  const { clusterName, namespace, dryRun, onlyLook, signal } = options;
  if (onlyLook) {
    return;
  }
  const call = { clusterName, signal };
  const id = { apiVersion: 'v1', name: namespace };
  await callCluster(
    { ...call, action: `delete Namespace \`${namespace}\`` },
    () => client.delete(namespaces, id, { uid: found.metadata.uid, dryRun }),
  );
  const until = Date.now() + waitForMs;
  while (!dryRun && Date.now() < until) {
    const now = await callCluster(
      { ...call, action: `read Namespace \`${namespace}\`` },
      () => client.get(namespaces, id),
    );
    if (!now || now.metadata.uid !== found.metadata.uid) {
      return;
    }
    await setTimeout(lookAgainMs, undefined, { signal });
  }
  if (!dryRun) {
    throw new Error(
      `it is being removed, but was still there after ${
        waitForMs / 1000
      } s; see its conditions for what holds it`,
    );
  }
}

async function removeObjects(
  options: NamespaceOptions,
  client: KubernetesClient,
): Promise<Outcome> {
  const { scope, clusterName, namespace, allowList, dryRun, onlyLook, signal } =
    options;
  const outcome: Outcome = { removed: [], left: [] };
  for (const { kind, group } of allowList.kinds) {
    // Applications are in Argo CD's namespace, and go before.
    if (group === 'argoproj.io') {
      continue;
    }
    const call = { clusterName, signal };
    const served = await callCluster(
      { ...call, action: `look for the kind ${kind}` },
      () => client.findKind(group, kind),
    );
    if (!served?.resource.namespaced) {
      continue;
    }
    const { apiVersion, resource } = served;
    const objects = await callCluster(
      { ...call, action: `list ${resource.name} in \`${namespace}\`` },
      () => client.list(resource, { apiVersion, namespace, ...scope }),
    );
    for (const object of objects.filter(item => isOf(scope, item))) {
      const { name = '', uid } = object.metadata;
      if (!onlyLook) {
        await callCluster(
          { ...call, action: `delete ${kind} \`${namespace}/${name}\`` },
          () =>
            client.delete(
              resource,
              { apiVersion, name, namespace },
              { uid, dryRun },
            ),
        );
      }
      outcome.removed.push({
        kind,
        name: `${namespace}/${name}`,
        where: clusterName,
      });
    }
  }
  return outcome;
}
