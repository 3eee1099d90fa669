import { cutLine, formatTable } from '../../text/table.ts';
import type { Context } from '../context.ts';
import type { Palette } from './colour.ts';
import { paletteFor } from './colour.ts';

type Row = readonly string[];

interface TableOptions {
  /** Whether the headings are written. */
  readonly headers: boolean;
  /** Of the terminal, at which lines are cut off; undefined for all of them. */
  readonly columns?: number | undefined;
  /** How the line of a row looks. */
  readonly paint?: (line: string, index: number, palette: Palette) => string;
}

/** Writes rows to stdout, in columns under faint headings. */
export async function writeTable(
  [headings, ...rows]: readonly [Row, ...Row[]],
  { headers, columns, paint = (line) => line }: TableOptions,
  context: Context,
): Promise<void> {
  const palette = await paletteFor(context.host.streams.stdout, context);
  const table = await formatTable(headers ? [headings, ...rows] : rows);
  const lines = table.map((line) => cutLine(line, columns));
  const [heading] = headers ? lines : [];
  if (heading !== undefined) context.io.out(palette.faint(heading));
  lines
    .slice(headers ? 1 : 0)
    .forEach((line, index) => context.io.out(paint(line, index, palette)));
}
