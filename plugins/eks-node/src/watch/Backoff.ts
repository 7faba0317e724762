/**
 * How long to wait before the next try: twice as long each time up to a
 * maximum, less up to a half at random, so that many do not come at once.
 */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly maximumMs: number,
    private readonly random: () => number = Math.random,
  ) {}

  /** @param atLeastMs - what the other side asks for */
  next(atLeastMs = 0): number {
    const longest = Math.min(500 * 2 ** this.failures, this.maximumMs);
    this.failures = Math.min(this.failures + 1, 20);
    return Math.max(longest * (1 - this.random() / 2), atLeastMs);
  }

  reset(): void {
    this.failures = 0;
  }
}
