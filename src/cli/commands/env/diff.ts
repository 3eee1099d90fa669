import { Command, Option } from 'commander';

import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { DiffOptions } from './diff-environments.ts';

export function diffCommand(context: Context): Command {
  return new Command('diff')
    .description('print how the locks of two environments differ, or an environment and its lock')
    .argument('<name>', 'the name of an environment')
    .argument('[other]', 'the name of another; without it, the first is compared with its lock')
    .option(
      '--platform <platform>',
      'of two locks, compare this one: linux-64 (repeatable)',
      collect,
    )
    .option('--exit-code', 'exit with 1 when there is a difference')
    .addOption(
      new Option('-o, --output <format>', 'how to write it')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  submarine env diff demo
  submarine env diff demo demo2 --platform linux-64
  submarine env diff demo -o json --exit-code`,
    )
    .action(async (name: string, other: string | undefined, options: DiffOptions) => {
      const { diffEnvironments, diffFromLock } = await import('./diff-environments.ts');
      await (other === undefined
        ? diffFromLock(name, options, context)
        : diffEnvironments([name, other], options, context));
    });
}
