/**
 * Finds the word that was most likely meant.
 *
 * @returns the candidate that is the fewest edits away, the first of several; undefined where none is near enough to
 * be worth naming
 */
export function nearest(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = normalize(word);
  let best: string | undefined;
  // A third of the letters may be wrong: `dependancies`, `chanels`, but not `a` for `b`.
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 0.5;
  if (wanted.length < 2) return undefined;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, normalize(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Case and the kind of separator are what people get wrong most: `docker_image`, `dockerImage`. */
function normalize(word: string): string {
  return word.slice(0, 100).replaceAll(/[\s_]/g, '-').toLowerCase();
}

/** How many letters must be put in, left out, changed or swapped with their neighbour; at least `limit` means: or more. */
function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) >= limit) return limit;
  let beforeLast: number[] = [];
  let last = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        left[row - 1] === right[column - 2] &&
        left[row - 2] === right[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, right.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
