import type { KnownRun } from '../../operations/runs/known-runs.ts';
import { escapeControls } from '../../text/quote.ts';
import { formatAgo, formatSpan } from '../../text/time-span.ts';

type Row = readonly string[];

interface RunTableOptions {
  /** Whether nothing is shortened, and the image is shown. */
  readonly wide?: boolean;
  /** Of the terminal; undefined for a file or a pipe. */
  readonly columns?: number | undefined;
}

/** A table of runs: its headings and their rows. */
export function runTable(
  runs: readonly KnownRun[],
  { wide = false, columns }: RunTableOptions,
): readonly [Row, ...Row[]] {
  if (wide) return tableOf(runs, wide);
  const table = withShortCommands(tableOf(runs, wide), columns);
  if (columns === undefined || widthsOf(table).reduce(sumWithGaps, 0) <= columns) return table;
  // A name that is made of the other columns is the first to go.
  const named = runs.map(withoutOwnName);
  return withShortCommands(withoutEmptyColumns(tableOf(named, wide)), columns);
}

/** But for that of the commands, which is never empty. */
function withoutEmptyColumns([headings, ...rows]: readonly [Row, ...Row[]]): [Row, ...Row[]] {
  const isKept = (_cell: string, column: number): boolean => rows.some((row) => row[column] !== '');
  return [headings.filter(isKept), ...rows.map((row) => row.filter(isKept))];
}

function tableOf(runs: readonly KnownRun[], wide: boolean): [Row, ...Row[]] {
  const now = Date.now();
  const headings = ['ID', 'NAME', 'ENVIRONMENT', 'KIND', COMMAND, 'STATUS', 'EXIT'];
  const rows = runs.map((run) => [...runRow(run, now), ...(wide ? [run.image] : [])]);
  return [
    [...headings, 'STARTED', 'DURATION', ...(wide ? ['IMAGE'] : [])],
    ...rows.map((row) => row.map(escapeControls)),
  ];
}

function withoutOwnName(run: KnownRun): KnownRun {
  const { name, environment, id } = run;
  return name === `submarine-${environment}-${id}` ? { ...run, name: '' } : run;
}

function runRow(run: KnownRun, now: number): Row {
  const { id, name, environment, kind, command, status, exitCode, startedAt, endedAt } = run;
  const until = endedAt?.getTime() ?? (['lost', 'unknown'].includes(status) ? undefined : now);
  return [
    ...[id, name, environment, kind, command, statusText(run)],
    exitCode === undefined ? '' : String(exitCode),
    formatAgo(now - startedAt.getTime()),
    until === undefined ? '' : formatSpan(until - startedAt.getTime()),
  ];
}

const COMMAND = 'COMMAND';
const LEAST_COMMAND = 12;
const MOST_COMMAND = 32;

function widthsOf(table: readonly Row[]): number[] {
  return (table[0] ?? []).map((_heading, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  );
}

/** Of columns that are two blanks apart. */
function sumWithGaps(sum: number, width: number): number {
  return sum + width + (sum === 0 ? 0 : '  '.length);
}

/** The commands get what the other columns leave of the terminal. */
function withShortCommands(
  [headings, ...rows]: readonly [Row, ...Row[]],
  columns: number | undefined,
): [Row, ...Row[]] {
  const column = headings.indexOf(COMMAND);
  const others = widthsOf([headings, ...rows])
    .with(column, 0)
    .reduce(sumWithGaps, 0);
  const room = columns === undefined ? MOST_COMMAND : columns - others;
  const most = Math.min(MOST_COMMAND, Math.max(LEAST_COMMAND, room));
  return [headings, ...rows.map((row) => row.with(column, shortened(row[column] ?? '', most)))];
}

function statusText({ status, reason }: KnownRun): string {
  return reason === undefined || reason === 'exit' || reason === 'lost' ? status : reason;
}

function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 3)}...`;
}

/** The same for programs. */
export function runValue(run: KnownRun): object {
  const { startedAt, endedAt, ...rest } = run;
  const { id, name, kind, environment, image, command, status, exitCode, reason } = rest;
  const endedMs = endedAt?.getTime();
  return {
    ...{ id, name, kind, environment, image, command, status },
    ...(exitCode === undefined ? {} : { exitCode }),
    ...(reason === undefined ? {} : { reason }),
    started: startedAt.toISOString(),
    ...(endedAt === undefined || endedMs === undefined
      ? {}
      : { ended: endedAt.toISOString(), seconds: (endedMs - startedAt.getTime()) / 1000 }),
  };
}
