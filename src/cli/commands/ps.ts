import { setTimeout as sleep } from 'node:timers/promises';

import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { KnownRun } from '../../operations/runs/known-runs.ts';
import { cutLine, formatTable } from '../../text/table.ts';
import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { outputOption } from '../options/output-options.ts';
import { runTable } from '../render/runs.ts';
import { writeRuns } from '../terminal/runs-table.ts';

interface PsOptions {
  readonly all?: boolean;
  readonly watch?: boolean;
  readonly env?: string;
  readonly engine?: string;
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

export function psCommand(context: Context): Command {
  return new Command('ps')
    .description('list runs and notebooks that are running')
    .option('-a, --all', 'list those that have ended, too')
    .option('-w, --watch', 'redraw the list until Ctrl-C')
    .option('--env <name>', 'list only those of an environment')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Everybody's runs on the engine are listed; of those that have ended and whose container is gone, yours.
STATUS is the engine's word, finished (signal, out-of-memory or timeout where that ended it), or lost:
the container is gone, and nobody saw how it ended.

Examples:
  submarine ps
  submarine ps --all --env demo
  submarine ps -o json`,
    )
    .action(async (options: PsOptions) => {
      await (options.watch === true ? watch(options, context) : list(options, context));
    });
}

async function list(options: PsOptions, context: Context): Promise<void> {
  const { output, headers } = options;
  const runs = await findRuns(options, context);
  await writeRuns(runs, { output, headers, none: nothing(options) }, context);
}

async function findRuns(
  { all, env, engine }: PsOptions,
  context: Context,
): Promise<readonly KnownRun[]> {
  const { listRuns } = await import('../../operations/runs/list-runs.ts');
  const submarine = await context.looking();
  return listRuns(submarine, { all, environment: env, engine }, context.call());
}

function nothing({ all, env }: PsOptions): string {
  const of = env === undefined ? '' : ` of ${env}`;
  return all === true
    ? `no run${of} is known`
    : `nothing${of} is running; see all: submarine ps -a`;
}

const EVERY_MS = 2000;
const HOME_AND_CLEAR = '\u{1b}[H\u{1b}[J';

/** The first signal ends it, as it ends any command. */
async function watch(options: PsOptions, context: Context): Promise<void> {
  const { io } = context;
  if (!io.stdoutIsTerminal || !['table', 'wide'].includes(options.output)) {
    throw new UsageError('--watch draws a table on a terminal', 'leave it out');
  }
  const wide = options.output === 'wide';
  while (true) {
    const runs = await findRuns(options, context);
    const columns = wide ? undefined : context.host.streams.stdout.columns;
    const lines = await formatTable(runTable(runs, { wide, columns }));
    io.write(`${HOME_AND_CLEAR}${lines.map((line) => cutLine(line, columns)).join('\n')}\n`);
    await sleep(EVERY_MS, undefined, { signal: context.signals.aborted }).catch(() => {});
    if (context.signals.aborted.aborted) return;
  }
}
