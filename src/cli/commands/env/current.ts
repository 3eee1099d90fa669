import { Command } from 'commander';

import { ExitCode, SubmarineError } from '../../../errors.ts';
import { findChosenName } from '../../chosen-environment.ts';
import type { Context } from '../../context.ts';

export function currentCommand(context: Context): Command {
  return new Command('current')
    .description('print the name of the environment that is used where none is named')
    .addHelpText(
      'after',
      `
Examples:
  submarine env current
  submarine env show "$(submarine env current)"`,
    )
    .action(() => printCurrent(context));
}

async function printCurrent(context: Context): Promise<void> {
  const chosen = await findChosenName(context);
  if (chosen === undefined) {
    throw new SubmarineError(
      'no environment is selected',
      'choose one: submarine env select NAME',
      ExitCode.notFound,
    );
  }
  context.io.out(chosen.name);
}
