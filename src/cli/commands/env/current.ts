import { Command } from 'commander';

import { SubmarineError } from '../../../errors.ts';
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
  const { findChosenName } = await import('../../../operations/environments/choose-environment.ts');
  const submarine = await context.looking();
  const chosen = await findChosenName(submarine);
  if (chosen !== undefined) {
    // What is chosen may be there no more, or never have been.
    await submarine.store.get(chosen.name);
    return context.io.out(chosen.name);
  }
  throw new SubmarineError({
    kind: 'not-found',
    code: 'nothing-selected',
    message: 'no environment is selected',
    remedy: 'choose one: submarine env select NAME',
  });
}
