const FACTORS: Record<string, number> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

const QUANTITY =
  /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/;

/**
 * A Kubernetes quantity (`250m`, `128Mi`, `1e3`) as a number; undefined if it
 * is not one. Cores for CPU, bytes for memory.
 *
 * @public
 */
export function parseQuantity(value: unknown): number | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : undefined;
  }
  const match = typeof value === 'string' ? QUANTITY.exec(value.trim()) : null;
  if (!match) {
    return undefined;
  }
  const [, digits, exponent = '', suffix = ''] = match;
  const amount = Number(`${digits}${exponent}`) * FACTORS[suffix];
  return Number.isFinite(amount) ? amount : undefined;
}
