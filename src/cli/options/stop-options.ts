import type { Command } from 'commander';

import { engineOption } from './engine-option.ts';
import { parseTimer } from './span-option.ts';

export interface StopOptions {
  /** In milliseconds. */
  readonly timeout?: number;
  readonly dryRun?: boolean;
  readonly engine?: string;
}

/** How what is running is ended. */
export function addStopOptions(command: Command): Command {
  return command
    .option('--timeout <time>', 'how long it may take to end (default: 10s)', parseTimer)
    .option('--dry-run', 'print what would be stopped, and stop nothing')
    .addOption(engineOption());
}
