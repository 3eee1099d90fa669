import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { diffCommand } from './diff.ts';
import { listCommand } from './list.ts';
import { showCommand } from './show.ts';

export function runsCommand(context: Context): Command {
  const command = new Command('runs')
    .description('list, show and compare the records of your runs')
    .addHelpText(
      'after',
      `
Examples:
  submarine runs list --status failed --since 7d
  submarine runs show @last
  submarine rerun --dry-run @last`,
    );
  const commands = [listCommand(context), showCommand(context), diffCommand(context)];
  for (const subcommand of commands) command.addCommand(subcommand);
  return command;
}
