import { ForeignFilesError } from '../../../kernel-cache/foreign-files-error.ts';
import type { KernelCache } from '../../../kernel-cache/kernel-cache.ts';
import { ExitCode, SubmarineError } from '../../../errors.ts';
import { channelFolder, KeptFiles } from '../../../solver/kept-file.ts';
import { formatBytes } from '../../../text/bytes.ts';
import { confirmed } from '../../terminal/confirm.ts';
import type { Context } from '../../context.ts';

const CACHES: readonly string[] = ['pkgs', 'pip', 'wheels'];

/**
 * The work of `kernel prune --packages`: empties what builds have downloaded, and what solving has fetched of channels.
 * Kernels go on to work: what they share with the cache has a second name there.
 *
 * @throws SubmarineError with exit code 75 while a build is going on
 * @throws ForeignFilesError
 */
export async function clearPackages(
  cache: KernelCache,
  { dryRun, yes }: { readonly dryRun?: true; readonly yes?: true },
  context: Context,
): Promise<void> {
  const { io } = context;
  const parts = (await cache.parts()).filter(({ name }) => CACHES.includes(name));
  const channels = new KeptFiles(channelFolder((await context.folders()).host));
  const ofChannels = await channels.bytes();
  const size = formatBytes(parts.reduce((total, { bytes }) => total + bytes, ofChannels));
  if (dryRun === true) return io.note(`that would free ${size}, which builds would fetch again`);
  const question = `empty the package caches (${size})? builds will fetch again what they need`;
  if (yes !== true && !(await confirmed(question, context))) {
    return io.note('nothing was removed');
  }
  const { busy, failed, freedBytes } = await cache.clearPackages();
  if (busy !== undefined) {
    throw new SubmarineError(
      'a build is using the package cache',
      'wait for its end and try again',
      ExitCode.tryAgain,
    );
  }
  await channels.clear();
  io.note(`freed ${formatBytes(freedBytes + ofChannels)}`);
  if (failed.length > 0) throw new ForeignFilesError(cache, failed);
}
