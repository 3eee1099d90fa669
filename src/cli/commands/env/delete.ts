import { Command } from 'commander';

import { quote } from '../../../text/quote.ts';
import { confirmed } from '../../terminal/confirm.ts';
import type { Context } from '../../context.ts';

interface DeleteRequest {
  readonly names: readonly string[];
  /** Said beforehand, so that nothing is asked. */
  readonly yes: boolean;
  readonly dryRun: boolean;
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
    .action((names: string[], options: { yes?: true; dryRun?: true }) =>
      deleteEnvironments(
        { names, yes: options.yes ?? false, dryRun: options.dryRun ?? false },
        context,
      ),
    );
}

async function deleteEnvironments(request: DeleteRequest, context: Context): Promise<void> {
  const { io } = context;
  const names = [...new Set(request.names)];
  const store = await context.store();
  // Names that are not there are an answer of their own, before any question.
  await store.delete(names, { dryRun: true });
  if (!request.dryRun) {
    const question = `delete ${names.map(quote).join(', ')}?`;
    if (!request.yes && !(await confirmed(question, context))) {
      io.note('nothing was deleted');
      return;
    }
    await store.delete(names, { dryRun: false });
    await clearSelectionOf(names, context);
  }
  for (const name of names) io.out(name);
}

/** The selection is of the store that is used by default; another one may have the same names. */
async function clearSelectionOf(names: readonly string[], context: Context): Promise<void> {
  if (context.globals().store !== undefined) return;
  const selection = await context.selection();
  const selected = await selection.find();
  if (selected === undefined || !names.includes(selected)) return;
  await selection.clear();
  context.io.note(`${quote(selected)} was the selected environment; none is selected now`);
}
