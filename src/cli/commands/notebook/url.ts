import { Command } from 'commander';

import { SubmarineError } from '../../../errors.ts';
import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';

export function urlCommand(context: Context): Command {
  return new Command('url')
    .description('print the address of a notebook, with its token')
    .argument('[notebook]', 'its id, the beginning of it, its name or environment, or @last')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Without NOTEBOOK, your only running notebook is used.

Examples:
  submarine notebook url
  submarine notebook url @last`,
    )
    .action(async (notebook: string | undefined, { engine }: { engine?: string }) => {
      const { findNotebook } = await import('../../../operations/notebooks/find-notebook.ts');
      const submarine = await context.looking();
      const found = await findNotebook(submarine, { notebook, engine }, context.call());
      if (found.url !== undefined) return context.io.out(found.url);
      throw new SubmarineError({
        kind: 'not-found',
        code: 'notebook-address-unknown',
        message: `you did not start the notebook ${quote(found.name)}, so its address is not known`,
        data: { notebook: found.name },
      });
    });
}
