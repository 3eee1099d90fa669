import { Command } from 'commander';

import type { Context } from '../../context.ts';
import type { DeleteOptions } from '../../terminal/confirm-delete.ts';
import { deleteConfirmed } from '../../terminal/confirm-delete.ts';

export function deleteCommand(context: Context): Command {
  return new Command('delete')
    .aliases(['rm', 'remove'])
    .description('delete experiments from the store: all that are named, or none')
    .argument('<name...>', 'names of experiments')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be deleted and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  submarine experiment delete hello
  submarine experiment delete --yes hello other`,
    )
    .action(async (given: string[], options: DeleteOptions) => {
      const { deleteExperiments } =
        await import('../../../operations/experiments/manage-experiments.ts');
      const submarine = await context.submarine();
      const remove = (names: readonly string[], dryRun: boolean) =>
        deleteExperiments(submarine, { names, dryRun }, context.call());
      await deleteConfirmed(given, options, remove, context);
    });
}
