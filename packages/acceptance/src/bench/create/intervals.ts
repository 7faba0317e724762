/** A span of time, in milliseconds since the epoch. */
export interface Interval {
  from: number;
  to: number;
}

/** How much of a window the intervals cover; where they overlap, once. */
export function covered(
  window: Interval,
  intervals: readonly Interval[],
): number {
  const inside = intervals
    .map(({ from, to }) => ({
      from: Math.max(from, window.from),
      to: Math.min(to, window.to),
    }))
    .filter(({ from, to }) => to > from)
    .sort((a, b) => a.from - b.from);
  let sum = 0;
  let end = window.from;
  for (const { from, to } of inside) {
    sum += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return sum;
}
