import type { Json } from '../types';

const SUFFIXES: Record<string, number> = {
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

/** An amount such as `100m` or `64Mi`; undefined for what is none. */
export function parseQuantity(value: Json | undefined): number | undefined {
  const [, digits, suffix] =
    /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(
      String(value),
    ) ?? [];
  return digits !== undefined && suffix in SUFFIXES
    ? Number(digits) * SUFFIXES[suffix]
    : undefined;
}
