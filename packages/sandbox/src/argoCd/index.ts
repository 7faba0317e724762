import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, gitLine } from '../github';
import { kinds, type KubernetesObject } from '../kubernetes';
import { apiVersionOf, servedKinds } from '../kubernetes/kinds';
import { render } from '../kustomize';
import { applyAll, removeObject } from '../pipeline/deploy';
import type { StandInContext } from '../types';
import { decidesHealth, healthOf } from './health';
import { Queue } from './queue';
import {
  type Application,
  applications,
  type ArgoCdCluster,
  type DeliveredResource,
  IN_CLUSTER,
  NAMESPACE,
  RESOURCES_FINALIZER,
} from './types';

export type { Application, ArgoCdCluster } from './types';
export { applications } from './types';

/** As Argo CD calls itself where it applies on the server. */
const FIELD_MANAGER = 'argocd-controller';
const TRACKING = 'argocd.argoproj.io/tracking-id';

/** What {@link startArgoCd} needs. */
export interface ArgoCdOptions {
  context: StandInContext;
  clusters(): ArgoCdCluster[];
  /** Where the repository behind a clone URL is; undefined when it is not here. */
  directoryOf(repoUrl: string): string | undefined;
  timeScale: number;
}

/** Argo CD in every cluster that serves its Applications. */
export interface ArgoCdStandIn {
  /** Looks at what was there before; everything else it hears of by itself. */
  start(): void;
  /** Looks at the Applications of a repository again, as after a webhook. */
  refresh(directory: string): void;
  /** The Application that delivers a folder of a repository, wherever it is. */
  find(directory: string, path: string): Application | undefined;
  /** Whether a cluster serves Applications at all. */
  isIn(clusterArn: string): boolean;
  stop(): Promise<void>;
}

/** Has it watch the Applications of every cluster. */
export function startArgoCd(options: ArgoCdOptions): ArgoCdStandIn {
  const stopping = new AbortController();
  const stops: (() => void)[] = [];
  const queues: Queue[] = [];
  for (const cluster of options.clusters()) {
    const queue = new Queue(
      options.timeScale,
      (namespace, name) =>
        reconcile(options, cluster, namespace, name, stopping.signal),
      error => options.context.log(`argocd: ${error}`),
    );
    queues.push(queue);
    const { store } = cluster.standIn;
    stops.push(
      store.subscribe(({ kind, object, type, previous }) => {
        if (
          kind.plural === applications.plural &&
          kind.group === applications.group
        ) {
          // What it writes into the status is no news to it.
          const changed =
            JSON.stringify(specOf(previous)) !== JSON.stringify(specOf(object));
          if (type !== 'DELETED' && changed) {
            queue.add(object.metadata);
          }
        }
      }),
    );
    for (const other of options.clusters()) {
      stops.push(
        other.standIn.store.subscribe(({ object }) => {
          if (decidesHealth(object)) {
            judge(options, cluster, object);
          }
        }),
      );
    }
  }
  const all = () =>
    options
      .clusters()
      .flatMap(({ standIn }) => standIn.store.list(applications));
  return {
    start() {
      options
        .clusters()
        .forEach(({ standIn }, index) =>
          standIn.store
            .list(applications)
            .forEach(({ metadata }) => queues[index].add(metadata)),
        );
    },
    refresh(directory) {
      options.clusters().forEach(({ standIn }, index) =>
        standIn.store
          .list(applications)
          .filter(({ spec }) => isOf(options, spec, directory))
          .forEach(({ metadata }) => queues[index].add(metadata)),
      );
    },
    find: (directory, path) =>
      all().find(
        ({ spec }) =>
          isOf(options, spec, directory) && spec.source?.path === path,
      ),
    isIn: clusterArn =>
      options
        .clusters()
        .some(
          ({ standIn }) =>
            standIn.arn === clusterArn &&
            servedKinds(standIn.store, false).some(
              ({ group, kind }) =>
                group === applications.group && kind === applications.kind,
            ),
        ),
    async stop() {
      stopping.abort();
      stops.forEach(stop => stop());
      await Promise.all(queues.map(queue => queue.stop()));
    },
  };
}

const isOf = (
  { directoryOf }: ArgoCdOptions,
  { source }: Application['spec'],
  directory: string,
) => directoryOf(source?.repoURL ?? '') === directory;

/** What somebody else than Argo CD decides about an Application. */
function specOf(object: KubernetesObject | undefined) {
  if (!object) {
    return undefined;
  }
  const { metadata, ...rest } = object;
  const { status: _status, ...asked } = rest as Application;
  return [asked, metadata.deletionTimestamp, metadata.finalizers];
}

async function reconcile(
  options: ArgoCdOptions,
  cluster: ArgoCdCluster,
  namespace: string,
  name: string,
  signal: AbortSignal,
): Promise<boolean> {
  const { store } = cluster.standIn;
  const application = store.get(applications, namespace, name);
  // Argo CD looks at its own namespace alone, unless it was told of others.
  if (!application || namespace !== NAMESPACE || signal.aborted) {
    return true;
  }
  if (application.metadata.deletionTimestamp) {
    return await takeAway(options, cluster, application);
  }
  const { automated } = application.spec.syncPolicy ?? {};
  try {
    const destination = destinationOf(options, cluster, application);
    const { revision, objects } = await renderApplication(options, application);
    if (!automated || automated.enabled === false) {
      setStatus(options, cluster, application, {
        sync: { status: 'OutOfSync', revision },
        conditions: [],
      });
      return true;
    }
    await applyAll(destination.access, objects, {
      fieldManager: FIELD_MANAGER,
      log: () => {},
    });
    const resources = objects.map(resourceOf);
    if (automated.prune) {
      await removeAll(
        destination,
        (application.status?.resources ?? []).filter(
          old => !resources.some(resource => isSameResource(resource, old)),
        ),
      );
    }
    setStatus(options, cluster, application, {
      sync: { status: 'Synced', revision },
      resources,
      conditions: [],
      health: healthOf(destination.standIn.store, resources),
      operationState: {
        phase: 'Succeeded',
        message: 'successfully synced (all tasks run)',
        finishedAt: now(options),
      },
    });
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    setStatus(options, cluster, application, {
      sync: { status: 'Unknown' },
      conditions: [
        {
          type: 'ComparisonError',
          message,
          lastTransitionTime: now(options),
        },
      ],
    });
    return false;
  }
}

const now = ({ context }: ArgoCdOptions) =>
  new Date(context.now()).toISOString().replace(/\.\d+Z$/, 'Z');

/** @throws Error in the words of Argo CD */
function destinationOf(
  { clusters }: ArgoCdOptions,
  own: ArgoCdCluster,
  { spec }: Application,
): ArgoCdCluster {
  const { server, name } = spec.destination ?? {};
  if (server === IN_CLUSTER || name === 'in-cluster') {
    return own;
  }
  const found = clusters().find(
    ({ standIn }) =>
      standIn.url === server ||
      standIn.arn === server ||
      (name !== undefined && standIn.arn.endsWith(`:cluster/${name}`)),
  );
  if (!found) {
    throw new Error(
      `there is no cluster with ${server ? `server URL ${server}` : `name ${name}`} in the list of clusters`,
    );
  }
  return found;
}

/** What a repository says is to run, as Argo CD marks it. */
async function renderApplication(
  options: ArgoCdOptions,
  { metadata, spec }: Application,
): Promise<{ revision: string; objects: KubernetesObject[] }> {
  const {
    repoURL = '',
    path = '.',
    targetRevision = 'HEAD',
  } = spec.source ?? {};
  const directory = options.directoryOf(repoURL);
  if (!directory) {
    throw new Error(`failed to list refs: repository ${repoURL} not found`);
  }
  const folder = await mkdtemp(join(tmpdir(), 'slipway-argocd-'));
  try {
    await git(folder, ['clone', '--quiet', '--', directory, 'source']);
    const source = join(folder, 'source');
    const revision = await gitLine(source, [
      'rev-parse',
      '--verify',
      '--end-of-options',
      targetRevision === 'HEAD' ? 'HEAD' : `origin/${targetRevision}`,
    ]);
    await git(source, ['checkout', '--quiet', '--detach', revision]);
    const objects = await render(source, path);
    return {
      revision,
      objects: objects.map(object =>
        marked(object, metadata.name, spec.destination?.namespace),
      ),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function marked(
  object: KubernetesObject,
  application: string,
  defaultNamespace: string | undefined,
): KubernetesObject {
  const {
    group,
    kind,
    namespace = defaultNamespace,
    name,
  } = resourceOf(object);
  return {
    ...object,
    metadata: {
      ...object.metadata,
      namespace,
      annotations: {
        ...object.metadata.annotations,
        [TRACKING]: `${application}:${group}/${kind}:${namespace}/${name}`,
      },
    },
  };
}

function resourceOf({
  apiVersion,
  kind,
  metadata,
}: KubernetesObject): DeliveredResource {
  const [version, group = ''] = apiVersion.split('/').reverse();
  const { namespace, name } = metadata;
  return {
    group,
    version,
    kind,
    ...(namespace !== undefined && { namespace }),
    name,
    status: 'Synced',
  };
}

const isSameResource = (a: DeliveredResource, b: DeliveredResource) =>
  a.group === b.group &&
  a.kind === b.kind &&
  a.namespace === b.namespace &&
  a.name === b.name;

/** Removes what Argo CD delivered, where that is still what is there. */
async function removeAll(
  { access }: ArgoCdCluster,
  resources: DeliveredResource[],
): Promise<void> {
  for (const { group, version, kind, namespace, name } of resources) {
    const served = access
      .served()
      .find(candidate => candidate.group === group && candidate.kind === kind);
    if (served) {
      await removeObject(access, {
        apiVersion: apiVersionOf({ ...served, version }),
        kind,
        metadata: { name, ...(namespace !== undefined && { namespace }) },
      });
    }
  }
}

/** Where it was asked for, what was delivered goes before the Application does. */
async function takeAway(
  options: ArgoCdOptions,
  cluster: ArgoCdCluster,
  application: Application,
): Promise<boolean> {
  const { store } = cluster.standIn;
  const { namespace, name, finalizers = [] } = application.metadata;
  if (!finalizers.includes(RESOURCES_FINALIZER)) {
    return true;
  }
  try {
    await removeAll(
      destinationOf(options, cluster, application),
      application.status?.resources ?? [],
    );
  } catch (error) {
    setStatus(options, cluster, application, {
      conditions: [
        {
          type: 'DeletionError',
          message: error instanceof Error ? error.message : String(error),
          lastTransitionTime: now(options),
        },
      ],
    });
    return false;
  }
  const current = store.get(applications, namespace, name);
  if (current) {
    store.update(applications, {
      ...current,
      metadata: {
        ...current.metadata,
        finalizers: current.metadata.finalizers?.filter(
          finalizer => finalizer !== RESOURCES_FINALIZER,
        ),
      },
    });
  }
  return true;
}

function setStatus(
  options: ArgoCdOptions,
  { standIn: { store } }: ArgoCdCluster,
  { metadata }: Application,
  status: NonNullable<Application['status']>,
) {
  const current = store.get(applications, metadata.namespace, metadata.name);
  if (current) {
    store.updateStatus(applications, {
      ...current,
      status: { ...current.status, ...status, reconciledAt: now(options) },
    });
  }
}

/** Says anew how well an Application is, after a change of what it delivered. */
function judge(
  options: ArgoCdOptions,
  cluster: ArgoCdCluster,
  { kind, metadata }: KubernetesObject,
) {
  const [application] = (metadata.annotations?.[TRACKING] ?? '').split(':');
  const current =
    application &&
    kind === kinds.deployments.kind &&
    cluster.standIn.store.get(applications, NAMESPACE, application);
  if (!current || !current.status?.resources) {
    return;
  }
  const { resources } = current.status;
  let destination: ArgoCdCluster;
  try {
    destination = destinationOf(options, cluster, current);
  } catch {
    return;
  }
  const health = healthOf(destination.standIn.store, resources);
  if (JSON.stringify(health) !== JSON.stringify(current.status.health)) {
    setStatus(options, cluster, current, { health });
  }
}
