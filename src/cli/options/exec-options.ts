import type { Command } from 'commander';

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
    .option('-w, --workdir <path>', "the working directory (default: the container's)")
    .option('-u, --user <user>', "the user (default: the container's)")
    .addOption(engineOption())
    .option('--dry-run', 'print the exact command and start nothing');
}
