import { ConflictError } from '@backstage/errors';
import { risingPositions } from './risingPositions';
import type { Runtime } from './types';

/**
 * How to get from one {@link Runtime} to the next. It is JSON, and small: items
 * of a list are told apart by what identifies them and not by their position,
 * so that one pod of 500 that goes, comes or changes is one entry.
 *
 * Every part of it is one of three:
 *
 * - `value`: this instead of what was there
 * - `fields` and `without`: an object whose fields change, or go
 * - `by` and the rest: a list whose items have a field of that name for an
 *   identity; `items` change, `without` go, `placed` come or move
 *
 * @public
 */
export type RuntimePatch = ValuePatch | FieldsPatch | ListPatch;

/** @public */
export interface ValuePatch {
  value: unknown;
}

/** @public */
export interface FieldsPatch {
  fields?: Record<string, RuntimePatch>;
  without?: string[];
}

/** @public */
export interface ListPatch {
  by: string;
  items?: Record<string, RuntimePatch>;
  without?: string[];
  /** In their order. */
  placed?: PlacedItem[];
}

/** @public */
export interface PlacedItem {
  id: string;
  /** Identity of the item before it; none, if it is the first. */
  after?: string;
  /** The item, if it is new. */
  item?: unknown;
}

/** What may identify the items of a list, the best first. */
const IDENTITIES = ['id', 'name', 'digest', 'at'];

/**
 * How to get from one state to the next; undefined if they are the same. A
 * field that is undefined is no field, as in JSON.
 *
 * @public
 */
export function diffRuntime(
  before: Runtime,
  after: Runtime,
): RuntimePatch | undefined {
  return diff(before, after);
}

/**
 * The next state. What the patch leaves alone is the same object as before, so
 * that a view knows what it need not draw again.
 *
 * @throws ConflictError if the patch was made for another state: read it anew.
 * @public
 */
export function applyRuntimePatch(
  runtime: Runtime,
  patch: RuntimePatch,
): Runtime {
  // A patch turns one Runtime into another; its parts have no types.
  return apply(runtime, patch) as Runtime;
}

function diff(before: unknown, after: unknown): RuntimePatch | undefined {
  if (Object.is(before, after)) {
    return undefined;
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return diffLists(before, after);
  }
  if (isObject(before) && isObject(after)) {
    return diffFields(before, after);
  }
  return { value: after };
}

function diffFields(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): FieldsPatch | undefined {
  const known = fieldsOf(before);
  const wanted = fieldsOf(after);
  const fields: [string, RuntimePatch][] = [];
  for (const [name, value] of wanted) {
    const patch = known.has(name) ? diff(known.get(name), value) : { value };
    if (patch) {
      fields.push([name, patch]);
    }
  }
  const without = [...known.keys()].filter(name => !wanted.has(name));
  return fields.length + without.length === 0
    ? undefined
    : {
        ...(fields.length > 0 && { fields: Object.fromEntries(fields) }),
        ...(without.length > 0 && { without }),
      };
}

function diffLists(
  before: unknown[],
  after: unknown[],
): RuntimePatch | undefined {
  const indexed = indexBoth(before, after);
  if (!indexed || before.length === 0 || after.length === 0) {
    const same =
      before.length === after.length &&
      before.every((item, index) => diff(item, after[index]) === undefined);
    return same ? undefined : { value: after };
  }

  const { by, known, wanted } = indexed;
  const items: [string, RuntimePatch][] = [];
  for (const [id, item] of wanted) {
    const patch = known.has(id) ? diff(known.get(id), item) : undefined;
    if (patch) {
      items.push([id, patch]);
    }
  }
  const without = [...known.keys()].filter(id => !wanted.has(id));
  const placed = placedItems(known, wanted);
  return items.length + without.length + placed.length === 0
    ? undefined
    : {
        by,
        ...(items.length > 0 && { items: Object.fromEntries(items) }),
        ...(without.length > 0 && { without }),
        ...(placed.length > 0 && { placed }),
      };
}

/** Items that are new, and the fewest that have to move. */
function placedItems(
  known: Map<string, unknown>,
  wanted: Map<string, unknown>,
): PlacedItem[] {
  if (haveSameOrder(known, wanted)) {
    return [];
  }
  const position = new Map([...known.keys()].map((id, index) => [id, index]));
  const common = [...wanted.keys()].filter(id => known.has(id));
  const stays = new Set(
    risingPositions(common.map(id => position.get(id) ?? -1)).map(
      index => common[index],
    ),
  );
  const placed: PlacedItem[] = [];
  let after: string | undefined;
  for (const [id, item] of wanted) {
    if (!stays.has(id)) {
      placed.push({
        id,
        ...(after !== undefined && { after }),
        ...(!known.has(id) && { item }),
      });
    }
    after = id;
  }
  return placed;
}

function haveSameOrder(
  known: Map<string, unknown>,
  wanted: Map<string, unknown>,
): boolean {
  const ids = [...known.keys()];
  return (
    known.size === wanted.size &&
    [...wanted.keys()].every((id, index) => id === ids[index])
  );
}

function apply(before: unknown, patch: RuntimePatch): unknown {
  if ('value' in patch) {
    return patch.value;
  }
  if ('by' in patch) {
    return applyToList(before, patch);
  }
  if (!isObject(before)) {
    throw unfit();
  }
  const fields = fieldsOf(before);
  for (const name of patch.without ?? []) {
    fields.delete(name);
  }
  for (const [name, part] of Object.entries(patch.fields ?? {})) {
    fields.set(name, apply(fields.get(name), part));
  }
  return Object.fromEntries(fields);
}

function applyToList(before: unknown, patch: ListPatch): unknown[] {
  const known = Array.isArray(before) ? indexBy(before, patch.by) : undefined;
  if (!known) {
    throw unfit();
  }
  const items = new Map(known);
  for (const [id, part] of Object.entries(patch.items ?? {})) {
    if (!items.has(id)) {
      throw unfit();
    }
    items.set(id, apply(items.get(id), part));
  }
  for (const id of patch.without ?? []) {
    items.delete(id);
  }

  const next = new Map((patch.placed ?? []).map(item => [item.after, item]));
  const placed = new Map((patch.placed ?? []).map(item => [item.id, item]));
  const list: unknown[] = [];
  const placeAfter = (id: string | undefined) => {
    for (let item = next.get(id); item; item = next.get(item.id)) {
      next.delete(item.after);
      if (!('item' in item) && !items.has(item.id)) {
        throw unfit();
      }
      list.push('item' in item ? item.item : items.get(item.id));
    }
  };
  placeAfter(undefined);
  for (const [id, item] of items) {
    if (!placed.has(id)) {
      list.push(item);
      placeAfter(id);
    }
  }
  if (next.size > 0) {
    throw unfit();
  }
  return list;
}

function unfit(): Error {
  return new ConflictError(
    'What runs: the change was made for another state than the one at hand; read it anew',
  );
}

/** The items of both by the best field that identifies each of them. */
function indexBoth(before: unknown[], after: unknown[]) {
  for (const by of IDENTITIES) {
    const known = indexBy(before, by);
    const wanted = known && indexBy(after, by);
    if (wanted) {
      return { by, known, wanted };
    }
  }
  return undefined;
}

/** The items by a field that identifies each of them; else undefined. */
function indexBy(
  list: unknown[],
  field: string,
): Map<string, unknown> | undefined {
  const index = new Map<string, unknown>();
  for (const item of list) {
    const id = isObject(item) ? item[field] : undefined;
    if (typeof id !== 'string' || index.has(id)) {
      return undefined;
    }
    index.set(id, item);
  }
  return index;
}

function fieldsOf(object: Record<string, unknown>): Map<string, unknown> {
  return new Map(
    Object.entries(object).filter(([, value]) => value !== undefined),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
