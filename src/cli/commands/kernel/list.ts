import { Command } from 'commander';

import type { KernelList, ListedKernel } from '../../../operations/kernels/list-kernels.ts';
import { formatBytes } from '../../../text/bytes.ts';
import { formatAgo } from '../../../text/time-span.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption, toJson, toYaml } from '../../options/output-options.ts';
import type { Palette } from '../../terminal/colour.ts';
import { writeTable } from '../../terminal/table.ts';

interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
  readonly engine?: string;
}

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list built kernels, the most recently used first')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
STATE is complete, building, unfinished (a build was killed) or untrusted (an earlier version built
it, and runs could change it). The next start builds unfinished and untrusted kernels again.

Examples:
  submarine kernel list
  submarine kernel list -o wide --no-headers
  submarine kernel list -o json`,
    )
    .action(async ({ engine, ...options }: ListOptions) => {
      const { listKernels } = await import('../../../operations/kernels/list-kernels.ts');
      const list = await listKernels(await context.looking(), { engine }, context.call());
      await writeKernels(list, options, context);
    });
}

async function writeKernels(
  { location, kernels }: KernelList,
  { output, headers }: ListOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  if (output === 'json') io.out(toJson(kernels.map(toValue)));
  else if (output === 'yaml') io.write(await toYaml(kernels.map(toValue)));
  else if (output === 'name') for (const { digest } of kernels) io.out(digest);
  else if (kernels.length === 0) io.note(`no kernel has been built in ${location} yet`);
  else await writeKernelTable(kernels, { wide: output === 'wide', headers }, context);
}

function toValue(kernel: ListedKernel): object {
  const { digest, platform, names, environments, bytes, lastUsed, state, image } = kernel;
  return {
    ...{ digest, platform, names, environments, bytes },
    lastUsed: lastUsed.toISOString(),
    ...{ state, complete: state === 'complete' },
    ...(image === undefined ? {} : { image }),
  };
}

async function writeKernelTable(
  kernels: readonly ListedKernel[],
  { wide, headers }: { readonly wide: boolean; readonly headers: boolean },
  context: Context,
): Promise<void> {
  const headings = [
    ...['DIGEST', 'NAME', 'ENVIRONMENTS', 'SIZE', 'LAST USED', 'STATE'],
    ...(wide ? ['PLATFORM', 'IMAGE'] : []),
  ];
  const now = Date.now();
  const rows = kernels.map((kernel) => [
    kernel.digest,
    kernel.names.join(','),
    kernel.environments.join(','),
    formatBytes(kernel.bytes),
    formatAgo(now - kernel.lastUsed.getTime()),
    kernel.state,
    ...(wide ? [kernel.platform, kernel.image ?? ''] : []),
  ]);
  const paint = (line: string, index: number, { error }: Palette): string =>
    ['unfinished', 'untrusted'].includes(kernels[index]?.state ?? '') ? error(line) : line;
  await writeTable([headings, ...rows], { headers, paint }, context);
}
