/** A value, and how long it is taken as true. */
export interface Loaded<V> {
  value: V;
  lifetimeMs: number;
}

interface Entry<V> {
  value?: V;
  /** Milliseconds since the epoch. */
  until: number;
  waiting?: Set<() => void>;
}

/**
 * Values that are never waited for: what is known is answered at once, however
 * old, and what is not is asked for in the background, once for all.
 */
export class BackgroundCache<V> {
  readonly #load: (key: string) => Promise<Loaded<V>>;
  readonly #maximum: number;
  /** What was asked for last is the last. */
  readonly #entries = new Map<string, Entry<V>>();

  /**
   * @param options.load - never rejects: what is not known is a value, too
   * @param options.maximum - how many values are kept
   */
  constructor(options: {
    load: (key: string) => Promise<Loaded<V>>;
    maximum: number;
  }) {
    this.#load = options.load;
    this.#maximum = options.maximum;
  }

  /**
   * What is known now.
   *
   * @param onKnown - called once when there is something newer
   */
  peek(key: string, onKnown: () => void): V | undefined {
    const entry = this.#entries.get(key) ?? { until: 0 };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    if (entry.waiting) {
      entry.waiting.add(onKnown);
    } else if (entry.until <= Date.now()) {
      entry.waiting = new Set([onKnown]);
      void this.#renew(key, entry);
    }
    this.#forgetOldest();
    return entry.value;
  }

  async #renew(key: string, entry: Entry<V>): Promise<void> {
    const { value, lifetimeMs } = await this.#load(key);
    entry.value = value;
    entry.until = Date.now() + lifetimeMs;
    const waiting = entry.waiting ?? [];
    entry.waiting = undefined;
    for (const tell of waiting) {
      tell();
    }
  }

  #forgetOldest(): void {
    for (const [key, { waiting }] of this.#entries) {
      if (this.#entries.size <= this.#maximum) {
        return;
      }
      if (!waiting) {
        this.#entries.delete(key);
      }
    }
  }
}
