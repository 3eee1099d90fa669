import type { Command as CommandType } from 'commander';
import { Command, Option } from 'commander';

import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { LockCommandOptions } from '../../lock/lock-work.ts';

export function lockCommand(context: Context): CommandType {
  return new Command('lock')
    .description('write down the exact image and packages of environments')
    .argument('[name...]', 'names of environments (default: the one in use)')
    .option('--all', 'all environments of the store')
    .option(
      '--platform <platform>',
      "as conda names it: linux-64, linux-aarch64 (repeatable; default: the image's, and those of the old lock)",
      collect,
    )
    .option('--update <package>', 'change this package and what it must (repeatable)', collect)
    .option('--check', 'change nothing; fail unless the locks are fresh and whole')
    .option('--cuda <version>', 'solve for a machine whose driver has this CUDA: 12.4')
    .option('--glibc <version>', "the version of the machine's libc (default: the image's)")
    .option('-v, --volume <source:target>', 'mount it where pip is asked (repeatable)', collect)
    .option('--dry-run', 'print the locks and write nothing')
    .option('--offline', 'use only what was fetched before')
    .addOption(
      new Option('--engine <engine>', 'the container engine (default: docker)').choices(['docker']),
    )
    .addHelpText(
      'after',
      `
The path of each lock is printed. A lock is used by submarine run without being asked.

Examples:
  submarine env lock demo
  submarine env lock demo --dry-run
  submarine env lock --all --check`,
    )
    .action(async (names: string[], options: LockCommandOptions) => {
      const { lockEnvironments } = await import('../../lock/lock-environments.ts');
      await lockEnvironments(names, options, context);
    });
}
