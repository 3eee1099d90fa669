import type { Command } from 'commander';
import { Option } from 'commander';

import { rmOption } from './docker-options.ts';
import type { LaunchOptions } from './launch-options.ts';
import { addLaunchOptions } from './launch-options.ts';

/** What takes a command that is followed, or left running. */
export interface RunOptions extends LaunchOptions {
  readonly detach?: boolean;
  readonly rm?: boolean;
}

export function addRunOptions(command: Command): Command {
  const publish = new Option(
    '-p, --publish <port>',
    'publish a port of the container (repeatable)',
  );
  return addLaunchOptions(command, publish)
    .option('-d, --detach', 'leave the command running, and print the id of the run')
    .addOption(rmOption())
    .option(
      '--detach-keys <keys>',
      'at a terminal, the keys that leave the command running: ctrl-p,ctrl-q (default: none)',
    );
}

/** How long the command may take to end, and what its memory is limited to. */
export function limitsOf({ stopTimeout, memory, timeout }: LaunchOptions) {
  const stopTimeoutMs = stopTimeout === undefined ? undefined : stopTimeout * 1000;
  return { memory, stopTimeoutMs, timeoutMs: timeout };
}
