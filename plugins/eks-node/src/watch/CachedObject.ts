import type { KubernetesObject } from '@kubernetes/client-node';
import { isObject, textIn } from '../lib/text';

const decoder = new TextDecoder();

/**
 * An object as it is kept: its text, which takes a third of the memory of its
 * parts, and what is needed to find it. The parts are there while somebody
 * uses them.
 */
export class CachedObject {
  readonly namespace: string;
  readonly name: string;
  readonly resourceVersion: string;
  readonly labels: Record<string, string>;
  private readonly text: Uint8Array;
  private parts: WeakRef<KubernetesObject> | undefined;

  private constructor(
    metadata: Record<string, unknown>,
    object: Record<string, unknown>,
  ) {
    this.namespace = textIn(metadata, 'namespace') ?? '';
    this.name = textIn(metadata, 'name') ?? '';
    this.resourceVersion = textIn(metadata, 'resourceVersion') ?? '';
    this.labels = textsIn(metadata.labels);
    this.text = Buffer.from(JSON.stringify(object));
  }

  /**
   * Takes what is kept of an object of a list or a watch.
   *
   * @param type - apiVersion and kind, which the items of a list do not have
   * @returns undefined for something that is no object of Kubernetes
   */
  static of(
    value: unknown,
    type?: { apiVersion: string; kind: string },
  ): CachedObject | undefined {
    if (!isObject(value) || !isObject(value.metadata)) {
      return undefined;
    }
    const { managedFields: _, ...metadata } = value.metadata;
    return textIn(metadata, 'name')
      ? new CachedObject(metadata, { ...type, ...value, metadata })
      : undefined;
  }

  /** The object itself, shared by all who read it. */
  read(): KubernetesObject {
    const known = this.parts?.deref();
    if (known) {
      return known;
    }
    const object: KubernetesObject = JSON.parse(decoder.decode(this.text));
    this.parts = new WeakRef(object);
    return object;
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
