import { Command, Option } from 'commander';

import { SubmarineError, UsageError } from '../../../errors.ts';
import type {
  PruneChoice,
  Pruned,
  PruneRequest,
} from '../../../operations/kernels/prune-kernels.ts';
import { formatBytes } from '../../../text/bytes.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import { parseCount, parseSpan } from '../../options/span-option.ts';
import {
  prunedLines,
  prunedRows,
  pruneQuestion,
  stayingLines,
} from '../../render/pruned-kernels.ts';
import { confirmed } from '../../terminal/confirm.ts';

interface PruneOptions {
  /** In milliseconds. */
  readonly unused?: number;
  readonly keep?: number;
  readonly packages?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly engine?: string;
}

export function pruneCommand(context: Context): Command {
  return new Command('prune')
    .description('remove unused kernels and unfinished builds')
    .argument('[kernel...]', 'kernels to remove: names of environments, or digests')
    .option(
      '--unused <time>',
      'remove those not used for this long, even if an environment needs them',
      parseSpan,
    )
    .option('--keep <number>', 'keep this many of the most recently used', parseCount)
    .addOption(
      new Option('--packages', 'remove fetched packages instead').conflicts(['unused', 'keep']),
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Without --unused, a kernel is removed if no environment in the store needs it and it has not been
used for 30 days. A kernel that a container is using, on any engine that was used here, or that is
being built, is always kept. One that was used in the last hour is kept unless you name it.

Examples:
  submarine kernel prune --dry-run
  submarine kernel prune --unused 30d --keep 3 --yes
  submarine kernel prune --packages --dry-run`,
    )
    .action(async (names: string[], options: PruneOptions) => {
      refuseTwoChoices(names, options);
      await (options.packages === true
        ? clearPackages(options, context)
        : pruneKernels(names, options, context));
    });
}

function refuseTwoChoices(
  names: readonly string[],
  { unused, keep, packages }: PruneOptions,
): void {
  if (names.length === 0 || (unused ?? keep ?? packages) === undefined) return;
  throw new UsageError(
    'cannot combine names of kernels with --unused, --keep or --packages',
    'name the kernels, or let the options choose them',
  );
}

async function pruneKernels(
  names: readonly string[],
  { unused, keep, engine, dryRun, yes }: PruneOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const prune = await import('../../../operations/kernels/prune-kernels.ts');
  const submarine = await context.submarine();
  const request: PruneRequest = { names, unusedMs: unused, keep, engine };
  const choice = await prune.choosePrunable(submarine, request, context.call());
  const { chosen, staying, abandoned } = choice;
  for (const line of stayingLines(staying)) io.note(line);
  if (chosen.length + abandoned.length === 0) return io.note('nothing to remove');
  const rows = await prunedRows(chosen, abandoned);
  if (dryRun === true) {
    for (const line of rows) io.out(line);
    return io.note(`that would free ${formatBytes(bytesOf(choice))}`);
  }
  if (yes !== true) {
    if (io.canAsk) for (const line of rows) io.note(line);
    const question = pruneQuestion(chosen, abandoned);
    if (!(await confirmed(question, context))) return io.note('nothing was removed');
  }
  try {
    const pruned = await prune.pruneKernels(submarine, { ...request, chosen }, context.call());
    await tellOf(pruned, context);
  } catch (error) {
    const done = doneBefore(error) as Pruned | undefined;
    if (done !== undefined) await tellOf(done, context);
    throw error;
  }
}

function bytesOf({ chosen, abandoned }: PruneChoice): number {
  const sizes = [...chosen.map(({ ownBytes }) => ownBytes), ...abandoned.map(({ bytes }) => bytes)];
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function tellOf(pruned: Pruned, { io }: Context): Promise<void> {
  for (const line of await prunedRows(pruned.removed, pruned.abandoned)) io.out(line);
  for (const line of [...stayingLines(pruned.staying), ...prunedLines(pruned)]) io.note(line);
}

async function clearPackages(
  { engine, dryRun, yes }: PruneOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const packages = await import('../../../operations/kernels/clear-packages.ts');
  const submarine = await context.submarine();
  const bytes = await packages.measurePackages(submarine, { engine }, context.call());
  const size = formatBytes(bytes);
  if (dryRun === true) return io.note(`that would free ${size}, which builds would fetch again`);
  const question = `remove fetched packages (${size})? builds will fetch again what they need`;
  if (yes !== true && !(await confirmed(question, context))) {
    return io.note('nothing was removed');
  }
  try {
    const freed = await packages.clearPackages(submarine, { engine }, context.call());
    io.note(`freed ${formatBytes(freed)}`);
  } catch (error) {
    const done = doneBefore(error) as Pick<Pruned, 'freedBytes'> | undefined;
    if (done !== undefined) io.note(`freed ${formatBytes(done.freedBytes)}`);
    throw error;
  }
}

/** What was removed before files of another user were in the way; undefined where something else failed. */
function doneBefore(error: unknown): unknown {
  const isOurs = error instanceof SubmarineError && error.code === 'foreign-files';
  return isOurs ? error.data['done'] : undefined;
}
