import { Command } from 'commander';

import { formatTable } from '../../text/table.ts';
import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import { parseSpan } from '../options/span-option.ts';
import { runTable } from '../render/runs.ts';
import { confirmed } from '../terminal/confirm.ts';

interface PruneOptions {
  /** In milliseconds. */
  readonly older?: number;
  readonly records?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly engine?: string;
}

export function pruneCommand(context: Context): Command {
  return new Command('prune')
    .description('remove the containers of your runs that have ended')
    .option('--older <time>', 'only those that ended longer ago: 30d', parseSpan)
    .option('--records', 'remove their records, too')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Kernels are removed by submarine kernel prune.

Examples:
  submarine prune --dry-run
  submarine prune --older 30d --records --yes`,
    )
    .action(async (options: PruneOptions) => {
      await prune(options, context);
    });
}

async function prune(
  { older, records, yes, dryRun, engine }: PruneOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const runs = await import('../../operations/runs/remove-runs.ts');
  const submarine = await context.submarine();
  const request = { olderMs: older, records, engine };
  const chosen = await runs.choosePrunableRuns(submarine, request, context.call());
  const shown = [...new Set([...chosen.containers, ...chosen.records])];
  if (shown.length === 0) return io.note('nothing to remove');
  const { columns } = context.host.streams.stdout;
  const lines = await formatTable(runTable(shown, { columns }));
  if (dryRun === true) return lines.forEach(io.out);
  if (yes !== true) {
    if (io.canAsk) lines.forEach(io.note);
    const what = records === true ? 'containers and records' : 'containers';
    const question = `remove the ${what} of ${shown.length} run${shown.length === 1 ? '' : 's'}?`;
    if (!(await confirmed(question, context))) return io.note('nothing was removed');
  }
  await runs.removeChosenRuns(submarine, chosen, { engine }, context.call());
  for (const { name } of shown) io.out(name);
}
