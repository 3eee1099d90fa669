import { spawn } from 'node:child_process';

import { captureRun } from '../engines/collect-run.ts';
import type { Captured } from '../engines/dialogue.ts';
import type { Runs } from '../engines/engine.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';

/**
 * Sends a folder of this machine to a container that unpacks it: through its stdin, as an archive of `tar`, which every
 * system has and which takes every name.
 *
 * @param plan - a container whose command is `tar -x`
 * @returns how the container ended
 * @throws SubmarineError when it cannot be started, or `tar` of this machine fails
 */
export async function sendFolder(
  folder: string,
  plan: LaunchPlan,
  runs: Runs,
  signal?: AbortSignal,
): Promise<Captured> {
  const tar = spawn('tar', ['-c', '-f', '-', '-C', folder, '.'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  // A program that cannot be started has an output that fails.
  tar.on('error', (error) => tar.stdout.destroy(error));
  try {
    return await captureRun(runs, plan, { signal }, tar.stdout);
  } finally {
    tar.kill();
  }
}
