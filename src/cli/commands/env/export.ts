import { Command, Option } from 'commander';

import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { ExportOptions } from './export-environment.ts';

export function exportCommand(context: Context): Command {
  return new Command('export')
    .description('print the kernel of an environment in a form that other programs read')
    .argument('<name>', 'the name of the environment')
    .addOption(
      new Option(
        '--format <format>',
        'explicit (conda create --file), conda-lock (conda-lock.yml) or environment (environment.yml)',
      )
        .choices(['explicit', 'conda-lock', 'environment'])
        .default('environment'),
    )
    .option('--platform <platform>', 'of those that are locked: linux-64 (repeatable)', collect)
    .addHelpText(
      'after',
      `
Examples:
  submarine env export demo > environment.yml
  submarine env export demo --format conda-lock > conda-lock.yml
  submarine env export demo --format explicit --platform linux-64`,
    )
    .action(async (name: string, options: ExportOptions) => {
      const { exportEnvironment } = await import('./export-environment.ts');
      await exportEnvironment(name, options, context);
    });
}
