import { InvalidDataError, SubmarineError } from '../../errors.ts';
import type { CachedKernel } from '../../kernel-cache/cached-kernel.ts';
import type { Store } from '../../stores/store.ts';
import { quote } from '../../text/quote.ts';
import { kernelUsers } from './kernel-users.ts';

/** As many digits of a digest as nobody takes for a name. */
const DIGEST = /^[0-9a-f]{6,32}$/;

/**
 * The kernels that a name stands for: those of an environment, by its lock where that is of its kernel, or the one
 * whose digest begins so.
 *
 * @param kernels - among which to look
 * @returns at least one
 * @throws EnvironmentNotFoundError when the store has no such environment, and no digest begins so
 * @throws SubmarineError of the kind `not-found` when the kernel of the environment is not built
 * @throws InvalidDataError when it has none to build
 */
export async function kernelsNamed(
  name: string,
  kernels: readonly CachedKernel[],
  store: Store,
): Promise<readonly CachedKernel[]> {
  const byDigest = DIGEST.test(name) ? kernels.filter(({ digest }) => digest.startsWith(name)) : [];
  if (byDigest.length > 0) return byDigest;
  const { environment } = await store.get(name);
  const [user] = await kernelUsers(environment, store);
  if (user === undefined) {
    throw new InvalidDataError(
      `the environment ${quote(name)} has no kernel to build`,
      'its image already holds everything it needs',
    );
  }
  const wanted = new Set(user.wanted.map(({ digest }) => digest));
  const found = kernels.filter(({ digest }) => wanted.has(digest));
  if (found.length > 0) return found;
  throw new SubmarineError({
    kind: 'not-found',
    code: 'kernel-not-built-yet',
    message: `the kernel of ${quote(name)} is not built`,
    data: { name },
  });
}
