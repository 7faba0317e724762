import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject, textIn } from '../lib/text';
import { type Packed, type Packing, unpack } from './Packing';
import type { WatchQuery } from './types';

/**
 * So many objects that were read last stay as they are: what is looked at now
 * is read again with each change.
 */
const AT_HAND = 500;
const atHand: KubernetesObject[] = [];
let nextAtHand = 0;

function keepAtHand(object: KubernetesObject): void {
  atHand[nextAtHand] = object;
  nextAtHand = (nextAtHand + 1) % AT_HAND;
}

/** What is needed of an object. */
export type ObjectPart = NonNullable<WatchQuery['part']>;

/**
 * An object as it is kept: its packed text, and what is needed to find it. The
 * object itself is there while somebody uses it.
 */
export class CachedObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly labels: Record<string, string>;
  private readonly packed: Packed;
  private whole: WeakRef<KubernetesObject> | undefined;
  private ownPart: { of: ObjectPart; object: KubernetesObject } | undefined;

  private constructor(
    metadata: Record<string, unknown>,
    object: Record<string, unknown>,
    packing: Packing,
  ) {
    this.namespace = textIn(metadata, 'namespace') ?? '';
    this.name = textIn(metadata, 'name') ?? '';
    this.resourceVersion = textIn(metadata, 'resourceVersion') ?? '';
    this.labels = textsIn(metadata.labels);
    this.packed = packing.pack(JSON.stringify(object));
  }

  /**
   * Takes what is kept of an object of a list or a watch.
   *
   * @param packing - for those of one kind of one cluster
   * @param type - apiVersion and kind, which the items of a list do not have
   * @returns undefined for something that is no object of Kubernetes
   */
  static of(
    value: unknown,
    packing: Packing,
    type?: { apiVersion: string; kind: string },
  ): CachedObject | undefined {
    if (!isObject(value) || !isObject(value.metadata)) {
      return undefined;
    }
    const { managedFields: _, ...metadata } = value.metadata;
    return textIn(metadata, 'name')
      ? new CachedObject(metadata, { ...type, ...value, metadata }, packing)
      : undefined;
  }

  /**
   * What a function makes of the object, shared by all who read it. It is kept
   * as long as this version of the object is.
   */
  readPart(part: ObjectPart): KubernetesObject {
    const known = this.ownPart;
    if (known?.of === part) {
      return known.object;
    }
    // All of it is not kept at hand: nobody has asked for it.
    const object = part(this.whole?.deref() ?? this.unpacked());
    this.ownPart = { of: part, object };
    return object;
  }

  /** The object itself, shared by all who read it. */
  read(): KubernetesObject {
    const known = this.whole?.deref();
    if (known) {
      return known;
    }
    const object = this.unpacked();
    this.whole = new WeakRef(object);
    keepAtHand(object);
    return object;
  }

  private unpacked(): KubernetesObject {
    return JSON.parse(unpack(this.packed));
  }
}

function textsIn(value: unknown): Record<string, string> {
  return isObject(value)
    ? Object.fromEntries(
        Object.entries(value).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        ),
      )
    : {};
}
