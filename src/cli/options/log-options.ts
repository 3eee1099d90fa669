import type { Command } from 'commander';

import { engineOption } from './engine-option.ts';
import { parseCount, parseMoment } from './span-option.ts';

export interface LogsOptions {
  readonly follow?: boolean;
  readonly since?: Date;
  readonly tail?: number;
  readonly timestamps?: boolean;
  readonly engine?: string;
}

/** How much is printed of what a run has written. */
export function addLogOptions(command: Command): Command {
  return command
    .option('-f, --follow', 'go on until the run ends')
    .option('--since <time>', 'only what was written since: 10m, 2026-05-01', parseMoment)
    .option('-n, --tail <lines>', 'only this many of the last lines', parseCount)
    .option('-t, --timestamps', 'begin each line with its time')
    .addOption(engineOption());
}
