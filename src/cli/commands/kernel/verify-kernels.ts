import type { CachedKernel } from '../../../kernel-cache/cached-kernel.ts';
import { checkFiles } from '../../../kernel-cache/check-files.ts';
import { checkAgainstLock } from '../../../kernel-cache/check-lock.ts';
import type { KernelCache } from '../../../kernel-cache/kernel-cache.ts';
import { ExitCode } from '../../../errors.ts';
import type { PlatformLock } from '../../../lock/lock.ts';
import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { findKernelUsers } from '../../kernel-users.ts';
import { kernelsNamed } from '../../kernels-named.ts';
import { openCache } from '../../open-cache.ts';

export interface VerifyOptions {
  readonly engine?: string;
}

/**
 * The work of `kernel verify`.
 *
 * @returns the exit code: 65 when there is a difference
 */
export async function verifyKernels(
  name: string | undefined,
  { engine }: VerifyOptions,
  context: Context,
): Promise<number> {
  const { io } = context;
  const { cache } = await openCache(engine, context);
  const store = await context.store();
  const complete = (await cache.list()).filter(({ state }) => state === 'complete');
  const chosen = name === undefined ? complete : await kernelsNamed(name, complete, store);
  if (chosen.length === 0) io.note(`no kernel has been built in ${cache.location} yet`);
  const locks = await locksByDigest(context);
  let code: number = ExitCode.ok;
  for (const kernel of chosen) {
    const differences = await differencesOf(kernel, locks.get(kernel.digest), cache);
    for (const line of differences) io.out(`${kernel.digest}: ${escapeControls(line)}`);
    if (differences.length === 0) continue;
    code = ExitCode.invalidData;
    io.note(`submarine: kernel ${kernel.digest} is not as it was built`);
    io.note(`  remove it, and its next start builds it: submarine kernel prune ${kernel.digest}`);
  }
  return code;
}

async function locksByDigest(context: Context): Promise<ReadonlyMap<string, PlatformLock>> {
  const users = await findKernelUsers(await context.store());
  return new Map(
    users
      .flatMap(({ wanted }) => wanted)
      .flatMap(({ digest, locked }) =>
        locked === undefined ? [] : [[digest, locked.packages] as const],
      ),
  );
}

async function differencesOf(
  kernel: CachedKernel,
  lock: PlatformLock | undefined,
  cache: KernelCache,
): Promise<readonly string[]> {
  const [records, files] = [await cache.records(kernel), await cache.files(kernel)];
  return [
    ...(lock === undefined ? [] : checkAgainstLock(records, lock)),
    ...checkFiles(records, files),
  ];
}
