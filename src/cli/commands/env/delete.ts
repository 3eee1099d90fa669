import { Command } from 'commander';

import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import type { DeleteOptions } from '../../terminal/confirm-delete.ts';
import { deleteConfirmed } from '../../terminal/confirm-delete.ts';

export function deleteCommand(context: Context): Command {
  return new Command('delete')
    .aliases(['rm', 'remove'])
    .description('delete environments from the store: all that are named, or none')
    .argument('<name...>', 'names of environments')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be deleted and change nothing')
    .addHelpText(
      'after',
      `
What an environment keeps between its runs (caches, JupyterLab's settings, IPython's history) goes
with it; a later environment of its name begins anew.

Examples:
  submarine env delete demo
  submarine env delete --yes demo other`,
    )
    .action((names: string[], options: DeleteOptions) => deleteNamed(names, options, context));
}

async function deleteNamed(
  given: readonly string[],
  options: DeleteOptions,
  context: Context,
): Promise<void> {
  const { deleteEnvironments } =
    await import('../../../operations/environments/delete-environments.ts');
  const submarine = await context.submarine();
  const remove = async (names: readonly string[], dryRun: boolean): Promise<readonly string[]> => {
    const deleted = await deleteEnvironments(submarine, { names, dryRun }, context.call());
    if (deleted.deselected !== undefined) {
      const name = quote(deleted.deselected);
      context.io.note(`${name} was the selected environment; none is selected now`);
    }
    return deleted.names;
  };
  await deleteConfirmed(given, options, remove, context);
}
