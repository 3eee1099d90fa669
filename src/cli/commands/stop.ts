import { Command } from 'commander';

import type { Context } from '../context.ts';
import type { StopOptions } from '../options/stop-options.ts';
import { addStopOptions } from '../options/stop-options.ts';

export function stopCommand(context: Context): Command {
  const command = new Command('stop')
    .description('end running commands: TERM first, KILL when the time is over')
    .argument('<run...>', 'ids, beginnings of them, names, or @last');
  return addStopOptions(command)
    .addHelpText(
      'after',
      `
Prints the names of the stopped runs. Their containers stay until submarine rm or prune.

Examples:
  submarine stop @last
  submarine stop --timeout 1m @last`,
    )
    .action(async (given: string[], { timeout, dryRun, engine }: StopOptions) => {
      const { stopRuns } = await import('../../operations/runs/stop-runs.ts');
      const request = { runs: given, timeoutMs: timeout, dryRun, engine };
      const stopped = await stopRuns(await context.looking(), request, context.call());
      for (const { name } of stopped) context.io.out(name);
    });
}
