/**
 * Lays rows out in columns without borders, two spaces apart, each as wide as its widest cell on a terminal.
 *
 * @param rows - cells without line ends or control characters
 * @returns one line a row, without blanks at the end
 */
export async function formatTable(
  rows: readonly (readonly string[])[],
): Promise<readonly string[]> {
  const width = await widthFor(rows);
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

/** A line of a table as a terminal of that many columns can show it without breaking it. */
export function cutLine(line: string, columns: number | undefined): string {
  if (columns === undefined || line.length <= columns) return line;
  return `${line.slice(0, Math.max(0, columns - 1))}…`;
}

/** string-width takes 20 ms to load, and plain letters are one column each. */
async function widthFor(rows: readonly (readonly string[])[]): Promise<(cell: string) => number> {
  if (rows.flat().every((cell) => /^[\x20-\x7e]*$/.test(cell))) return (cell) => cell.length;
  const { default: stringWidth } = await import('string-width');
  return stringWidth;
}
