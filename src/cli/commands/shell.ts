import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { ExecOptions } from '../options/exec-options.ts';
import { addExecOptions } from '../options/exec-options.ts';

export function shellCommand(context: Context): Command {
  const command = new Command('shell')
    .description('open a shell in a running container, in its activated kernel')
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
      const { host, io } = context;
      const isTerminal = host.streams.stdin.isTTY === true && io.stdoutIsTerminal;
      if (!isTerminal && options.dryRun !== true) {
        throw new UsageError(
          'a shell needs a terminal',
          `give it a command: submarine exec ${container ?? 'CONTAINER'} -- sh -c 'echo hello'`,
        );
      }
      const { enter } = await import('../terminal/enter.ts');
      await enter({ container, command: [] }, options, context);
    });
}
