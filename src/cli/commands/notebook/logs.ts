import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { addLogOptions } from '../../options/log-options.ts';
import type { LogsOptions } from '../../options/log-options.ts';

export function logsCommand(context: Context): Command {
  const command = new Command('logs')
    .description('print what the server of a notebook has written')
    .argument('[notebook]', 'its id, the beginning of it, its name or environment, or @last');
  return addLogOptions(command)
    .addHelpText(
      'after',
      `
Without NOTEBOOK, your only running notebook is used.

Examples:
  submarine notebook logs
  submarine notebook logs --follow --tail 10 @last`,
    )
    .action(async (notebook: string | undefined, options: LogsOptions) => {
      const { findNotebook } = await import('../../../operations/notebooks/find-notebook.ts');
      const { followLogs } = await import('../../../operations/runs/follow-logs.ts');
      const { stdout, stderr } = context.host.streams;
      const submarine = await context.looking();
      const { engine } = options;
      const run = notebook ?? (await findNotebook(submarine, { engine }, context.call())).id;
      await followLogs(submarine, { run, ...options }, { stdout, stderr }, context.call());
    });
}
