import { Command } from 'commander';

import type { Context } from '../context.ts';
import { engineOption } from '../options/launch-options.ts';
import { outputOption } from '../options/output-options.ts';
import type { DfOptions } from './show-usage.ts';

export function dfCommand(context: Context): Command {
  return new Command('df')
    .description('show what takes room, and how to free it')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .option('--no-headers', 'write no line of headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Examples:
  submarine df
  submarine df -o json`,
    )
    .action(async (options: DfOptions) => {
      const { showUsage } = await import('./show-usage.ts');
      await showUsage(options, context);
    });
}
