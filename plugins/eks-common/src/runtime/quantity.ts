/**
 * Cores as people write them: `250m`, `1.5`.
 *
 * @public
 */
export function formatCores(cores: number): string {
  return cores < 1 ? `${Math.round(cores * 1000)}m` : `${round(cores)}`;
}

/**
 * Bytes in the unit that leaves one to four digits: `128 MiB`.
 *
 * @public
 */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let amount = bytes;
  let unit = 0;
  while (amount >= 1024 && unit < units.length - 1) {
    amount /= 1024;
    unit++;
  }
  return `${round(amount)} ${units[unit]}`;
}

const round = (amount: number) =>
  amount >= 100 ? Math.round(amount) : Math.round(amount * 10) / 10;
