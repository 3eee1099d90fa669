import { chmodSync, mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { RunEnd } from '../../engines/engine.ts';
import { findPrivateFolder, makePrivateFolder } from '../../files/private-file.ts';
import { installedPackages } from '../../kernel-cache/installed-packages.ts';

/**
 * Makes the folder of a run, for nobody but the user, with `base` in it for what the run installs besides its kernel.
 *
 * @returns its path; undefined where it cannot be made, which keeps no run from starting
 */
export async function makeRunFolder(
  hostFolder: string,
  runId: string,
): Promise<string | undefined> {
  const runs = join(hostFolder, 'runs');
  const folder = join(runs, runId);
  try {
    if (findPrivateFolder(runs) === undefined) await makePrivateFolder(runs);
    for (const one of [folder, join(folder, 'base')]) {
      mkdirSync(one);
      // What is made has the mode that the umask leaves it.
      chmodSync(one, 0o700);
    }
    return folder;
  } catch {
    return undefined;
  }
}

/** Removes it, and tells what was installed there. */
export async function closeRunFolder(
  folder: string | undefined,
): Promise<Pick<RunEnd, 'installed'>> {
  if (folder === undefined) return {};
  const installed = await installedPackages(join(folder, 'base'));
  // A run that changed the rights of its own folders leaves some, which the next `kernel prune` finds.
  await rm(folder, { recursive: true, force: true }).catch(() => {});
  return installed.length === 0 ? {} : { installed };
}
