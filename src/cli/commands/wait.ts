import { Command } from 'commander';

import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import { parseTimer } from '../options/span-option.ts';

interface WaitOptions {
  readonly timeout?: number;
  readonly engine?: string;
}

export function waitCommand(context: Context): Command {
  return new Command('wait')
    .description('wait until runs have ended; the exit code is that of the run')
    .argument('<run...>', 'ids, beginnings of them, names, or @last')
    .option('--timeout <time>', 'wait no longer than this: 30m', parseTimer)
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Of several runs the exit code is that of the first that did not end with 0, in the order given. When the
time is over it is 75, and the runs go on.

Examples:
  submarine wait @last
  submarine wait --timeout 30m @last`,
    )
    .action(async (given: string[], { timeout, engine }: WaitOptions) => {
      const { waitForRuns } = await import('../../operations/runs/wait-for-runs.ts');
      const request = { runs: given, timeoutMs: timeout, engine };
      const ended = await waitForRuns(await context.looking(), request, context.call());
      const failed = ended.find(({ exitCode }) => exitCode !== 0);
      context.exitWith(failed?.exitCode ?? 0);
    });
}
