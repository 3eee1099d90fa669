import { Command } from 'commander';

import type { ListedHome } from '../../operations/homes/list-homes.ts';
import { formatBytes } from '../../text/bytes.ts';
import { formatTable } from '../../text/table.ts';
import { formatAgo } from '../../text/time-span.ts';
import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import { parseSpan } from '../options/span-option.ts';
import { runTable } from '../render/runs.ts';
import { confirmed } from '../terminal/confirm.ts';

interface PruneOptions {
  /** In milliseconds. */
  readonly older?: number;
  readonly records?: boolean;
  readonly homes?: boolean;
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly engine?: string;
}

export function pruneCommand(context: Context): Command {
  return new Command('prune')
    .description('remove the containers of your runs that have ended')
    .option('--older <time>', 'only those that ended longer ago: 30d', parseSpan)
    .option('--records', 'remove their records, too')
    .option('--homes', 'remove what environments that are gone have kept, too')
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
A home is what an environment keeps between its runs: caches, JupyterLab's settings, IPython's
history. With --older, --homes also removes those that no run has used for so long.

Kernels are removed by submarine kernel prune.

Examples:
  submarine prune --dry-run
  submarine prune --older 30d --records --yes
  submarine prune --homes`,
    )
    .action(async (options: PruneOptions) => {
      await prune(options, context);
    });
}

async function prune(options: PruneOptions, context: Context): Promise<void> {
  const { io } = context;
  const { older: olderMs, records, engine } = options;
  const runs = await import('../../operations/runs/remove-runs.ts');
  const homes = await import('../../operations/homes/prune-homes.ts');
  const submarine = await context.submarine();
  const call = context.call();
  const chosen = await runs.choosePrunableRuns(submarine, { olderMs, records, engine }, call);
  const left =
    options.homes === true
      ? await homes.choosePrunableHomes(submarine, { unusedMs: olderMs, engine }, call)
      : [];
  const ended = [...new Set([...chosen.containers, ...chosen.records])];
  if (ended.length + left.length === 0) return io.note('nothing to remove');
  const { columns } = context.host.streams.stdout;
  const lines = [
    ...(ended.length === 0 ? [] : await formatTable(runTable(ended, { columns }))),
    ...(left.length === 0 ? [] : await formatTable(homeTable(left))),
  ];
  if (options.dryRun === true) return lines.forEach(io.out);
  if (options.yes !== true) {
    if (io.canAsk) lines.forEach(io.note);
    const question = questionOf({ ended: ended.length, homes: left.length, records });
    if (!(await confirmed(question, context))) return io.note('nothing was removed');
  }
  await runs.removeChosenRuns(submarine, chosen, { engine }, call);
  for (const { name } of ended) io.out(name);
  const removed = await homes.pruneHomes(submarine, { chosen: left, engine }, call);
  for (const { environment } of removed) io.out(`home of ${environment}`);
}

interface Counts {
  readonly ended: number;
  readonly homes: number;
  readonly records: boolean | undefined;
}

function questionOf({ ended, homes, records }: Counts): string {
  const what = records === true ? 'containers and records' : 'containers';
  const parts = [
    ...(ended === 0 ? [] : [`the ${what} of ${ended} run${ended === 1 ? '' : 's'}`]),
    ...(homes === 0 ? [] : [`${homes} home${homes === 1 ? '' : 's'}`]),
  ];
  return `remove ${parts.join(' and ')}?`;
}

function homeTable(homes: readonly ListedHome[]): readonly (readonly string[])[] {
  const now = Date.now();
  const rows = homes.map(({ environment, store, bytes, lastUsed, isDeleted }) => [
    environment,
    formatBytes(bytes),
    formatAgo(now - lastUsed.getTime()),
    isDeleted ? 'deleted' : (store ?? 'unknown'),
  ]);
  return [['HOME OF', 'SIZE', 'LAST USED', 'STORE'], ...rows];
}
