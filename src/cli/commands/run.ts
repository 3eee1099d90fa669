import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { LaunchOptions } from '../options/launch-options.ts';
import { addLaunchOptions } from '../options/launch-options.ts';

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('run a command in an environment; everything behind the command is its own')
    .argument('[command...]', 'the command and its arguments')
    .usage('[options] [--] COMMAND [ARG...]')
    .passThroughOptions();
  return addLaunchOptions(command)
    .addHelpText(
      'after',
      `
The working directory is mounted at /code/<its name>, and the command runs there. The exit code is
the command's own. To leave a command running when the terminal closes, start it by setsid: nohup
has no effect here.

Examples:
  submarine run --env demo -- python -c 'print("hello")'
  submarine run --env demo -e OMP_NUM_THREADS=4 --memory 2g -- python -m timeit 'sum(range(1000))'
  submarine run --env demo --dry-run -- python train.py --batch_size 5`,
    )
    .action(async (words: string[], options: LaunchOptions) => {
      context.exitWith(await runInEnvironment(words, options, context));
    });
}

async function runInEnvironment(
  words: readonly string[],
  options: LaunchOptions,
  context: Context,
): Promise<number> {
  if (words.length === 0) {
    throw new UsageError(
      'no command to run',
      'write it behind --, for example: submarine run -- python train.py',
    );
  }
  const { launch } = await import('../launch.ts');
  return launch({ kind: 'run', command: words }, options, context);
}
