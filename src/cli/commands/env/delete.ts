import { Command } from 'commander';

import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { confirmed } from '../../terminal/confirm.ts';

interface DeleteOptions {
  /** Said beforehand, so that nothing is asked. */
  readonly yes?: true;
  readonly dryRun?: true;
}

export function deleteCommand(context: Context): Command {
  return new Command('delete')
    .alias('rm')
    .description('delete environments from the store: all that are named, or none')
    .argument('<name...>', 'names of environments')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be deleted and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  submarine env delete demo
  submarine env delete --yes demo other`,
    )
    .action((names: string[], options: DeleteOptions) => deleteNamed(names, options, context));
}

async function deleteNamed(
  given: readonly string[],
  { yes, dryRun }: DeleteOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { deleteEnvironments } =
    await import('../../../operations/environments/delete-environments.ts');
  const submarine = await context.submarine();
  // Names that are not there are an answer of their own, before any question.
  const { names } = await deleteEnvironments(submarine, { names: given, dryRun: true });
  if (dryRun !== true) {
    const question = `delete ${names.map(quote).join(', ')}?`;
    if (yes !== true && !(await confirmed(question, context)))
      return io.note('nothing was deleted');
    const { deselected } = await deleteEnvironments(submarine, { names }, context.call());
    if (deselected !== undefined) {
      io.note(`${quote(deselected)} was the selected environment; none is selected now`);
    }
  }
  for (const name of names) io.out(name);
}
