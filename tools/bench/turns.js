/**
 * Times each of the commands once a turn, so that a machine that gets slower is slower for all of them.
 *
 * @template {string} Name
 * @param {number} turns
 * @param {Record<Name, () => void | Promise<void>>} commands
 * @returns {Promise<Record<Name, number>>} the median of each in milliseconds
 */
export async function inTurns(turns, commands) {
  const entries = /** @type {[Name, () => void | Promise<void>][]} */ (Object.entries(commands));
  const times = entries.map(() => /** @type {number[]} */ ([]));
  // The first turn, which is not counted, warms the caches of the disk.
  for (let turn = 0; turn <= turns; turn += 1) {
    for (const [index, [, command]] of entries.entries()) {
      const start = performance.now();
      await command();
      if (turn > 0) times[index]?.push(performance.now() - start);
    }
  }
  return /** @type {Record<Name, number>} */ (
    Object.fromEntries(entries.map(([name], index) => [name, median(times[index] ?? [])]))
  );
}

/** @param {readonly number[]} values */
function median(values) {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * Prints how long something takes beside something else.
 *
 * @param {readonly [what: string, milliseconds: number]} ours
 * @param {readonly [what: string, milliseconds: number]} yardstick
 * @param {number} [limit] - of the ratio
 */
export function printRatio([what, time], [other, otherTime], limit) {
  const ratio = (time / otherTime).toFixed(2);
  const most = limit === undefined ? '' : ` (at most ${limit.toFixed(2)})`;
  console.log(
    `${what}: ${rounded(time)} ms / ${other}: ${rounded(otherTime)} ms = ${ratio}${most}`,
  );
}

/** @param {number} time */
function rounded(time) {
  return time.toFixed(time < 10 ? 1 : 0);
}
