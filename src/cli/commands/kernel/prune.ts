import { Command, InvalidArgumentError, Option } from 'commander';

import { parseTimeSpan } from '../../../text/time-span.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/launch-options.ts';
import type { PruneOptions } from './prune-kernels.ts';

export function pruneCommand(context: Context): Command {
  return new Command('prune')
    .description('remove kernels that nobody uses, and what builds left unfinished')
    .argument('[kernel...]', 'remove these: environments, or digests of kernels')
    .option('--unused <time>', 'those not used for so long, whoever may want them', parseSpan)
    .option('--keep <number>', 'leave so many that were used last', parseCount)
    .addOption(
      new Option('--packages', 'empty the caches that builds download into, instead').conflicts([
        'unused',
        'keep',
      ]),
    )
    .option('-y, --yes', 'do not ask')
    .option('--dry-run', 'print what would be removed, and remove nothing')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Without --unused those go that no environment of the store asks for and that were not used for
30 days. A kernel that a container uses stays, and so does one that is being built.

Examples:
  submarine kernel prune --dry-run
  submarine kernel prune --unused 30d --keep 3 --yes
  submarine kernel prune --packages --dry-run`,
    )
    .action(async (names: string[], options: PruneOptions) => {
      const { pruneKernels } = await import('./prune-kernels.ts');
      await pruneKernels(names, options, context);
    });
}

function parseSpan(text: string): number {
  const spanMs = parseTimeSpan(text);
  if (spanMs === undefined) throw new InvalidArgumentError('Write a time as 30d, 12h or 90m.');
  return spanMs;
}

function parseCount(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('Write a number.');
  return Number(text);
}
