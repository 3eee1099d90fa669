import { Command, Option } from 'commander';

import type { ExportFormat } from '../../../operations/environments/export-environment.ts';
import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';

interface ExportOptions {
  readonly format: ExportFormat;
  readonly platform?: readonly string[];
}

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
    .action(async (name: string, { format, platform }: ExportOptions) => {
      const { exportEnvironment } =
        await import('../../../operations/environments/export-environment.ts');
      const request = { name, format, platforms: platform };
      context.io.write(await exportEnvironment(await context.looking(), request, context.call()));
    });
}
