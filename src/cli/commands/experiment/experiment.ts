import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { addCommand } from './add.ts';
import { deleteCommand } from './delete.ts';
import { listCommand } from './list.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from '../schema.ts';
import { showCommand } from './show.ts';

export function experimentCommand(context: Context): Command {
  const command = new Command('experiment')
    .description('add, list, show, delete and run experiments: commands with named parameters')
    .addHelpText(
      'after',
      `
Examples:
  submarine experiment list
  submarine experiment show hello --parameters
  submarine experiment run hello --param name=you`,
    );
  const commands = [
    addCommand(context),
    listCommand(context),
    showCommand(context),
    deleteCommand(context),
    runCommand(context),
    schemaCommand('experiment', 'experiment', context),
  ];
  for (const subcommand of commands) command.addCommand(subcommand);
  return command;
}
