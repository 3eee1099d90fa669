import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { RunRequest } from '../../operations/runs/run-request.ts';
import { collect } from '../options/global-options.ts';
import { parseParameters } from '../options/parameter-option.ts';
import type { RunOptions as FollowedOptions } from '../options/run-options.ts';
import { addRunOptions } from '../options/run-options.ts';

interface RunOptions extends FollowedOptions {
  readonly param?: readonly string[];
  readonly executed?: string;
}

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('run a command in an environment; everything behind the command is its own')
    .argument('[command...]', 'the command and its arguments')
    .usage('[options] [--] COMMAND [ARG...]')
    .passThroughOptions();
  return addRunOptions(command)
    .option('--param <name=value>', 'set a parameter of a notebook (repeatable)', collect)
    .option('--executed <file>', 'where an executed notebook goes (default: n.executed.ipynb)')
    .addHelpText(
      'after',
      `
The working directory is mounted at /code/<its name>, and the command runs there. The exit code is
the command's own. With --detach the command goes on when the terminal closes: submarine ps lists
it, submarine logs shows what it prints, and submarine stop ends it.

Ctrl-Z pauses the command's container, and fg lets it go on; in a shell the key belongs to what runs
inside.

A command that is a Jupyter notebook is executed in the kernel that submarine notebook would open it
in, and written with what came of it; it stops with exit code 1 at the first failing cell.

A kernel that is not there yet is built first, which takes as long as installing its packages. The
command cannot change it: what pip installs is for this run alone and is gone when it ends.

Examples:
  submarine run --env demo -- python -c 'print("hello")'
  submarine run --env demo -e OMP_NUM_THREADS=4 --memory 2g -- python -m timeit 'sum(range(1000))'
  submarine run --env demo --dry-run -- python train.py --batch_size 5
  submarine run --env demo --dry-run --param lr=0.1 train.ipynb
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
  const { startAndFollow } = await import('../terminal/start-and-follow.ts');
  const request = {
    ...(await toRunRequest(words, options, context)),
    ...{ detached: options.detach, executes: await executionOf(words, options) },
  };
  const submarine = await context.submarine();
  const explain = async (error: unknown): Promise<unknown> => {
    const { withMeantLine } = await import('../terminal/meant-environment.ts');
    return withMeantLine(error, words, submarine);
  };
  const way = { start: startRun, show: showRun, explain };
  const code = await startAndFollow(request, options, way, context);
  if (code !== NOT_FOUND) return;
  const { meantLine } = await import('../terminal/meant-environment.ts');
  const line = await meantLine(words, submarine);
  if (line !== undefined) context.io.note(`  did you mean: ${line}`);
}

/** What a command ends with that is not there. */
const NOT_FOUND = 127;

async function executionOf(
  words: readonly string[],
  { param, executed }: RunOptions,
): Promise<RunRequest['executes']> {
  const { isNotebookFile } = await import('../../operations/runs/notebook-command.ts');
  const isAsked = param !== undefined || executed !== undefined;
  if (!isAsked && !isNotebookFile(words)) return undefined;
  return { executed, parameters: parseParameters(param) };
}
