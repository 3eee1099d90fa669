import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { LaunchOptions } from '../options/launch-options.ts';
import { addLaunchOptions } from '../options/launch-options.ts';

interface RunOptions extends LaunchOptions {
  readonly detach?: boolean;
}

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('run a command in an environment; everything behind the command is its own')
    .argument('[command...]', 'the command and its arguments')
    .usage('[options] [--] COMMAND [ARG...]')
    .passThroughOptions();
  return addLaunchOptions(command)
    .option('-d, --detach', 'leave the command running, and print the id of the run')
    .addHelpText(
      'after',
      `
The working directory is mounted at /code/<its name>, and the command runs there. The exit code is
the command's own. With --detach the command goes on when the terminal closes: submarine ps lists
it, submarine logs shows what it prints, and submarine stop ends it.

A kernel that is not there yet is built first, which takes as long as installing its packages. The
command cannot change it: what pip installs is for this run alone and is gone when it ends.

Examples:
  submarine run --env demo -- python -c 'print("hello")'
  submarine run --env demo -e OMP_NUM_THREADS=4 --memory 2g -- python -m timeit 'sum(range(1000))'
  submarine run --env demo --dry-run -- python train.py --batch_size 5
  submarine run --env demo --detach -- python -c 'import time; time.sleep(60)'`,
    )
    .action(async (words: string[], options: RunOptions) => {
      await runInEnvironment(words, options, context);
    });
}

async function runInEnvironment(
  words: readonly string[],
  options: RunOptions,
  context: Context,
): Promise<void> {
  if (words.length === 0) {
    throw new UsageError(
      'no command to run',
      'write it behind --, for example: submarine run -- python train.py',
    );
  }
  const { toRunRequest } = await import('../options/to-run-request.ts');
  const { showRun, startRun } = await import('../../operations/runs/start-run.ts');
  const request = { ...(await toRunRequest(words, options, context)), detached: options.detach };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    context.io.out(await showRun(submarine, request, context.call()));
    return;
  }
  const { followRun } = await import('../terminal/follow-run.ts');
  const { stdin, stdout, stderr } = context.host.streams;
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr };
  const run = await startRun(submarine, request, streams, context.call());
  if (options.detach === true) return context.io.out(run.runId);
  context.exitWith(await followRun(run, limitsOf(options), context));
}

/** How long the command may take to end, and what its memory is limited to. */
export function limitsOf({ stopTimeout, memory }: LaunchOptions) {
  return { memory, stopTimeoutMs: stopTimeout === undefined ? undefined : stopTimeout * 1000 };
}
