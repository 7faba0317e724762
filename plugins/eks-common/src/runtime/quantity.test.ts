import { formatBytes, formatCores } from './quantity';

it('writes amounts as people do', () => {
  expect([0, 0.05, 0.9996, 1, 1.25, 16].map(formatCores)).toEqual([
    '0m',
    '50m',
    '1000m',
    '1',
    '1.3',
    '16',
  ]);
  expect([0, 1023, 1536, 134217728, 3 * 2 ** 30].map(formatBytes)).toEqual([
    '0 B',
    '1023 B',
    '1.5 KiB',
    '128 MiB',
    '3 GiB',
  ]);
});
