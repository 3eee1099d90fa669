import { Command } from 'commander';

import { UsageError } from '../../../errors.ts';
import type { ChosenName } from '../../../operations/environments/choose-environment.ts';
import { quote } from '../../../text/quote.ts';
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
    throw new UsageError('give either a name or --clear', 'for example: submarine env select demo');
  }
  const { selectEnvironment: select } =
    await import('../../../operations/environments/select-environment.ts');
  const winner = await select(await context.submarine(), { name, dryRun });
  if (name !== undefined) context.io.out(name);
  if (winner !== undefined) {
    context.io.note(`here ${BY[winner.by]} wins: it names ${quote(winner.name)}`);
  }
}

const BY: Readonly<Record<ChosenName['by'], string>> = {
  variable: '$SUBMARINE_ENV',
  configuration: 'the configuration',
  selection: 'submarine env select',
};
