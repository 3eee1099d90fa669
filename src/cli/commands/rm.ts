import { Command } from 'commander';

import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';

interface RmOptions {
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly engine?: string;
}

export function rmCommand(context: Context): Command {
  return new Command('rm')
    .description('remove the containers of runs that have ended, with what they printed')
    .argument('<run...>', 'ids, beginnings of them, names, or @last')
    .option('-f, --force', 'kill those that are running first')
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Their records stay: submarine runs list. All that have ended are removed by: submarine prune

Examples:
  submarine rm @last
  submarine rm --force --dry-run @last`,
    )
    .action(async (given: string[], { force, dryRun, engine }: RmOptions) => {
      const { removeRuns } = await import('../../operations/runs/remove-runs.ts');
      const request = { runs: given, force, dryRun, engine };
      const removed = await removeRuns(await context.looking(), request, context.call());
      for (const { name } of removed) context.io.out(name);
    });
}
