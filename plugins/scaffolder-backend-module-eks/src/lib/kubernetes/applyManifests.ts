import { ConflictError, InputError, NotFoundError } from '@backstage/errors';
import { parseClusterArn } from '@slipway/backstage-plugin-eks-common';
import { mapKubernetesError } from '@slipway/backstage-plugin-eks-node';
import {
  AllowList,
  ArgoCdSettings,
  entityLabel,
  KubernetesApiError,
  KubernetesClient,
  KubernetesObject,
  KubernetesResource,
  Ownership,
  ownershipFromMetadata,
  ownershipLabels,
  OwnershipState,
} from '@slipway/backstage-plugin-eks-node/resources';
import { deliveryPlaceOf, isApplication } from './applications';
import { Manifest } from './manifests';
import { sameContent } from './sameContent';

/** What became of one object. */
export type AppliedObject = {
  apiVersion: string;
  kind: string;
  name: string;
  /** Left out for objects that are in no namespace. */
  namespace?: string;
  operation: 'created' | 'updated' | 'unchanged';
};

/** What to apply, where, and for whom. */
export interface ApplyOptions {
  client: KubernetesClient;
  /** A client for another cluster, which an Application delivers to. */
  open(clusterArn: string): Promise<KubernetesClient>;
  clusterArn: string;
  /** Name of the cluster for messages. */
  clusterName: string;
  manifests: Manifest[];
  /** Namespace of namespaced objects that name none. */
  namespace?: string;
  /** Who owns the objects. */
  ownership: Ownership;
  allowList: AllowList;
  settings: ArgoCdSettings;
  fieldManager: string;
  force: boolean;
  onExisting: 'adopt' | 'fail';
  dryRun: boolean;
  signal?: AbortSignal;
  log(message: string): void;
}

interface Planned {
  field: string;
  object: KubernetesObject;
  resource: KubernetesResource;
  /** What is there; undefined when nothing is. */
  existing?: KubernetesObject;
  owner: OwnershipState | { state: 'absent' };
}

function describeObject(object: KubernetesObject): string {
  const { name, namespace } = object.metadata;
  return namespace
    ? `${object.kind} \`${namespace}/${name}\``
    : `${object.kind} \`${name}\``;
}

function isNamespace(object: KubernetesObject): boolean {
  return object.apiVersion === 'v1' && object.kind === 'Namespace';
}

/**
 * Checks all objects before any of them is changed, then applies them:
 * namespaces first, the rest in the order in which it was written.
 */
export async function applyManifests(
  options: ApplyOptions,
): Promise<AppliedObject[]> {
  const { client, dryRun, signal, log } = options;
  const planned = await plan(options);
  await checkNamespaces(options, planned);
  const made = new Set(
    planned
      .filter(({ object, existing }) => isNamespace(object) && !existing)
      .map(({ object }) => object.metadata.name),
  );
  const applied: AppliedObject[] = [];
  for (const item of planned) {
    signal?.throwIfAborted();
    const { object, resource, existing } = item;
    const { name = '', namespace } = object.metadata;
    let operation: AppliedObject['operation'] = 'created';
    // In a dry run a namespace is not made, so that the API server cannot try
    // the objects inside of it.
    if (!(dryRun && namespace !== undefined && made.has(namespace))) {
      const result = await explainApiErrors(options, item, () =>
        client.apply(resource, withOwnership(options, item), options),
      );
      if (existing && !madeByThisTask(options, item)) {
        operation = sameContent(existing, result) ? 'unchanged' : 'updated';
      }
    }
    log(`${dryRun ? 'Would be ' : ''}${operation}: ${describeObject(object)}`);
    applied.push({
      apiVersion: object.apiVersion,
      kind: object.kind,
      name,
      ...(namespace !== undefined && { namespace }),
      operation,
    });
  }
  return applied;
}

/** Looks up each object and to whom it belongs; changes nothing. */
async function plan(options: ApplyOptions): Promise<Planned[]> {
  const { client, manifests, clusterName, ownership, namespace } = options;
  const planned: Planned[] = [];
  for (const { field, object } of manifests) {
    const item = { field, object };
    const resource = await explainApiErrors(options, item, () =>
      client.findResource(object.apiVersion, object.kind),
    );
    if (!resource) {
      throw new InputError(
        `\`${field}\`: cluster \`${clusterName}\` does not serve ${object.kind} of ${object.apiVersion}; is what defines it installed there?`,
      );
    }
    const placed = placeObject(field, object, resource, namespace);
    const { name = '' } = placed.metadata;
    const existing = await explainApiErrors(
      options,
      { field, object: placed },
      () =>
        client.get(resource, {
          apiVersion: placed.apiVersion,
          name,
          namespace: placed.metadata.namespace,
        }),
    );
    const owner: Planned['owner'] = existing
      ? ownershipFromMetadata(existing.metadata, ownership.entity)
      : { state: 'absent' };
    checkOwner(options, placed, owner);
    planned.push({ field, object: placed, resource, existing, owner });
  }
  return [
    ...planned.filter(({ object }) => isNamespace(object)),
    ...planned.filter(({ object }) => !isNamespace(object)),
  ];
}

function placeObject(
  field: string,
  object: KubernetesObject,
  resource: KubernetesResource,
  namespace: string | undefined,
): KubernetesObject {
  const { namespace: written, ...metadata } = object.metadata;
  if (!resource.namespaced) {
    return { ...object, metadata };
  }
  const target = written ?? namespace;
  if (!target) {
    throw new InputError(
      `\`${field}\`: ${describeObject(
        object,
      )} names no namespace; write it in the manifest or set \`namespace\``,
    );
  }
  return { ...object, metadata: { ...metadata, namespace: target } };
}

function checkOwner(
  { clusterName, ownership, onExisting, allowList }: ApplyOptions,
  object: KubernetesObject,
  owner: Planned['owner'],
) {
  const what = `${describeObject(object)} in cluster \`${clusterName}\``;
  if (owner.state === 'other') {
    throw new ConflictError(
      `${what} belongs to ${owner.entity} (label ${ownershipLabels.entity}), not to ${ownership.entity}; choose another name, or have its owner remove it`,
    );
  }
  if (owner.state !== 'unowned') {
    return;
  }
  if (onExisting === 'fail') {
    throw new ConflictError(
      `${what} exists already and belongs to no entity (it has no label ${ownershipLabels.entity}); choose another name, or set \`onExisting: adopt\` to take it over`,
    );
  }
  if (
    isNamespace(object) &&
    !allowList.namesNamespace(object.metadata.name ?? '')
  ) {
    throw new ConflictError(
      `${what} exists already and belongs to no entity; templates may take over a namespace only where eks.apply.allowedNamespaces names it`,
    );
  }
}

/** A namespace that objects go into, and one of them. */
interface UsedNamespace {
  clusterArn: string;
  namespace: string;
  item: Planned;
}

/**
 * Refuses to put objects into namespaces that are another's, or nobody's and
 * not allowed. An Application counts for where it delivers to: its own
 * namespace is Argo CD's.
 */
async function checkNamespaces(options: ApplyOptions, planned: Planned[]) {
  const own = new Set(
    planned
      .filter(({ object }) => isNamespace(object))
      .map(({ object }) => object.metadata.name),
  );
  const used = new Map(
    planned.flatMap(item => {
      const place = isApplication(item.object)
        ? deliveryPlaceOf(item.object, options.settings, options.clusterArn)
        : {
            clusterArn: options.clusterArn,
            namespace: item.object.metadata.namespace,
          };
      return !place?.namespace ||
        (place.clusterArn === options.clusterArn && own.has(place.namespace))
        ? []
        : [
            [
              `${place.clusterArn} ${place.namespace}`,
              {
                clusterArn: place.clusterArn,
                namespace: place.namespace,
                item,
              },
            ] as const,
          ];
    }),
  );
  for (const namespace of used.values()) {
    await checkUsedNamespace(options, namespace);
  }
}

async function checkUsedNamespace(
  options: ApplyOptions,
  { clusterArn, namespace, item }: UsedNamespace,
) {
  const { ownership, allowList, dryRun } = options;
  const elsewhere = clusterArn !== options.clusterArn;
  const clusterName = elsewhere
    ? parseClusterArn(clusterArn).name
    : options.clusterName;
  const client = elsewhere ? await options.open(clusterArn) : options.client;
  const found = await explainApiErrors({ ...options, clusterName }, item, () =>
    client.get(
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
      { apiVersion: 'v1', name: namespace },
    ),
  );
  const what = `namespace \`${namespace}\` in cluster \`${clusterName}\``;
  if (!found) {
    // A step before this one would have made it.
    if (dryRun && isApplication(item.object)) {
      return;
    }
    throw new NotFoundError(
      `${what} does not exist; ${
        isApplication(item.object)
          ? 'make it before what delivers to it'
          : 'add its Namespace to the manifests'
      }`,
    );
  }
  const owner = ownershipFromMetadata(found.metadata, ownership.entity);
  if (owner.state === 'other') {
    throw new ConflictError(
      `${what} belongs to ${owner.entity} (label ${ownershipLabels.entity}), not to ${ownership.entity}; choose another namespace`,
    );
  }
  if (owner.state === 'unowned' && !allowList.namesNamespace(namespace)) {
    throw new ConflictError(
      `${what} belongs to no entity; choose another namespace, or have an operator add it to eks.apply.allowedNamespaces`,
    );
  }
}

/**
 * The object with the labels that say whose it is. The task's own label is set
 * on what this task makes, and kept on what an earlier task made: it is never
 * put on something that was there.
 */
function withOwnership(
  { ownership }: ApplyOptions,
  { object, owner }: Planned,
): KubernetesObject {
  let task: string | undefined;
  if (owner.state === 'absent') {
    task = ownership.task;
  } else if (owner.state === 'ours') {
    task = owner.task;
  }
  const { metadata } = object;
  return {
    ...object,
    metadata: {
      ...metadata,
      labels: {
        ...metadata.labels,
        [ownershipLabels.entity]: entityLabel(ownership.entity),
        ...(task !== undefined && { [ownershipLabels.task]: task }),
      },
      annotations: {
        ...metadata.annotations,
        [ownershipLabels.entity]: ownership.entity,
        ...(ownership.template && {
          [ownershipLabels.template]: ownership.template,
        }),
      },
    },
  };
}

/** What an earlier, interrupted run of this task made counts as made by this one. */
function madeByThisTask({ ownership }: ApplyOptions, { owner }: Planned) {
  return owner.state === 'ours' && owner.task === ownership.task;
}

/** Reads the manager out of `conflict with "kubectl" using apps/v1`. */
function conflictingManager(message: string | undefined): string {
  return (
    /conflict with "([^"]+)"/.exec(message ?? '')?.[1] ?? 'another manager'
  );
}

async function explainApiErrors<T>(
  { clusterName, fieldManager, signal }: ApplyOptions,
  item: { field: string; object: KubernetesObject },
  call: () => Promise<T>,
): Promise<T> {
  try {
    return await call();
  } catch (error) {
    signal?.throwIfAborted();
    const what = describeObject(item.object);
    const conflict = explainConflict(error, {
      clusterName,
      what,
      fieldManager,
    });
    if (conflict) {
      throw conflict;
    }
    if (isWrongPatch(error)) {
      throw new InputError(
        `\`${item.field}\`: cluster \`${clusterName}\` refuses ${what}: ${error.message}`,
        error,
      );
    }
    const explained = mapKubernetesError(error, {
      clusterName,
      action: `apply ${what}`,
    });
    throw explained.name === 'InputError'
      ? new InputError(`\`${item.field}\`: ${explained.message}`, error)
      : explained;
  }
}

/**
 * Whether the API server could not read an object as its kind, such as for a
 * field that the kind does not have. It answers that with status 500, although
 * the object is to blame.
 */
function isWrongPatch(error: unknown): error is KubernetesApiError {
  return (
    error instanceof KubernetesApiError &&
    error.message.startsWith('failed to create typed patch object')
  );
}

/** Names the managers that hold the fields which server-side apply would change. */
function explainConflict(
  error: unknown,
  where: { clusterName: string; what: string; fieldManager: string },
): Error | undefined {
  const conflicts =
    error instanceof KubernetesApiError
      ? error.causes.filter(cause => cause.reason === 'FieldManagerConflict')
      : [];
  if (conflicts.length === 0) {
    return undefined;
  }
  const fields = conflicts
    .map(
      cause =>
        `${cause.field ?? 'a field'} belongs to \`${conflictingManager(
          cause.message,
        )}\``,
    )
    .join(', ');
  return new ConflictError(
    `${where.what} in cluster \`${where.clusterName}\`: ${fields}; leave these fields out, or set \`force: true\` to take them over for \`${where.fieldManager}\``,
    error,
  );
}
