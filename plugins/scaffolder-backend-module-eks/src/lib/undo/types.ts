/** Whose things are to go. */
export interface Scope {
  /** Full reference of the entity that they belong to. */
  entity: string;
  /** The task that has to have made them; any when left out. */
  task?: string;
}

/** Something that was found, by what people call it. */
export type Thing = {
  /** `namespace`, `image repository`, `git repository`, … */
  kind: string;
  name: string;
  /** Cluster, registry, host or catalog that it is in. */
  where: string;
  /** What to know of it: `with 12 images`. */
  detail?: string;
  /** Set on what is not removed, but made read-only. */
  archived?: true;
};

/** Something that stays, and why. */
export type LeftThing = Thing & {
  reason: string;
  /** Whether it should have gone: it is in the scope, but could not be removed. */
  remains: boolean;
};

/** What came of one part. */
export interface Outcome {
  removed: Thing[];
  left: LeftThing[];
}

/** One part of what a service consists of. */
export interface Part {
  /** For log and errors, when nothing else is known. */
  thing: Thing;
  remove(): Promise<Outcome>;
}

/** Nothing was there. */
export const nothing: Outcome = { removed: [], left: [] };

export const removed = (thing: Thing): Outcome => ({
  removed: [thing],
  left: [],
});

/** It is not the scope's, and that is fine. */
export const notOurs = (thing: Thing, reason: string): Outcome => ({
  removed: [],
  left: [{ ...thing, reason, remains: false }],
});
