import { Command } from 'commander';

import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import { parseCount, parseMoment } from '../options/span-option.ts';

interface LogsOptions {
  readonly follow?: boolean;
  readonly since?: Date;
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly engine?: string;
}

export function logsCommand(context: Context): Command {
  return new Command('logs')
    .description('print what a run has written')
    .argument('<run>', 'its id, the beginning of it, its name, or @last')
    .option('-f, --follow', 'go on until the run ends')
    .option('--since <time>', 'only what was written since: 10m, 2026-05-01', parseMoment)
    .option('-n, --tail <lines>', 'only this many of the last lines', parseCount)
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
What the run wrote to stdout and stderr comes on stdout and stderr. It is kept with the container of a
run that was started with --detach; another run prints to its own terminal.

Examples:
  submarine logs @last
  submarine logs --follow --tail 10 @last
  submarine logs --since 10m --timestamps @last`,
    )
    .action(async (run: string, options: LogsOptions) => {
      const { followLogs } = await import('../../operations/runs/follow-logs.ts');
      const { stdout, stderr } = context.host.streams;
      const submarine = await context.looking();
      await followLogs(submarine, { run, ...options }, { stdout, stderr }, context.call());
    });
}
