import { Command } from 'commander';

import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';

export function revokeCommand(context: Context): Command {
  return new Command('revoke')
    .description('no longer accept the configuration file of a project')
    .argument('<dir>', 'the folder that holds the file, which may be gone')
    .option('--dry-run', 'print what would be revoked and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  submarine trust revoke .
  submarine trust revoke . --dry-run`,
    )
    .action(async (folder: string, { dryRun = false }: { dryRun?: boolean }) => {
      const { revokeConfiguration } = await import('../../../operations/trust/trusted-files.ts');
      const paths = await revokeConfiguration(await context.caller(), { folder, dryRun });
      for (const path of paths) context.io.out(escapeControls(path));
    });
}
