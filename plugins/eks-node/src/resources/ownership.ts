import { createHash } from 'node:crypto';

/**
 * The tags that say to whom an AWS resource belongs.
 *
 * `task` is only on resources that a task made, never on adopted ones: it is
 * what allows a failed task to remove exactly what it made.
 *
 * @public
 */
export const ownershipTags = {
  /** Entity reference of the owner, e.g. `component:default/orders`. */
  entity: 'slipway:entity',
  /** Entity reference of the template that made or adopted the resource. */
  template: 'slipway:template',
  /** Id of the scaffolder task that made the resource. */
  task: 'slipway:task',
} as const;

/**
 * The labels and annotations that say to whom a Kubernetes object belongs. A
 * label's value cannot hold an entity reference, so the exact reference is in
 * the annotation of the same name.
 *
 * @public
 */
export const ownershipLabels = {
  /** Label: the entity reference with `.` for `:` and `/`. Annotation: the reference itself. */
  entity: 'slipway.io/entity',
  /** Annotation: entity reference of the template. */
  template: 'slipway.io/template',
  /** Label: id of the scaffolder task that made the object. */
  task: 'slipway.io/task',
} as const;

/**
 * Who owns what an action makes, and on whose behalf it is made.
 *
 * @public
 */
export interface Ownership {
  /** Full entity reference of the owner. */
  entity: string;
  /** Full entity reference of the template; undefined outside of templates. */
  template?: string;
  /** Id of the scaffolder task. */
  task: string;
}

/**
 * How an existing resource relates to the entity that asks for it.
 *
 * @public
 */
export type OwnershipState =
  | { state: 'ours'; task?: string }
  | { state: 'unowned' }
  | { state: 'other'; entity: string };

/**
 * The ownership tags of a resource that a task makes.
 *
 * @public
 */
export function tagsOf(ownership: Ownership): Record<string, string> {
  return {
    [ownershipTags.entity]: ownership.entity,
    ...(ownership.template && {
      [ownershipTags.template]: ownership.template,
    }),
    [ownershipTags.task]: ownership.task,
  };
}

/**
 * The tags of a resource that is adopted: the task's own tag is left out, as
 * it did not make the resource.
 *
 * @public
 */
export function adoptionTags(ownership: Ownership): Record<string, string> {
  const { [ownershipTags.task]: _task, ...tags } = tagsOf(ownership);
  return tags;
}

/**
 * What the tags of an existing resource say about its owner.
 *
 * @public
 */
export function ownershipFromTags(
  tags: Record<string, string>,
  entity: string,
): OwnershipState {
  const owner = tags[ownershipTags.entity];
  if (owner === undefined) {
    return { state: 'unowned' };
  }
  return owner.toLocaleLowerCase('en-US') === entity
    ? { state: 'ours', task: tags[ownershipTags.task] }
    : { state: 'other', entity: owner };
}

/**
 * An entity reference as the value of a label: at most 63 letters, digits,
 * `-`, `_` and `.`. A longer one keeps its beginning and gets a digest, so
 * that two entities never share a label.
 *
 * @public
 */
export function entityLabel(entity: string): string {
  const value = entity.replace(/[:/]/g, '.');
  if (value.length <= 63) {
    return value;
  }
  const digest = createHash('sha256').update(entity).digest('hex').slice(0, 12);
  return `${value.slice(0, 50)}-${digest}`;
}

/**
 * What the metadata of an existing Kubernetes object says about its owner.
 *
 * @public
 */
export function ownershipFromMetadata(
  metadata: {
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
  },
  entity: string,
): OwnershipState {
  const label = metadata.labels?.[ownershipLabels.entity];
  const annotation = metadata.annotations?.[ownershipLabels.entity];
  const owner = annotation ?? label;
  if (owner === undefined) {
    return { state: 'unowned' };
  }
  const ours =
    (annotation === undefined ||
      annotation.toLocaleLowerCase('en-US') === entity) &&
    (label === undefined || label === entityLabel(entity));
  return ours
    ? { state: 'ours', task: metadata.labels?.[ownershipLabels.task] }
    : { state: 'other', entity: owner };
}

/**
 * Says that what a new service needs was made by a task that may still be at it.
 *
 * @public
 */
export function madeByOtherTask(what: string, task: string): string {
  return `${what} was made by another task for the same service, ${task}; wait until that one ends; if it was stopped, retry it, or have what it left removed and start again`;
}
