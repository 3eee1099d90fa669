const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'];

/**
 * An amount of memory or of disk for a person: three digits and a unit, of which each is 1024 of the one before.
 *
 * @returns `0 B`, `512 B`, `1.5 KiB`, `19.5 MiB`, `230 GiB`
 */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  let amount = bytes / 1024;
  let unit = 0;
  // 1023.6 would be written as 1024.
  while (amount >= 1023.5 && unit < UNITS.length - 1) {
    amount /= 1024;
    unit += 1;
  }
  const shown = amount >= 99.95 ? amount.toFixed(0) : amount.toFixed(1).replace(/\.0$/, '');
  return `${shown} ${UNITS[unit] ?? ''}`;
}
