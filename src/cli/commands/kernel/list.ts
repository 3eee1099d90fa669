import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { engineOption } from '../../options/launch-options.ts';
import { outputOption } from '../../options/output-options.ts';
import type { ListOptions } from './list-kernels.ts';

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list the kernels that were built, the one used last first')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'write no line of headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Examples:
  submarine kernel list
  submarine kernel list -o wide --no-headers
  submarine kernel list -o json`,
    )
    .action(async (options: ListOptions) => {
      const { listKernels } = await import('./list-kernels.ts');
      await listKernels(options, context);
    });
}
