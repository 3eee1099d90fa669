import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { ExecOptions } from '../options/exec-options.ts';
import { addExecOptions } from '../options/exec-options.ts';

interface ShellOptions extends ExecOptions {
  readonly env?: string;
}

export function shellCommand(context: Context): Command {
  const command = new Command('shell')
    .description('open a shell in a running container, or in a new one of an environment')
    .argument(
      '[container]',
      'its name, the beginning of its id, or the environment that it runs (default: the only one)',
    );
  return addExecOptions(command)
    .option('--env <name>', 'the environment; where nothing runs in it, a container is started')
    .addHelpText(
      'after',
      `
The shell is bash where the container has it, else sh. Its prompt shows the kernel. A container that
was started for it ends with it.

Examples:
  submarine shell
  submarine shell demo
  submarine shell --env demo
  submarine shell --user root demo`,
    )
    .action(async (container: string | undefined, options: ShellOptions) => {
      const { host, io } = context;
      const isTerminal = host.streams.stdin.isTTY === true && io.stdoutIsTerminal;
      if (!isTerminal && options.dryRun !== true) {
        throw new UsageError(
          'a shell needs a terminal',
          `give it a command: submarine exec ${container ?? 'CONTAINER'} -- sh -c 'echo hello'`,
        );
      }
      await openShell(container, options, context);
    });
}

async function openShell(
  container: string | undefined,
  options: ShellOptions,
  context: Context,
): Promise<void> {
  const { enter, enterNew } = await import('../terminal/enter.ts');
  const { env: environment, engine } = options;
  if (environment === undefined) return enter({ container, command: [] }, options, context);
  if (container !== undefined) {
    throw new UsageError('a container and an environment are named', 'leave one of them out');
  }
  const { findRunningIn } = await import('../../operations/runs/find-run.ts');
  const request = { environment, engine };
  const running = await findRunningIn(await context.submarine(), request, context.call());
  if (running === undefined) return enterNew(environment, options, context);
  context.io.note(`${environment} is running as ${running.name}`);
  await enter({ container: running.name, command: [] }, options, context);
}
