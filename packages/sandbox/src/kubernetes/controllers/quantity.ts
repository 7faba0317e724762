const suffixes: Record<string, number> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
};

/** A Kubernetes quantity such as `250m` or `512Mi` as a number. */
export function parseQuantity(text: string | number | undefined): number {
  const [, digits, suffix] =
    /^([0-9.]+)([A-Za-z]*)$/.exec(String(text ?? '')) ?? [];
  const factor = suffixes[suffix ?? ''];
  return digits === undefined || factor === undefined
    ? 0
    : Number(digits) * factor;
}

/** A number or a percentage of a whole, rounded as Kubernetes does. */
export function resolveCount(
  value: number | string | undefined,
  whole: number,
  round: 'up' | 'down',
): number {
  if (typeof value === 'number') {
    return value;
  }
  const exact = (parseFloat(value ?? '0') * whole) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}

/** Seconds as Go writes a duration: `10s`, `2m40s`, `5m0s`. */
export function goDuration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`;
}
