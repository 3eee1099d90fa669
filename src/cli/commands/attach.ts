import { Command } from 'commander';

import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';

export function attachCommand(context: Context): Command {
  return new Command('attach')
    .description('follow a running command: what it prints from now on, until it ends')
    .argument('<run>', 'its id, the beginning of it, its name, or @last')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Signals are the command's: Ctrl-C ends it. To look on without a say, use submarine logs --follow. The
exit code is the command's own.

Examples:
  submarine attach @last`,
    )
    .action(async (run: string, { engine }: { readonly engine?: string }) => {
      const { attachToRun } = await import('../../operations/runs/attach-to-run.ts');
      const { followRun } = await import('../terminal/follow-run.ts');
      const { stdout, stderr } = context.host.streams;
      const submarine = await context.submarine();
      const streams = { stdout, stderr };
      const attached = await attachToRun(submarine, { run, engine }, streams, context.call());
      context.exitWith(await followRun(attached, {}, context));
    });
}
