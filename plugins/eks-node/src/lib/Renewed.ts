/** A value and when it has to be made again. */
export interface Kept<T> {
  value: T;
  /** Milliseconds since the epoch. */
  until: number;
}

/**
 * Keeps a value while it is good and makes it again when it is not. However
 * many ask at once, it is made once. A failure is not kept.
 */
export class Renewed<T> {
  private kept: Kept<T> | undefined;
  private inFlight: Promise<T> | undefined;

  constructor(
    private readonly make: () => Promise<Kept<T>>,
    private readonly now: () => number = Date.now,
  ) {}

  /** Has it made again, if it is still this one. */
  drop(value: T): void {
    if (this.kept?.value === value) {
      this.kept = undefined;
    }
  }

  async get(): Promise<T> {
    if (this.kept && this.now() < this.kept.until) {
      return this.kept.value;
    }
    this.inFlight ??= this.make()
      .then(kept => {
        this.kept = kept;
        return kept.value;
      })
      .finally(() => {
        this.inFlight = undefined;
      });
    return this.inFlight;
  }
}

/** The entry of a map, made when it is first asked for. */
export function getOrMake<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const existing = map.get(key);
  if (existing !== undefined) {
    return existing;
  }
  const made = make();
  map.set(key, made);
  return made;
}
