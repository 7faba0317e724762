import { setTimeout } from 'node:timers/promises';
import {
  callCluster,
  KubernetesApiError,
  type KubernetesClient,
  type KubernetesObject,
  type KubernetesResource,
  ownershipFromMetadata,
} from '@slipway/backstage-plugin-eks-node/resources';
import { isObject } from '../jsonObject';
import { removePart } from './removeParts';
import { type Outcome, type Part, removed, type Scope } from './types';

/** The Applications of an entity, where Argo CD runs. */
export interface ApplicationsOptions {
  scope: Scope;
  client: () => Promise<KubernetesClient>;
  clusterName: string;
  /** Argo CD's. */
  namespace: string;
  dryRun: boolean;
  /** Leaves out even the cluster's own dry run. */
  onlyLook?: boolean;
  signal?: AbortSignal;
}

const apiVersion = 'argoproj.io/v1alpha1';

/**
 * Has Argo CD take away what an Application delivered before it lets it go, as
 * `argocd app delete --cascade` does. It is set when the Application is to go,
 * and not before: who deletes one by mistake loses no pod.
 */
const TAKES_ALL_AWAY = 'resources-finalizer.argocd.argoproj.io';

/** How long Argo CD may take for that, in milliseconds. */
const waitForMs = 60_000;
const lookAgainMs = 1_000;
const TRIES = 3;

/** Every Application in the scope, with what Argo CD delivered for it. */
export function applicationsPart(options: ApplicationsOptions): Part {
  const { scope, clusterName, namespace, signal } = options;
  const call = { clusterName, signal };
  return {
    thing: {
      kind: 'Application',
      name: `of ${scope.entity}`,
      where: clusterName,
    },
    async remove() {
      const outcome: Outcome = { removed: [], left: [] };
      const client = await options.client();
      const resource = await callCluster(
        { ...call, action: 'look for Applications of Argo CD' },
        () => client.findResource(apiVersion, 'Application'),
      );
      if (!resource) {
        return outcome;
      }
      const found = await callCluster(
        { ...call, action: `list applications in \`${namespace}\`` },
        () => client.list(resource, { apiVersion, namespace, ...scope }),
      );
      for (const application of found.filter(item => isOf(scope, item))) {
        const thing = {
          kind: 'Application',
          name: `${namespace}/${application.metadata.name}`,
          where: clusterName,
        };
        const came = await removePart(
          {
            thing,
            async remove() {
              await removeApplication(options, client, resource, application);
              return removed(thing);
            },
          },
          signal,
        );
        outcome.removed.push(...came.removed);
        outcome.left.push(...came.left);
      }
      return outcome;
    },
  };
}

/** Labels may be shortened, so the annotation decides. */
function isOf({ entity, task }: Scope, { metadata }: KubernetesObject) {
  const owner = ownershipFromMetadata(metadata, entity);
  return owner.state === 'ours' && (task === undefined || owner.task === task);
}

async function removeApplication(
  options: ApplicationsOptions,
  client: KubernetesClient,
  resource: KubernetesResource,
  found: KubernetesObject,
): Promise<void> {
  const { clusterName, namespace, dryRun, onlyLook, signal } = options;
  if (onlyLook) {
    return;
  }
  const { name = '', uid } = found.metadata;
  const id = { apiVersion, name, namespace };
  const what = `Application \`${namespace}/${name}\``;
  const call = { clusterName, signal };
  const read = () =>
    callCluster({ ...call, action: `read ${what}` }, () =>
      client.get(resource, id),
    );
  if (!(await hold({ ...options, client, resource, found, read, what }))) {
    return;
  }
  await callCluster({ ...call, action: `delete ${what}` }, () =>
    client.delete(resource, id, { uid, dryRun }),
  );
  if (dryRun) {
    return;
  }
  let now = await read();
  const until = Date.now() + waitForMs;
  while (now?.metadata.uid === uid && Date.now() < until) {
    await setTimeout(lookAgainMs, undefined, { signal });
    now = await read();
  }
  if (now && now.metadata.uid === uid) {
    const said = conditionsOf(now);
    throw new Error(
      `Argo CD has not taken away within ${waitForMs / 1000} s what it delivered${
        said && ` (${said})`
      }; see what its application controller says, or remove the finalizer ${TAKES_ALL_AWAY} from it and what it delivered by hand`,
    );
  }
}

/**
 * Sees to it that Argo CD takes away what it delivered. Argo CD writes to its
 * Applications all the time, so another version is no reason to give up.
 *
 * @returns false when the Application is gone already
 */
async function hold(
  options: Omit<ApplicationsOptions, 'client'> & {
    client: KubernetesClient;
    resource: KubernetesResource;
    found: KubernetesObject;
    what: string;
    read(): Promise<KubernetesObject | undefined>;
  },
): Promise<boolean> {
  const { clusterName, client, resource, dryRun, signal, what } = options;
  for (let tries = 1; ; tries++) {
    const current = await options.read();
    if (!current || current.metadata.uid !== options.found.metadata.uid) {
      return false;
    }
    const { deletionTimestamp, finalizers = [] } = current.metadata;
    // Kubernetes takes no finalizer for what is being removed.
    if (
      deletionTimestamp !== undefined ||
      finalizers.includes(TAKES_ALL_AWAY)
    ) {
      return true;
    }
    try {
      await client.holdWith(resource, current, TAKES_ALL_AWAY, { dryRun });
      return true;
    } catch (error) {
      signal?.throwIfAborted();
      const raced =
        error instanceof KubernetesApiError &&
        (error.code === 409 || error.code === 404);
      if (!raced || tries === TRIES) {
        await callCluster(
          { clusterName, action: `patch ${what}`, signal },
          () => Promise.reject(error),
        );
      }
    }
  }
}

function conditionsOf({ status }: KubernetesObject): string {
  const conditions =
    isObject(status) && Array.isArray(status.conditions)
      ? status.conditions
      : [];
  return conditions
    .map(condition =>
      isObject(condition) && typeof condition.message === 'string'
        ? condition.message
        : '',
    )
    .filter(Boolean)
    .join('; ');
}
