import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';

export function completionCommand(context: Context): Command {
  return new Command('completion')
    .description('print a script that completes lines in a shell')
    .argument('<shell>', 'bash, zsh or fish')
    .addHelpText(
      'after',
      `
Names of environments, runs and notebooks are completed, too. To turn it on, add one line:

  bash   eval "$(submarine completion bash)"       in ~/.bashrc
  zsh    eval "$(submarine completion zsh)"        in ~/.zshrc, behind compinit
  fish   submarine completion fish | source        in ~/.config/fish/config.fish

Examples:
  submarine completion bash
  submarine completion zsh`,
    )
    .action(async (shell: string) => {
      const { SCRIPTS } = await import('../completion/scripts.ts');
      const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
      if (script === undefined) {
        const known = Object.keys(SCRIPTS).join(', ');
        throw new UsageError(`unknown shell ${quote(shell)}`, `choose one: ${known}`);
      }
      context.io.write(script);
    });
}
