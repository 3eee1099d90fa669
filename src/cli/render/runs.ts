import type { KnownRun } from '../../operations/runs/known-runs.ts';
import { escapeControls } from '../../text/quote.ts';
import { formatAgo, formatSpan } from '../../text/time-span.ts';

/** So that a line of usual names fits into 120 columns. */
const COMMAND_WIDTH = 32;

/** The headings of a table of runs. */
export function runHeadings(wide: boolean): readonly string[] {
  return [
    ...['ID', 'NAME', 'ENVIRONMENT', 'KIND', 'COMMAND', 'STATUS', 'EXIT', 'STARTED', 'DURATION'],
    ...(wide ? ['IMAGE'] : []),
  ];
}

/** A row of it. */
export function runRow(run: KnownRun, { wide, now }: { wide: boolean; now: number }): string[] {
  const { id, name, environment, kind, command, status, exitCode, startedAt, endedAt } = run;
  const until = endedAt?.getTime() ?? (status === 'lost' ? undefined : now);
  return [
    ...[id, name, environment, kind, wide ? command : shortened(command), statusText(run)],
    exitCode === undefined ? '' : String(exitCode),
    formatAgo(now - startedAt.getTime()),
    until === undefined ? '' : formatSpan(until - startedAt.getTime()),
    ...(wide ? [run.image] : []),
  ].map(escapeControls);
}

function statusText({ status, reason }: KnownRun): string {
  return reason === undefined || reason === 'exit' || reason === 'lost' ? status : reason;
}

function shortened(text: string): string {
  return text.length <= COMMAND_WIDTH ? text : `${text.slice(0, COMMAND_WIDTH - 3)}...`;
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
