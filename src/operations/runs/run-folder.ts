import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { RunEnd } from '../../engines/engine.ts';
import { makePrivateFolder } from '../../files/private-file.ts';
import { installedPackages } from '../../kernel-cache/installed-packages.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';

/** Makes the folder in which a run installs what it needs besides its kernel, for nobody but the user. */
export async function makeRunFolder({ userBase }: LaunchPlan): Promise<void> {
  if (userBase !== undefined) await makePrivateFolder(userBase);
}

/** Removes it, and tells what was installed there. */
export async function closeRunFolder({ userBase }: LaunchPlan): Promise<Pick<RunEnd, 'installed'>> {
  if (userBase === undefined) return {};
  const installed = await installedPackages(userBase);
  // A run that changed the rights of its own folders leaves some, which the next `kernel prune` finds.
  await rm(dirname(userBase), { recursive: true, force: true }).catch(() => {});
  return installed.length === 0 ? {} : { installed };
}
