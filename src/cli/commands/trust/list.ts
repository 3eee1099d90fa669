import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { outputOption } from '../../options/output-options.ts';
import type { ListOptions } from './trusted-files.ts';

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list the configuration files that you accepted, and whether they changed since')
    .addOption(outputOption(['table', 'json', 'name'], 'table'))
    .option('--no-headers', 'write no line of headings')
    .addHelpText(
      'after',
      `
A file is accepted, changed (it is not used until it is accepted again) or gone.

Examples:
  submarine trust list
  submarine trust list -o json`,
    )
    .action(async (options: ListOptions) => {
      const { listTrusted } = await import('./trusted-files.ts');
      await listTrusted(options, context);
    });
}
