import { Command } from 'commander';

import type { Context } from '../context.ts';
import type { LogsOptions } from '../options/log-options.ts';
import { addLogOptions } from '../options/log-options.ts';

export function logsCommand(context: Context): Command {
  const command = new Command('logs')
    .description('print what a run has written')
    .argument('<run>', 'its id, the beginning of it, its name, or @last');
  return addLogOptions(command)
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
