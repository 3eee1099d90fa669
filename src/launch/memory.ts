import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/**
 * Reads an amount of memory in the form that `docker run --memory` documents.
 *
 * @param text - a number, then `b`, `k`, `m`, `g`, `t` or `p` in either case, `i` and `b` allowed; no unit means
 *   bytes: `512m`, `1.5G`, `8GiB`
 * @returns the amount in bytes; a `k` is 1024 of them
 * @throws UsageError when the text has another shape
 * @see https://docs.docker.com/engine/containers/resource_constraints/#memory
 */
export function parseMemory(text: string): number {
  const [, digits, unit] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(text) ?? [];
  if (digits === undefined || unit === undefined) {
    throw new UsageError(`${quote(text)} is no amount of memory`, 'write it as 512m or 8g');
  }
  return Number(digits) * 1024 ** '_kmgtp'.indexOf(unit.toLowerCase() || '_');
}

/**
 * The size of `/dev/shm`: half of the memory there is, because the engine's own 64 MiB kills data loaders.
 *
 * @param memoryBytes - the container's limit, or what the machine has
 * @returns as docker takes it, in whole MiB
 */
export function halfOf(memoryBytes: number): string {
  return `${Math.max(1, Math.floor(memoryBytes / 2 / 1024 ** 2))}m`;
}
