import { SubmarineError } from '../../errors.ts';
import { fileReason } from '../../files/file-reason.ts';
import type { LaunchHome } from '../../launch/launch-request.ts';
import { quote } from '../../text/quote.ts';
import { warn } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import { makeHome } from './home-folder.ts';

/**
 * Makes the folder of what persists for a launch. An environment's own that cannot be made is left out, which is told.
 *
 * @throws SubmarineError when a folder that the user named cannot be made
 */
export async function provideHome({
  facts: { home },
  submarine,
  call,
}: KernelLaunch): Promise<LaunchHome | undefined> {
  if (home === undefined) return undefined;
  try {
    await makeHome(submarine, home);
    return home;
  } catch (error) {
    const why = error instanceof SubmarineError ? error.message : fileReason(error);
    if (home.id === undefined) {
      throw new SubmarineError({
        kind: 'cannot-write',
        code: 'home-not-made',
        message: `cannot make the folder ${quote(home.folder)}: ${why}`,
        data: { folder: home.folder },
        cause: error,
      });
    }
    warn(call, { code: 'home-left-out', folder: home.folder, why });
    return undefined;
  }
}
