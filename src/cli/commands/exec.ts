import { Command } from 'commander';

import { UsageError } from '../../errors.ts';
import type { Context } from '../context.ts';
import type { ExecOptions } from '../options/exec-options.ts';
import { addExecOptions } from '../options/exec-options.ts';

export function execCommand(context: Context): Command {
  const command = new Command('exec')
    .description('run another command in a running container, in its activated kernel')
    .argument('<container>', 'its name, the beginning of its id, or the environment that it runs')
    .argument('[command...]', 'the command and its arguments')
    .usage('[options] CONTAINER [--] COMMAND [ARG...]')
    .passThroughOptions();
  return addExecOptions(command)
    .addHelpText(
      'after',
      `
The command has the variables, the user and the folder of the container's own. It gets a terminal
where stdin and stdout are one. Signals reach it as they are, and the exit code is its own.

Examples:
  submarine exec demo -- python -c 'import sys; print(sys.prefix)'
  submarine exec --user root demo -- apt-get update
  submarine exec --dry-run demo -- nvidia-smi`,
    )
    .action(async (container: string, words: string[], options: ExecOptions) => {
      const command = words[0] === '--' ? words.slice(1) : words;
      if (command.length === 0) {
        throw new UsageError(
          'no command to run',
          `put it after the container: submarine exec ${container} -- python`,
        );
      }
      const { enter } = await import('../terminal/enter.ts');
      await enter({ container, command }, options, context);
    });
}
