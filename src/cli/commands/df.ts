import { Command } from 'commander';

import type { Usage, UsagePart } from '../../operations/kernels/measure-usage.ts';
import { formatBytes } from '../../text/bytes.ts';
import type { Context } from '../context.ts';
import { engineOption } from '../options/engine-option.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { outputOption, toJson, toYaml } from '../options/output-options.ts';
import { writeTable } from '../terminal/table.ts';

interface DfOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
  readonly engine?: string;
}

export function dfCommand(context: Context): Command {
  return new Command('df')
    .description('show disk usage, and how to free space')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Archives are the packages that builds have fetched, kept for the next build. Builds are what
running or killed builds install from. Kernels need neither, nor the lists of channels. Homes
are what environments keep between runs: caches, JupyterLab's settings, IPython's history.

Examples:
  submarine df
  submarine df -o json`,
    )
    .action(async ({ engine, ...options }: DfOptions) => {
      const { measureUsage } = await import('../../operations/kernels/measure-usage.ts');
      const usage = await measureUsage(await context.looking(), { engine }, context.call());
      await writeUsage(usage, options, context);
    });
}

const NAMES: Readonly<Record<UsagePart['part'], string>> = {
  kernels: 'kernels',
  archives: 'archives',
  channels: 'channel lists',
  builds: 'builds',
  logs: 'logs',
  homes: 'homes',
  other: 'other',
  earlier: 'of earlier versions',
};

async function writeUsage(
  { location, isFolder, homes, parts }: Usage,
  { output, headers }: Omit<DfOptions, 'engine'>,
  context: Context,
): Promise<void> {
  const { io } = context;
  if (output === 'json') return io.out(toJson(parts.map(toValue)));
  if (output === 'yaml') return io.write(await toYaml(parts.map(toValue)));
  const total = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const rows = [...parts.map(toRow), ['total', formatBytes(total), '', '']];
  await writeTable([['PART', 'SIZE', 'CAN BE FREED', 'BY'], ...rows], { headers }, context);
  const place = isFolder ? location : `the volume ${location} of the engine`;
  io.note(`in ${place}; homes in ${homes}`);
}

/** The command that frees it; undefined where there is nothing to gain. */
function commandFor({ part, freeableBytes }: UsagePart): string | undefined {
  if (freeableBytes === 0) return undefined;
  if (part === 'homes') return 'submarine prune --homes';
  return ['kernels', 'builds'].includes(part)
    ? 'submarine kernel prune'
    : 'submarine kernel prune --packages';
}

function toValue(part: UsagePart): object {
  const { bytes, freeableBytes, count } = part;
  return {
    ...{ name: NAMES[part.part], bytes, freeableBytes, command: commandFor(part) },
    ...(count === undefined ? {} : { count }),
  };
}

function toRow(part: UsagePart): readonly string[] {
  const command = commandFor(part);
  const name = NAMES[part.part];
  return [
    part.count === undefined ? name : `${name} (${part.count})`,
    formatBytes(part.bytes),
    command === undefined ? '' : formatBytes(part.freeableBytes),
    command ?? '',
  ];
}
