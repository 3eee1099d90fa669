import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { addCommand } from './add.ts';
import { currentCommand } from './current.ts';
import { deleteCommand } from './delete.ts';
import { diffCommand } from './diff.ts';
import { exportCommand } from './export.ts';
import { listCommand } from './list.ts';
import { lockCommand } from './lock.ts';
import { saveCommand } from './save.ts';
import { schemaCommand } from '../schema.ts';
import { selectCommand } from './select.ts';
import { showCommand } from './show.ts';

export function envCommand(context: Context): Command {
  const command = new Command('env')
    .description('add, list, show, delete, select and lock environments')
    .addHelpText(
      'after',
      `
Examples:
  submarine env add --name demo --image python:3.12-slim
  submarine env list
  submarine env select demo`,
    );
  const commands = [
    addCommand(context),
    listCommand(context),
    showCommand(context),
    deleteCommand(context),
    diffCommand(context),
    exportCommand(context),
    selectCommand(context),
    currentCommand(context),
    lockCommand(context),
    saveCommand(context),
    schemaCommand('env', 'environment', context),
  ];
  for (const subcommand of commands) command.addCommand(subcommand);
  return command;
}
