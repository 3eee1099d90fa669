import { InvalidArgumentError } from 'commander';

import { MAX_TIMER_MS, parseTimeSpan } from '../../text/time-span.ts';

/** A span of time as a person writes it, in milliseconds. */
export function parseSpan(text: string): number {
  const spanMs = parseTimeSpan(text);
  if (spanMs === undefined) throw new InvalidArgumentError('Write it as 90s, 30m, 2h or 7d.');
  return spanMs;
}

/** How long something is waited for, in milliseconds. */
export function parseTimer(text: string): number {
  const spanMs = parseSpan(text);
  if (spanMs > MAX_TIMER_MS) throw new InvalidArgumentError('Write a time of 24d at most.');
  return spanMs;
}

/**
 * A moment, by its date or by how long ago it was.
 *
 * @param text - `2026-05-01`, `2026-05-01T12:00:00Z` or `10m`
 */
export function parseMoment(text: string): Date {
  const spanMs = parseTimeSpan(text);
  const moment = spanMs === undefined ? new Date(text) : new Date(Date.now() - spanMs);
  if (!Number.isNaN(moment.getTime()) && (spanMs !== undefined || /^\d{4}-\d{2}/.test(text))) {
    return moment;
  }
  throw new InvalidArgumentError('Write it as 10m, 2h, 3d, 2026-05-01 or 2026-05-01T12:00:00Z.');
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(count)) {
    throw new InvalidArgumentError('Write a whole number.');
  }
  return count;
}
