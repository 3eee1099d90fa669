import { Command } from 'commander';

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
  ];
  for (const subcommand of commands) command.addCommand(subcommand);
  return command;
}
