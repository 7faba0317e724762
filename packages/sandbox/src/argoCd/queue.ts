/** How long it waits before it tries again what failed, and at most. */
const RETRY_MS = 5_000;
const MAX_RETRY_MS = 180_000;

/** One at a time, each Application at most once in it. */
export class Queue {
  readonly #waiting = new Map<string, { namespace: string; name: string }>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(
    private readonly timeScale: number,
    /** Answers whether it went well; otherwise it is tried again. */
    private readonly reconcileOne: (
      namespace: string,
      name: string,
    ) => Promise<boolean>,
    private readonly failed: (error: unknown) => void,
  ) {}

  add({ namespace = '', name }: { namespace?: string; name: string }) {
    if (!this.#stopped) {
      this.#waiting.set(`${namespace}/${name}`, { namespace, name });
      this.#working ??= this.#work();
    }
  }

  async stop() {
    this.#stopped = true;
    this.#waiting.clear();
    this.#timers.forEach(clearTimeout);
    await this.#working;
  }

  async #work() {
    // What asked for it has its own turn to end.
    await Promise.resolve();
    for (let next = this.#next(); next && !this.#stopped; next = this.#next()) {
      const done = await this.reconcileOne(next.namespace, next.name).catch(
        error => this.failed(error),
      );
      const key = `${next.namespace}/${next.name}`;
      if (done) {
        this.#failures.delete(key);
      } else {
        this.#tryAgain(next, key);
      }
    }
    this.#working = undefined;
  }

  #tryAgain(object: { namespace: string; name: string }, key: string) {
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        this.add(object);
      },
      Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS) / this.timeScale,
    );
    timer.unref();
    this.#timers.add(timer);
  }

  #next() {
    const [first] = this.#waiting;
    if (first) {
      this.#waiting.delete(first[0]);
    }
    return first?.[1];
  }
}
