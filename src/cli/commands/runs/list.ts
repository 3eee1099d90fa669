import { Command, InvalidArgumentError, Option } from 'commander';

import type { RunOrder } from '../../../operations/runs/run-choices.ts';
import { RUN_ORDERS, STATUSES } from '../../../operations/runs/run-choices.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import { collect } from '../../options/global-options.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption } from '../../options/output-options.ts';
import { parseMoment } from '../../options/span-option.ts';
import { writeRuns } from '../../terminal/runs-table.ts';

interface ListOptions {
  readonly env?: string;
  readonly status?: readonly string[];
  readonly since?: Date;
  readonly sortBy: RunOrder;
  readonly engine?: string;
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list your runs that are recorded, the newest first')
    .option('--env <name>', 'list only those of an environment')
    .option(
      '--status <status>',
      `list only those that are ${STATUSES.join(', ')} (repeatable)`,
      collectStatus,
    )
    .option(
      '--since <time>',
      'list only those that were started since: 7d, 2026-05-01',
      parseMoment,
    )
    .addOption(
      new Option('--sort-by <what>', 'what to sort them by').choices(RUN_ORDERS).default('started'),
    )
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
No engine is needed: where none answers, the status of a run whose end was not seen is unknown.

Examples:
  submarine runs list --env demo --since 7d
  submarine runs list --status failed --sort-by duration
  submarine runs list -o json`,
    )
    .action(async (options: ListOptions) => {
      await list(options, context);
    });
}

async function list(
  { env: environment, status: statuses, since, sortBy, engine, output, headers }: ListOptions,
  context: Context,
): Promise<void> {
  const { listRuns } = await import('../../../operations/runs/list-runs.ts');
  const request = { environment, statuses, since, sortBy, engine, all: true, own: true };
  const runs = await listRuns(await context.looking(), request, context.call());
  const isAll = [environment, statuses, since].every((chosen) => chosen === undefined);
  const none = isAll
    ? 'no run is recorded yet; start one, for example: submarine run -- echo hello'
    : 'no recorded run matches';
  await writeRuns(runs, { output, headers, none }, context);
}

function collectStatus(status: string, before: readonly string[] | undefined): readonly string[] {
  if ((STATUSES as readonly string[]).includes(status)) return collect(status, before);
  throw new InvalidArgumentError(`It is one of ${STATUSES.join(', ')}.`);
}
