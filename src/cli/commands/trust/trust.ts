import { Command } from 'commander';

import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { listCommand } from './list.ts';
import { revokeCommand } from './revoke.ts';

export function trustCommand(context: Context): Command {
  const command = new Command('trust')
    .description('accept the configuration file of a project')
    .argument('<dir>', 'the folder that holds the file')
    .option('--dry-run', 'print what would be accepted and change nothing')
    .enablePositionalOptions()
    .addHelpText(
      'after',
      `
The path of the file is printed. It is accepted as it is now: when it changes, you are warned again.
A file that other users can write is not read before. Where the file names a store in the project,
builds of its environments get none of your logins before. It still cannot set more than any
project's file. A folder named list or revoke is ./list.

Examples:
  submarine trust . --dry-run
  submarine trust list
  submarine trust revoke .`,
    )
    .action(async (folder: string, { dryRun = false }: { dryRun?: boolean }) => {
      const { acceptConfiguration } = await import('../../../operations/trust/trusted-files.ts');
      const path = await acceptConfiguration(await context.caller(), { folder, dryRun });
      context.io.out(escapeControls(path));
    });
  for (const subcommand of [listCommand(context), revokeCommand(context)]) {
    command.addCommand(subcommand);
  }
  return command;
}
