import { Command } from 'commander';

import { UsageError } from '../../../errors.ts';
import { shellQuote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { buildCommand } from './build.ts';
import { listCommand } from './list.ts';
import { pruneCommand } from './prune.ts';
import { verifyCommand } from './verify.ts';

export function kernelCommand(context: Context): Command {
  const command = new Command('kernel')
    .description('build kernels and look after them')
    .addHelpText(
      'after',
      `
Examples:
  submarine kernel build demo
  submarine kernel list
  submarine kernel prune --dry-run`,
    );
  const commands = [
    buildCommand(context),
    listCommand(context),
    verifyCommand(context),
    pruneCommand(context),
    rmCommand(),
  ];
  for (const subcommand of commands) {
    command.addCommand(subcommand, { hidden: subcommand.name() === 'rm' });
  }
  return command;
}

/** What people type who know other tools: to remove one is to prune it by its name. */
function rmCommand(): Command {
  return new Command('rm')
    .argument('[kernel...]')
    .allowUnknownOption()
    .action((kernels: string[]) => {
      const names = kernels.length === 0 ? 'NAME' : kernels.map(shellQuote).join(' ');
      throw new UsageError(
        'kernels are removed by prune, which knows what is used',
        `write: submarine kernel prune ${names}`,
      );
    });
}
