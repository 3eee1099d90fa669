import type { CachedKernel, CachePart } from '../../kernel-cache/cached-kernel.ts';
import { chooseKernels } from '../../kernel-cache/choose-kernels.ts';
import { channelFolder, KeptFiles } from '../../solver/kept-file.ts';
import { formatBytes } from '../../text/bytes.ts';
import { formatTable } from '../../text/table.ts';
import { paletteFor } from '../terminal/colour.ts';
import type { Context } from '../context.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import { digestsInUse, digestsWanted } from '../kernel-users.ts';
import { openCache } from '../open-cache.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { toJson, toYaml } from '../options/output-options.ts';

export interface DfOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
  readonly engine?: string;
}

/** Something that takes room. */
interface Usage {
  readonly name: string;
  readonly bytes: number;
  readonly freeableBytes: number;
  /** The command that frees it; undefined where there is nothing to gain. */
  readonly command: string | undefined;
  readonly count?: number;
}

/** The work of `df`. */
export async function showUsage(
  { output, headers, engine: engineName }: DfOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { cache, engine } = await openCache(engineName, context);
  const { host } = await context.folders();
  const [kernels, parts, ofChannels, wanted, inUse] = await Promise.all([
    cache.list(),
    cache.parts(),
    new KeptFiles(channelFolder(host)).bytes(),
    digestsWanted(await context.store()),
    ifEngineAnswers(digestsInUse(engine)),
  ]);
  const rule = { unusedMs: undefined, keep: 0, now: new Date() };
  // Without an engine nothing runs that we know of; `prune` itself asks for one.
  const freeable = chooseKernels(kernels, { ...rule, wanted, inUse: inUse ?? new Set() });
  const usages = usagesOf(parts, { kernels, freeable, ofChannels });
  if (output === 'json') return io.out(toJson(usages));
  if (output === 'yaml') return io.write(await toYaml(usages));
  const total = usages.reduce((sum, { bytes }) => sum + bytes, 0);
  const lines = await formatTable([
    ...(headers ? [['PART', 'SIZE', 'CAN BE FREED', 'BY']] : []),
    ...usages.map(toRow),
    ['total', formatBytes(total), '', ''],
  ]);
  const palette = await paletteFor(context.host.streams.stdout, context);
  lines.forEach((line, index) => io.out(headers && index === 0 ? palette.faint(line) : line));
  io.note(`in ${cache.isFolder ? cache.location : `the volume ${cache.location} of the engine`}`);
}

function usagesOf(
  parts: readonly CachePart[],
  {
    kernels,
    freeable,
    ofChannels,
  }: {
    readonly kernels: readonly CachedKernel[];
    readonly freeable: readonly CachedKernel[];
    readonly ofChannels: number;
  },
): readonly Usage[] {
  const size = (...names: readonly CachePart['name'][]) =>
    parts.reduce((sum, { name, bytes }) => sum + (names.includes(name) ? bytes : 0), 0);
  const ofKernels = freeable.reduce((sum, { ownBytes }) => sum + ownBytes, 0);
  const packages = (name: string, bytes: number): Usage =>
    usage(name, bytes, bytes, 'submarine kernel prune --packages');
  return [
    {
      ...usage('kernels', size('kernels'), ofKernels, 'submarine kernel prune'),
      count: kernels.length,
    },
    packages('package cache', size('pkgs')),
    packages('pip and wheels', size('pip', 'wheels')),
    packages('channel lists', ofChannels),
    usage('logs', size('logs'), 0, ''),
    usage('other', size('other'), 0, ''),
  ];
}

function usage(name: string, bytes: number, freeableBytes: number, command: string): Usage {
  return { name, bytes, freeableBytes, command: freeableBytes > 0 ? command : undefined };
}

function toRow({ name, bytes, freeableBytes, command, count }: Usage): readonly string[] {
  const freed = command === undefined ? '' : formatBytes(freeableBytes);
  const shown = count === undefined ? name : `${name} (${count})`;
  return [shown, formatBytes(bytes), freed, command ?? ''];
}
