import stringWidth from 'string-width';

/**
 * Lays rows out in columns without borders, two spaces apart, each as wide as its widest cell on a terminal.
 *
 * @param rows - cells without line ends or control characters
 * @returns one line a row, without blanks at the end
 */
export function formatTable(rows: readonly (readonly string[])[]): readonly string[] {
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

function width(cell: string): number {
  return /^[\x20-\x7e]*$/.test(cell) ? cell.length : stringWidth(cell);
}
