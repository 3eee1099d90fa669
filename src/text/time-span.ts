const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The longest that a timer of Node's waits, in milliseconds; a longer one ends at once. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

const LETTERS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: MINUTE,
  h: HOUR,
  d: DAY,
  w: 7 * DAY,
};
const WORDS: readonly (readonly [string, number])[] = [
  ['year', 365 * DAY],
  ['month', 30 * DAY],
  ['day', DAY],
  ['hour', HOUR],
  ['minute', MINUTE],
];

/**
 * Reads a span of time: a number and `s`, `m`, `h`, `d` or `w`, as in `90m` and `30d`.
 *
 * @returns milliseconds; undefined when the text has another shape
 */
export function parseTimeSpan(text: string): number | undefined {
  const [, digits, letter = ''] = /^(\d+(?:\.\d+)?)([smhdw])$/.exec(text) ?? [];
  const unit = LETTERS[letter];
  return digits === undefined || unit === undefined ? undefined : Number(digits) * unit;
}

/** How long ago something was, to a person: `just now`, `1 hour ago`, `3 days ago`. */
export function formatAgo(spanMs: number): string {
  for (const [word, unit] of WORDS) {
    const count = Math.floor(spanMs / unit);
    if (count >= 1) return `${count} ${word}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

/** How long something takes, in its two largest units: `12s`, `3m 20s`, `2h 5m`, `3d 4h`. */
export function formatSpan(spanMs: number): string {
  const units = [
    ['d', DAY],
    ['h', HOUR],
    ['m', MINUTE],
    ['s', SECOND],
  ] as const;
  const first = units.findIndex(([, unit]) => spanMs >= unit);
  if (first < 0) return '0s';
  const [[letter, unit] = ['s', SECOND], second] = units.slice(first, first + 2);
  const whole = Math.floor(spanMs / unit);
  const rest = second === undefined ? 0 : Math.floor((spanMs - whole * unit) / second[1]);
  return `${whole}${letter}${second === undefined || rest === 0 ? '' : ` ${rest}${second[0]}`}`;
}
