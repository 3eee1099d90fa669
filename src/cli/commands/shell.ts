import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { ExecOptions } from '../options/exec-options.ts';
import { addExecOptions } from '../options/exec-options.ts';

export function shellCommand(context: Context): Command {
  const command = new Command('shell')
    .description('open a shell in a container that runs, in its activated kernel')
    .argument(
      '[container]',
      'its name, the beginning of its id, or the environment that it runs (default: the only one)',
    );
  return addExecOptions(command)
    .addHelpText(
      'after',
      `
The shell is bash where the container has it, else sh. Its prompt shows the kernel.

Examples:
  submarine shell
  submarine shell demo
  submarine shell --user root demo`,
    )
    .action(async (container: string | undefined, options: ExecOptions) => {
      context.exitWith(await openShell(container, options, context));
    });
}

async function openShell(
  container: string | undefined,
  options: ExecOptions,
  context: Context,
): Promise<number> {
  const isTerminal = context.host.streams.stdin.isTTY === true && context.io.stdoutIsTerminal;
  if (!isTerminal && options.dryRun !== true) {
    throw new UsageError(
      'a shell needs a terminal, and there is none',
      `give it a command: submarine exec ${container ?? 'CONTAINER'} -- sh -c 'echo hello'`,
    );
  }
  const { enterContainer } = await import('../enter-container.ts');
  return enterContainer(container, [], options, context);
}
