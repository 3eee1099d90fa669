import type { CachedKernel } from '../../../kernel-cache/cached-kernel.ts';
import { chooseKernels } from '../../../kernel-cache/choose-kernels.ts';
import { ForeignFilesError } from '../../../kernel-cache/foreign-files-error.ts';
import type { KernelCache, Removal } from '../../../kernel-cache/kernel-cache.ts';
import type { Engine } from '../../../engines/engine.ts';
import { UsageError } from '../../../errors.ts';
import { formatBytes } from '../../../text/bytes.ts';
import { formatTable } from '../../../text/table.ts';
import { formatAgo } from '../../../text/time-span.ts';
import { confirmed } from '../../terminal/confirm.ts';
import type { Context } from '../../context.ts';
import { digestsInUse, digestsWanted } from '../../kernel-users.ts';
import { kernelsNamed } from '../../kernels-named.ts';
import { openCache } from '../../open-cache.ts';
import { clearPackages } from './clear-packages.ts';

export interface PruneOptions {
  /** In milliseconds. */
  readonly unused?: number;
  readonly keep?: number;
  readonly packages?: true;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly engine?: string;
}

/** The work of `kernel prune`. */
export async function pruneKernels(
  names: readonly string[],
  options: PruneOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  refuseTwoChoices(names, options);
  const { cache, engine } = await openCache(options.engine, context);
  if (options.packages === true) return clearPackages(cache, options, context);
  const chosen = await choose(names, options, { cache, engine }, context);
  if (chosen.length === 0) return io.note('there is nothing to remove');
  if (options.dryRun === true) {
    await writeKernels(chosen, context);
    return io.note(`that would free ${formatBytes(sum(chosen, ({ ownBytes }) => ownBytes))}`);
  }
  const question = `remove ${chosen.length === 1 ? 'a kernel' : `${chosen.length} kernels`}?`;
  if (options.yes !== true && !(await askAbout(chosen, question, context))) {
    return io.note('nothing was removed');
  }
  const listed = new Map(chosen.map((kernel) => [kernel.path, kernel]));
  const removal = await cache.remove([...listed.keys()], async (path, lastUsed) => {
    // A start in the meantime has noted its use, also one on another engine.
    const kernel = listed.get(path);
    if (kernel === undefined || lastUsed > kernel.lastUsed) return false;
    return !(await digestsInUse(engine)).has(kernel.digest);
  });
  await tellOf(removal, listed, context);
  if (removal.failed.length > 0) {
    throw new ForeignFilesError(
      cache,
      removal.failed.map((path) => `kernels/${path}`),
    );
  }
}

function refuseTwoChoices(
  names: readonly string[],
  { unused, keep, packages }: PruneOptions,
): void {
  if (names.length === 0 || (unused ?? keep ?? packages) === undefined) return;
  throw new UsageError(
    'kernels that are named are removed whatever --unused, --keep and --packages say',
    'name kernels, or choose them by options',
  );
}

async function choose(
  names: readonly string[],
  { unused, keep = 0 }: PruneOptions,
  { cache, engine }: { readonly cache: KernelCache; readonly engine: Engine },
  context: Context,
): Promise<readonly CachedKernel[]> {
  const store = await context.store();
  const [kernels, inUse] = [await cache.list(), await digestsInUse(engine)];
  if (names.length === 0) {
    const wanted = await digestsWanted(store);
    return chooseKernels(kernels, { unusedMs: unused, keep, wanted, inUse, now: new Date() });
  }
  const named = new Set<CachedKernel>();
  for (const name of names) {
    for (const kernel of await kernelsNamed(name, kernels, store)) named.add(kernel);
  }
  const isFree = ({ digest, state }: CachedKernel) => !inUse.has(digest) && state !== 'building';
  for (const { digest } of [...named].filter((kernel) => !isFree(kernel))) {
    context.io.note(`kernel ${digest} stays: a container uses it`);
  }
  return [...named].filter(isFree);
}

async function askAbout(
  kernels: readonly CachedKernel[],
  question: string,
  context: Context,
): Promise<boolean> {
  if (context.io.canAsk) for (const line of await rowsOf(kernels)) context.io.note(line);
  return confirmed(question, context);
}

async function writeKernels(kernels: readonly CachedKernel[], { io }: Context): Promise<void> {
  for (const line of await rowsOf(kernels)) io.out(line);
}

function rowsOf(kernels: readonly CachedKernel[]): Promise<readonly string[]> {
  const now = Date.now();
  return formatTable(
    kernels.map(({ digest, ownBytes, state, lastUsed }) => [
      digest,
      formatBytes(ownBytes),
      state === 'complete' ? `used ${formatAgo(now - lastUsed.getTime())}` : state,
    ]),
  );
}

async function tellOf(
  { removed, kept, busy }: Removal,
  listed: ReadonlyMap<string, CachedKernel>,
  context: Context,
): Promise<void> {
  const { io } = context;
  const kernels = removed.flatMap(({ path }) => listed.get(path) ?? []);
  await writeKernels(kernels, context);
  const digest = (path: string): string => listed.get(path)?.digest ?? path;
  for (const path of kept) io.note(`kernel ${digest(path)} stays: a container uses it by now`);
  for (const path of busy) io.note(`kernel ${digest(path)} stays: it is being built or removed`);
  const freed = sum(removed, ({ freedBytes }) => freedBytes);
  io.note(`freed ${formatBytes(freed)}`);
  // How much cannot be summed up: several kernels share the same files.
  if (freed < sum(kernels, ({ bytes }) => bytes)) {
    io.note('  what the package cache has of them, too, stays: submarine kernel prune --packages');
  }
}

function sum<Item>(items: readonly Item[], valueOf: (item: Item) => number): number {
  return items.reduce((total, item) => total + valueOf(item), 0);
}
