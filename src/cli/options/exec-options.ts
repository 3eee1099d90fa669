import type { Command } from 'commander';
import { Option } from 'commander';

import { UsageError } from '../../errors.ts';
import { engineOption } from './engine-option.ts';
import { collect } from './global-options.ts';

/** What `exec` and `shell` take alike, as commander gives it. */
export interface ExecOptions {
  readonly envVar?: readonly string[];
  readonly workdir?: string;
  readonly user?: string;
  readonly engine?: string;
  readonly dryRun?: boolean;
}

/** Gives a command the options of another command in a container. */
export function addExecOptions(command: Command): Command {
  return command
    .option('-e, --env-var <key[=value]>', 'set a variable (repeatable)', collect)
    .addOption(new Option('-i, --interactive').hideHelp())
    .addOption(new Option('-t, --tty').hideHelp())
    .addOption(detachOption())
    .option('-w, --workdir <path>', "the working directory (default: the container's)")
    .option('-u, --user <user>', "the user (default: the container's)")
    .addOption(engineOption())
    .option('--dry-run', 'print the exact command and start nothing');
}

/** The engine's client takes it; what a command in a container that nobody follows prints would be lost. */
function detachOption(): Option {
  return new Option('-d, --detach').hideHelp().argParser(() => {
    throw new UsageError(
      'a command in a running container is followed to its end',
      "leave it in the background there: submarine exec RUN -- sh -c 'COMMAND >/tmp/log 2>&1 &'",
    );
  });
}
