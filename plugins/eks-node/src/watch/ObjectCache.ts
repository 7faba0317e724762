import type { KubernetesObject } from '@kubernetes/client-node';
import type { LabelMatcher } from './labelSelector';
import { CachedObject, type ObjectPart } from './CachedObject';

/** What changed in a cache, for those who look at a part of it. */
export interface CacheChange {
  namespace: string;
  /** Labels before and after; undefined when there was no object. */
  before?: Record<string, string>;
  after?: Record<string, string>;
}

/** The objects of one kind of one cluster, by namespace and name. */
export class ObjectCache {
  private namespaces = new Map<string, Map<string, CachedObject>>();
  private count = 0;

  /**
   * @param newest - how many are kept; those that were heard of first leave
   */
  constructor(private readonly newest = Infinity) {}

  get size(): number {
    return this.count;
  }

  /** @returns undefined when nothing changed */
  put(object: CachedObject): CacheChange | undefined {
    const { namespace, name } = object;
    let objects = this.namespaces.get(namespace);
    if (!objects) {
      objects = new Map();
      this.namespaces.set(namespace, objects);
    }
    const before = objects.get(name);
    if (before && before.resourceVersion === object.resourceVersion) {
      return undefined;
    }
    if (this.newest < Infinity) {
      // What is heard of again goes to the end.
      objects.delete(name);
    }
    objects.set(name, object);
    this.count += before ? 0 : 1;
    this.forgetOldest();
    return { namespace, before: before?.labels, after: object.labels };
  }

  /** @returns undefined when there is none of that name */
  remove(namespace: string, name: string): CacheChange | undefined {
    const objects = this.namespaces.get(namespace);
    const before = objects?.get(name);
    if (!objects || !before) {
      return undefined;
    }
    objects.delete(name);
    this.count -= 1;
    if (objects.size === 0) {
      this.namespaces.delete(namespace);
    }
    return { namespace, before: before.labels };
  }

  /** Becomes what a new list holds: what is not in it has gone meanwhile. */
  replace(listed: ObjectCache): CacheChange[] {
    const changes: CacheChange[] = [];
    for (const before of [...this.all()]) {
      if (!listed.namespaces.get(before.namespace)?.has(before.name)) {
        const gone = this.remove(before.namespace, before.name);
        if (gone) {
          changes.push(gone);
        }
      }
    }
    for (const object of listed.all()) {
      const change = this.put(object);
      if (change) {
        changes.push(change);
      }
    }
    return changes;
  }

  /** Objects of a namespace, or all, in the order in which they came. */
  select(
    namespace: string | undefined,
    matches: LabelMatcher,
    part?: ObjectPart,
  ): KubernetesObject[] {
    const found: KubernetesObject[] = [];
    for (const object of this.all(namespace)) {
      if (matches(object.labels)) {
        found.push(part ? object.readPart(part) : object.read());
      }
    }
    return found;
  }

  private forgetOldest(): void {
    while (this.count > this.newest) {
      const [oldest] = this.all();
      this.remove(oldest.namespace, oldest.name);
    }
  }

  private *all(namespace?: string): Generator<CachedObject> {
    const chosen =
      namespace === undefined
        ? this.namespaces.values()
        : [this.namespaces.get(namespace) ?? new Map()];
    for (const objects of chosen) {
      yield* objects.values();
    }
  }
}
