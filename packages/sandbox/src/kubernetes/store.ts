import { randomUUID } from 'node:crypto';
import { alreadyExists, conflict, notFound } from './errors';
import { isSame } from './json';
import { apiVersionOf, kinds, resourceName } from './kinds';
import { selectorFilter } from './selectors';
import type {
  KubernetesObject,
  KubernetesSnapshot,
  ListFilter,
  ObjectStore,
  RemoveOptions,
  ResourceKind,
  StoreEvent,
  WatchEventType,
} from './types';

/** Changes that a watch may still catch up with. */
const REMEMBERED_EVENTS = 5_000;
const POD_GRACE_SECONDS = 30;
/** The finalizer of what waits for its dependents to go. */
const FOREGROUND = 'foregroundDeletion';

/** An object that another one owns. */
interface Dependent {
  kind: ResourceKind;
  object: KubernetesObject;
}

const keyOf = (namespace: string | undefined, name: string) =>
  `${namespace ?? ''}/${name}`;

/** Objects in memory, with Kubernetes' rules for versions and deletion. */
export class MemoryStore implements ObjectStore {
  readonly #collections = new Map<string, Map<string, KubernetesObject>>();
  readonly #kinds = new Map<string, ResourceKind>();
  readonly #listeners = new Set<(event: StoreEvent) => void>();
  readonly #now: () => number;
  #events: StoreEvent[] = [];
  #version = 1;
  #forgotten = 0;

  constructor(options: { now: () => number }) {
    this.#now = options.now;
  }

  get resourceVersion(): number {
    return this.#version;
  }

  get<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    const found = this.#find(kind, namespace, name);
    return found && structuredClone(found);
  }

  list<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    filter: ListFilter = {},
  ): T[] {
    const matches = selectorFilter(filter);
    return [...this.#collection(kind).values()]
      .filter(
        object =>
          (!filter.namespace ||
            object.metadata.namespace === filter.namespace) &&
          matches(object),
      )
      .sort((a, b) =>
        compare(
          keyOf(a.metadata.namespace, a.metadata.name),
          keyOf(b.metadata.namespace, b.metadata.name),
        ),
      )
      .map(object => structuredClone(object));
  }

  create<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T {
    const created = structuredClone(object);
    const { metadata } = created;
    if (!metadata.name && metadata.generateName) {
      metadata.name = metadata.generateName + randomSuffix();
    }
    if (!kind.namespaced) {
      delete metadata.namespace;
    }
    if (this.#find(kind, metadata.namespace, metadata.name)) {
      throw alreadyExists(kind, metadata.name);
    }
    created.apiVersion = apiVersionOf(kind);
    created.kind = kind.kind;
    metadata.uid = randomUUID();
    metadata.creationTimestamp = this.#timestamp();
    if (hasGeneration(created)) {
      metadata.generation = 1;
    }
    return this.#put('ADDED', kind, created);
  }

  update<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T {
    const current = this.#current(kind, object);
    const next = structuredClone(object);
    if (kind.subresources?.includes('status')) {
      copyStatus(current, next);
    }
    keepIdentity(current, next);
    if (
      hasGeneration(current) &&
      !isSame(desiredState(current), desiredState(next))
    ) {
      next.metadata.generation = (current.metadata.generation ?? 0) + 1;
    }
    return this.#replace(kind, current, next);
  }

  updateStatus<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    object: T,
  ): T {
    const current = this.#current(kind, object);
    const next = structuredClone(current);
    copyStatus(object, next);
    next.metadata.managedFields =
      object.metadata.managedFields ?? next.metadata.managedFields;
    return this.#replace(kind, current, next);
  }

  remove(
    kind: ResourceKind,
    namespace: string | undefined,
    name: string,
    options: RemoveOptions = {},
  ): KubernetesObject {
    const current = this.#find(kind, namespace, name);
    if (!current) {
      throw notFound(kind, name);
    }
    const { uid, resourceVersion } = options.preconditions ?? {};
    requireUnchanged(kind, current, { uid, resourceVersion });
    if (options.propagationPolicy === 'Orphan') {
      this.#dependents(current).forEach(dependent =>
        this.#letGo(dependent, current),
      );
    }
    if (options.propagationPolicy === 'Foreground') {
      return this.#removeForeground(kind, current);
    }
    const grace = gracePeriod(kind, current, options);
    const finalizers = current.metadata.finalizers ?? [];
    const emptied =
      kind.kind !== 'Namespace' || options.gracePeriodSeconds === 0;
    if (grace > 0 || finalizers.length > 0 || !emptied) {
      if (current.metadata.deletionTimestamp) {
        return structuredClone(current);
      }
      const next = structuredClone(current);
      next.metadata.deletionTimestamp = this.#timestamp(grace);
      next.metadata.deletionGracePeriodSeconds = grace;
      if (kind.kind === 'Namespace') {
        Object.assign(next, { status: { phase: 'Terminating' } });
      }
      return this.#put('MODIFIED', kind, next, current);
    }
    this.#collection(kind).delete(keyOf(namespace, name));
    const gone = structuredClone(current);
    gone.metadata.resourceVersion = String(++this.#version);
    this.#tell({ type: 'DELETED', kind, object: gone, previous: current });
    this.#collect(gone);
    return structuredClone(gone);
  }

  /** The dependents go first, then the object. */
  #removeForeground(
    kind: ResourceKind,
    current: KubernetesObject,
  ): KubernetesObject {
    const { namespace, name, finalizers = [] } = current.metadata;
    const dependents = this.#dependents(current);
    if (dependents.length === 0) {
      return this.remove(kind, namespace, name);
    }
    const next = structuredClone(current);
    next.metadata.deletionTimestamp ??= this.#timestamp();
    next.metadata.deletionGracePeriodSeconds ??= 0;
    next.metadata.finalizers = [...new Set([...finalizers, FOREGROUND])];
    const marked = this.#put('MODIFIED', kind, next, current);
    for (const dependent of dependents) {
      const { metadata } = dependent.object;
      this.remove(dependent.kind, metadata.namespace, metadata.name, {
        propagationPolicy: 'Foreground',
      });
    }
    return marked;
  }

  #dependents({ metadata }: KubernetesObject): Dependent[] {
    return [...this.#collections].flatMap(([name, collection]) => {
      const kind = this.#kinds.get(name);
      return kind
        ? [...collection.values()]
            .filter(object =>
              object.metadata.ownerReferences?.some(
                ({ uid }) => uid === metadata.uid,
              ),
            )
            .map(object => ({ kind, object }))
        : [];
    });
  }

  #letGo({ kind, object }: Dependent, owner: KubernetesObject) {
    const next = structuredClone(object);
    const others = next.metadata.ownerReferences?.filter(
      ({ uid }) => uid !== owner.metadata.uid,
    );
    if (others?.length) {
      next.metadata.ownerReferences = others;
    } else {
      delete next.metadata.ownerReferences;
    }
    this.#replace(kind, object, next);
  }

  /**
   * What was owned by the removed object alone goes too; an owner that waited
   * for it goes after it.
   */
  #collect(gone: KubernetesObject) {
    for (const dependent of this.#dependents(gone)) {
      const { kind, object } = dependent;
      const { namespace, name, ownerReferences = [] } = object.metadata;
      if (ownerReferences.length > 1) {
        this.#letGo(dependent, gone);
      } else {
        this.remove(kind, namespace, name);
      }
    }
    for (const { uid } of gone.metadata.ownerReferences ?? []) {
      this.#finishForeground(uid);
    }
  }

  #finishForeground(uid: string) {
    for (const [name, collection] of this.#collections) {
      const kind = this.#kinds.get(name);
      const owner = [...collection.values()].find(
        ({ metadata }) =>
          metadata.uid === uid && metadata.finalizers?.includes(FOREGROUND),
      );
      if (kind && owner && this.#dependents(owner).length === 0) {
        const next = structuredClone(owner);
        next.metadata.finalizers = next.metadata.finalizers?.filter(
          finalizer => finalizer !== FOREGROUND,
        );
        this.#replace(kind, owner, next);
      }
    }
  }

  subscribe(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  eventsSince(resourceVersion: number): StoreEvent[] | undefined {
    return resourceVersion < this.#forgotten
      ? undefined
      : this.#events.filter(event => event.resourceVersion > resourceVersion);
  }

  snapshot(): KubernetesSnapshot {
    return {
      resourceVersion: this.#version,
      objects: [...this.#collections.values()].flatMap(collection =>
        structuredClone([...collection.values()]),
      ),
    };
  }

  /** Puts objects back as they were, with their uids and versions. */
  restore(snapshot: KubernetesSnapshot, kindsOf: () => ResourceKind[]) {
    // Definitions first: they say how the objects of their kinds are kept.
    const objects = [...snapshot.objects].sort(
      (a, b) =>
        Number(b.kind === kinds.customResourceDefinitions.kind) -
        Number(a.kind === kinds.customResourceDefinitions.kind),
    );
    for (const object of objects) {
      const kind = kindsOf().find(
        candidate =>
          apiVersionOf(candidate) === object.apiVersion &&
          candidate.kind === object.kind,
      );
      if (kind) {
        this.#collection(kind).set(
          keyOf(object.metadata.namespace, object.metadata.name),
          object,
        );
      }
    }
    this.#version = snapshot.resourceVersion;
    this.#forgotten = snapshot.resourceVersion;
  }

  #collection<T extends KubernetesObject>(
    kind: ResourceKind<T>,
  ): Map<string, T> {
    const name = resourceName(kind);
    let collection = this.#collections.get(name);
    if (!collection) {
      collection = new Map();
      this.#collections.set(name, collection);
      this.#kinds.set(name, kind);
    }
    // What is stored under a kind has its shape.
    return collection as Map<string, T>;
  }

  #find<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    namespace: string | undefined,
    name: string,
  ): T | undefined {
    return this.#collection(kind).get(
      keyOf(kind.namespaced ? namespace : undefined, name),
    );
  }

  #current<T extends KubernetesObject>(kind: ResourceKind<T>, object: T): T {
    const { namespace, name, resourceVersion, uid } = object.metadata;
    const current = this.#find(kind, namespace, name);
    if (!current) {
      throw notFound(kind, name);
    }
    requireUnchanged(kind, current, { uid, resourceVersion });
    return current;
  }

  #replace<T extends KubernetesObject>(
    kind: ResourceKind<T>,
    current: T,
    next: T,
  ): T {
    next.metadata.resourceVersion = current.metadata.resourceVersion;
    if (isSame(current, next)) {
      return structuredClone(current);
    }
    const { namespace, name, deletionTimestamp, finalizers } = next.metadata;
    const put = this.#put('MODIFIED', kind, next, current);
    const letGo = current.metadata.finalizers?.length && !finalizers?.length;
    if (deletionTimestamp && letGo) {
      this.remove(kind, namespace, name, { gracePeriodSeconds: 0 });
    }
    return put;
  }

  #put<T extends KubernetesObject>(
    type: WatchEventType,
    kind: ResourceKind<T>,
    object: T,
    previous?: T,
  ): T {
    object.metadata.resourceVersion = String(++this.#version);
    const { namespace, name } = object.metadata;
    this.#collection(kind).set(keyOf(namespace, name), object);
    this.#tell({ type, kind, object: structuredClone(object), previous });
    return structuredClone(object);
  }

  #tell(event: Omit<StoreEvent, 'resourceVersion'>) {
    const complete = { ...event, resourceVersion: this.#version };
    this.#events.push(complete);
    if (this.#events.length > REMEMBERED_EVENTS) {
      const dropped = this.#events.splice(0, REMEMBERED_EVENTS / 2);
      this.#forgotten = dropped[dropped.length - 1].resourceVersion;
    }
    for (const listener of [...this.#listeners]) {
      listener(complete);
    }
  }

  #timestamp(plusSeconds = 0): string {
    return new Date(this.#now() + plusSeconds * 1000)
      .toISOString()
      .replace(/\.\d+Z$/, 'Z');
  }
}

function compare(a: string, b: string): number {
  if (a === b) {
    return 0;
  }
  return a < b ? -1 : 1;
}

/** Five characters, without those that look alike, as Kubernetes has it. */
export function randomSuffix(): string {
  const alphabet = 'bcdfghjklmnpqrstvwxz2456789';
  return Array.from(
    { length: 5 },
    () => alphabet[Math.floor(Math.random() * alphabet.length)],
  ).join('');
}

/** @throws StatusError Conflict */
function requireUnchanged(
  kind: ResourceKind,
  { metadata }: KubernetesObject,
  expected: { uid?: string; resourceVersion?: string },
) {
  if (expected.uid && expected.uid !== metadata.uid) {
    throw conflict(
      kind,
      metadata.name,
      `Precondition failed: UID in precondition: ${expected.uid}, UID in object meta: ${metadata.uid}`,
    );
  }
  if (
    expected.resourceVersion &&
    expected.resourceVersion !== metadata.resourceVersion
  ) {
    throw conflict(kind, metadata.name);
  }
}

function hasGeneration(object: KubernetesObject): boolean {
  return 'spec' in object && object.kind !== 'Namespace';
}

/** All that the user decides: not the metadata, not the status. */
function desiredState(object: KubernetesObject): object {
  const { metadata, ...rest } = object;
  return { ...rest, status: undefined };
}

function copyStatus(from: KubernetesObject, to: KubernetesObject) {
  if ('status' in from && from.status !== undefined) {
    Object.assign(to, { status: structuredClone(from.status) });
  } else if ('status' in to) {
    delete to.status;
  }
}

function keepIdentity(current: KubernetesObject, next: KubernetesObject) {
  next.apiVersion = current.apiVersion;
  next.kind = current.kind;
  next.metadata = {
    ...next.metadata,
    uid: current.metadata.uid,
    creationTimestamp: current.metadata.creationTimestamp,
    ...(current.metadata.generation !== undefined && {
      generation: current.metadata.generation,
    }),
    ...(current.metadata.deletionTimestamp && {
      deletionTimestamp: current.metadata.deletionTimestamp,
      deletionGracePeriodSeconds: current.metadata.deletionGracePeriodSeconds,
    }),
  };
}

function gracePeriod(
  kind: ResourceKind,
  object: KubernetesObject,
  options: RemoveOptions,
): number {
  if (kind.kind !== 'Pod') {
    return 0;
  }
  const { spec } = object as KubernetesObject & {
    spec?: { nodeName?: string; terminationGracePeriodSeconds?: number };
  };
  // A pod that runs nowhere has nothing to wait for.
  return spec?.nodeName
    ? (options.gracePeriodSeconds ??
        spec.terminationGracePeriodSeconds ??
        POD_GRACE_SECONDS)
    : 0;
}
