import { ConflictError, ServiceUnavailableError } from '@backstage/errors';
import {
  type Change,
  type Drift,
  mergeChanges,
  type Remembered,
  type RememberPlan,
} from './changes';
import {
  adoptionTags,
  type Ownership,
  ownershipFromTags,
  ownershipTags,
  tagsOf,
} from '@slipway/backstage-plugin-eks-node/resources';

/** A field whose value differs from what was asked. */
export interface Difference {
  /** As the action's input has it. */
  field: string;
  asked: string;
  found: string;
  /** Whether AWS can change it without making the resource anew. */
  changeable: boolean;
}

/** What is there, as far as every AWS resource has it. */
export interface TaggedState {
  arn: string;
  tags: Record<string, string>;
}

/** How one kind of AWS resource is read, made, compared and changed. */
export interface EnsuredResource<TState extends TaggedState> {
  /** The resource in a sentence: "access entry of … in cluster `prod-eu`". */
  what: string;
  /** Field of `changes` that says that it was made: `accessEntry`. */
  field: string;
  /** What is made, in words: a name or an ARN. */
  value: string;
  /** Tags that were asked for, without those of ownership. */
  tags: Record<string, string>;
  /** @returns undefined when there is none */
  read(): Promise<TState | undefined>;
  /** @returns false when somebody else made one first */
  create(tags: Record<string, string>): Promise<boolean>;
  /** What differs, but for tags. */
  compare(found: TState): Difference[];
  /** Settles differences that AWS can change. */
  change(found: TState, differences: Difference[]): Promise<void>;
  putTags(arn: string, tags: Record<string, string>): Promise<void>;
}

/** For whom, and how to treat what is there. */
export interface EnsureSettings {
  ownership: Ownership;
  onExisting: 'adopt' | 'fail';
  converge: boolean;
  dryRun: boolean;
  /** Not called in a dry run, nor for what this task made. */
  remember: RememberPlan;
  log(message: string): void;
}

/** What came of it. */
export interface EnsureResult<TState> {
  /** Whether this task made it, in this run or an earlier one. */
  created: boolean;
  changes: Change[];
  drift: Drift[];
  /** What is there now; undefined where a dry run would have made it. */
  state?: TState;
}

/** How often a resource may vanish or appear between looking and making. */
const maximumAttempts = 3;

const none = 'none';

/**
 * Makes a resource, or brings its own or an adopted one to what was asked as
 * far as it may. May be repeated at any time: what an earlier run of the same
 * task left half done is completed, and nothing is made twice.
 *
 * @throws ConflictError when it belongs to another entity, or to nobody and may not be adopted
 */
export async function ensureResource<TState extends TaggedState>(
  resource: EnsuredResource<TState>,
  settings: EnsureSettings,
): Promise<EnsureResult<TState>> {
  const { ownership, dryRun, log } = settings;
  for (let attempt = 1; attempt <= maximumAttempts; attempt += 1) {
    const found = await resource.read();
    if (found) {
      return await settle(resource, settings, found);
    }
    if (dryRun) {
      return { created: true, changes: [creation(resource)], drift: [] };
    }
    if (await resource.create({ ...resource.tags, ...tagsOf(ownership) })) {
      log(`Made ${resource.what}`);
    }
  }
  const made = await resource.read();
  if (made) {
    return await settle(resource, settings, made);
  }
  throw new ServiceUnavailableError(
    `${resource.what} appears and vanishes while it is made; is something else managing it? Try again later`,
  );
}

async function settle<TState extends TaggedState>(
  resource: EnsuredResource<TState>,
  settings: EnsureSettings,
  found: TState,
): Promise<EnsureResult<TState>> {
  const { ownership, onExisting, converge, dryRun, log } = settings;
  const { what } = resource;
  const owner = ownershipFromTags(found.tags, ownership.entity);
  if (owner.state === 'other') {
    throw new ConflictError(
      `${what} belongs to ${owner.entity} (tag ${ownershipTags.entity}), not to ${ownership.entity}; have its owner change it, or ask for another`,
    );
  }
  if (owner.state === 'unowned' && onExisting === 'fail') {
    throw new ConflictError(
      `${what} exists already and belongs to no entity (it has no tag ${ownershipTags.entity}); ask for another, or set \`onExisting: adopt\` to take it over`,
    );
  }

  const madeHere = owner.state === 'ours' && owner.task === ownership.task;
  const differences = [
    ...resource.compare(found),
    ...compareTags(resource.tags, found.tags),
  ];
  // What this very task made may be completed without asking: an earlier run
  // of it was interrupted.
  const toSettle =
    converge || madeHere ? differences.filter(item => item.changeable) : [];
  const adoption = owner.state === 'unowned' ? adoptionTags(ownership) : {};
  const changes: Change[] = [
    ...toSettle.map(({ field, asked, found: before }) => ({
      field,
      before,
      after: asked,
    })),
    ...Object.entries(adoption).map(([key, value]) => ({
      field: `tags.${key}`,
      before: none,
      after: value,
    })),
  ];
  let changed = changes;
  if (!dryRun) {
    if (!madeHere) {
      changed = mergeChanges(await settings.remember(changes), changes);
    }
    // First of all: whatever comes next, it says whose it is.
    if (owner.state === 'unowned') {
      await resource.putTags(found.arn, adoption);
    }
    await resource.change(
      found,
      toSettle.filter(({ field }) => !field.startsWith('tags.')),
    );
    const tags = Object.fromEntries(
      Object.entries(resource.tags).filter(([key]) =>
        toSettle.some(({ field }) => field === `tags.${key}`),
      ),
    );
    if (Object.keys(tags).length > 0) {
      await resource.putTags(found.arn, tags);
    }
    for (const { field, before, after } of madeHere ? [] : changes) {
      log(`Changed ${field} of ${what} from ${before} to ${after}`);
    }
  }

  const settled = new Set(toSettle);
  return {
    created: madeHere,
    changes: madeHere ? [creation(resource)] : changed,
    drift: differences
      .filter(difference => !settled.has(difference))
      .map(({ field, asked, found: there, changeable }) => ({
        field,
        asked,
        found: there,
        explanation: changeable
          ? `left as it is; set \`converge: true\` to change ${field}`
          : `AWS cannot change ${field} after it was made; remove it and make it anew`,
      })),
    state: found,
  };
}

function creation({ field, value }: { field: string; value: string }): Change {
  return { field, before: none, after: value };
}

function compareTags(
  asked: Record<string, string>,
  found: Record<string, string>,
): Difference[] {
  return Object.entries(asked)
    .filter(([key, value]) => found[key] !== value)
    .map(([key, value]) => ({
      field: `tags.${key}`,
      asked: value,
      found: found[key] ?? none,
      changeable: true,
    }));
}

/**
 * Runs {@link ensureResource} once per task and resource, and looks again when
 * a checkpoint of an earlier run answered: the resource may be gone or changed
 * since.
 */
export async function ensureOnce<TState extends TaggedState>(
  ctx: {
    isDryRun?: boolean;
    checkpoint<T extends Remembered | Change[]>(options: {
      key: string;
      fn: () => Promise<T>;
    }): Promise<T>;
  },
  key: string,
  ensure: (remember: RememberPlan) => Promise<EnsureResult<TState>>,
): Promise<EnsureResult<TState>> {
  const remember: RememberPlan = changes =>
    ctx.checkpoint({ key: `${key}.plan`, fn: async () => changes });
  let result: EnsureResult<TState> | undefined;
  let remembered: Remembered = { created: false, changes: [] };
  if (!ctx.isDryRun) {
    remembered = await ctx.checkpoint<Remembered>({
      key,
      fn: async () => {
        result = await ensure(remember);
        return { created: result.created, changes: result.changes };
      },
    });
  }
  const now = result ?? (await ensure(remember));
  return {
    ...now,
    created: remembered.created || now.created,
    changes: mergeChanges(remembered.changes, now.changes),
  };
}
