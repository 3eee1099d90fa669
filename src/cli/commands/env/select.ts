import { Command } from 'commander';

import { UsageError } from '../../../errors.ts';
import { quote } from '../../../text/quote.ts';
import { findChosenName } from '../../chosen-environment.ts';
import type { Context } from '../../context.ts';

interface SelectOptions {
  readonly clear?: boolean;
  readonly dryRun?: boolean;
}

export function selectCommand(context: Context): Command {
  return new Command('select')
    .alias('use')
    .description('choose the environment that is used where none is named')
    .argument('[name]', 'the name of the environment')
    .option('--clear', 'choose none')
    .option('--dry-run', 'check the name and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  submarine env select demo
  submarine env select --clear`,
    )
    .action((name: string | undefined, options: SelectOptions) =>
      selectEnvironment(name, options, context),
    );
}

async function selectEnvironment(
  name: string | undefined,
  { clear = false, dryRun = false }: SelectOptions,
  context: Context,
): Promise<void> {
  if (clear === (name !== undefined)) {
    throw new UsageError(
      'it takes either a name or --clear',
      'for example: submarine env select demo',
    );
  }
  const selection = await context.selection();
  if (name === undefined) {
    if (!dryRun) await selection.clear();
    return;
  }
  await (await context.store()).get(name);
  if (!dryRun) await selection.select(name);
  context.io.out(name);
  const chosen = await findChosenName(context);
  if (chosen !== undefined && chosen.name !== name && !dryRun) {
    context.io.note(`here ${chosen.by} wins: it names ${quote(chosen.name)}`);
  }
}
