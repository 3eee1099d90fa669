import { Command } from 'commander';

import type { Context } from '../../context.ts';
import type { StopOptions } from '../../options/stop-options.ts';
import { addStopOptions } from '../../options/stop-options.ts';

export function stopCommand(context: Context): Command {
  const command = new Command('stop')
    .description('stop the servers of notebooks, and all of their kernels')
    .argument('<notebook...>', 'ids, beginnings of them, names, environments, or @last');
  return addStopOptions(command)
    .addHelpText(
      'after',
      `
Prints the names of the stopped notebooks. Containers of detached ones stay until submarine rm or
prune.

Examples:
  submarine notebook stop @last
  submarine notebook stop --dry-run @last`,
    )
    .action(async (notebooks: string[], { timeout, dryRun, engine }: StopOptions) => {
      const { stopNotebooks } = await import('../../../operations/notebooks/stop-notebooks.ts');
      const request = { notebooks, timeoutMs: timeout, dryRun, engine };
      const stopped = await stopNotebooks(await context.looking(), request, context.call());
      for (const { name } of stopped) context.io.out(name);
    });
}
