import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { kernelMutexPath, withKernelMutex } from '../../../kernel-cache/kernel-mutex.ts';
import type { BakedPackages } from '../../../launch/bake-plan.ts';
import { stepsFor } from '../../../launch/build-containers.ts';
import { findWantedKernel, requireBuildable } from '../../../launch/wanted-kernel.ts';
import { planArchives } from '../../../downloads/archive.ts';
import { isPipOpen, listArchives } from '../../../lock/list-archives.ts';
import { lockedSpecification } from '../../../lock/locked-specification.ts';
import { warnOfWithheldLogins } from '../../lent-variables.ts';
import { fetchArchives } from './fetch-archives.ts';
import type { KernelLaunch, KernelToMake, Packages } from './kernel-work.ts';
import { solve } from './make-kernel.ts';
import { openPip } from './open-pip.ts';
import { requirementsFor } from './close-pip.ts';

/**
 * Finds the packages of a kernel that is to be baked, and fetches them to this machine, where they are until the work is
 * done. What a killed bake leaves there is that of a build which nobody holds.
 *
 * @throws SubmarineError when they cannot be found or fetched
 */
export async function withPackagesToBake<Value>(
  launch: KernelLaunch,
  work: (packages: BakedPackages) => Promise<Value>,
): Promise<Value> {
  const { submarine, facts, call } = launch;
  await warnOfWithheldLogins(facts.withheldLogins, submarine, call);
  const list = await listToBake(launch);
  const name = `bake-${facts.runId}`;
  const folder = join(submarine.cacheFolder, 'builds', name);
  const mutex = kernelMutexPath(facts.hostFolder, submarine.cacheFolder, name);
  return withKernelMutex(mutex, {}, async () => {
    try {
      for (const kind of ['conda', 'pip']) await mkdir(join(folder, kind), { recursive: true });
      await fetchArchives(list, { archives: folder, handOver: async () => {} }, launch);
      return await work(toBaked(list, folder));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** The same as far as a lock says it: nothing is solved or fetched. */
export function packagesOfLock({ facts, submarine, environment }: KernelLaunch): BakedPackages {
  const { kernel } = environment;
  const packages = facts.locked?.packages ?? { packages: [] };
  const list = lockedSpecification(packages, kernel ?? {});
  return toBaked(list, join(submarine.cacheFolder, 'builds', `bake-${facts.runId}`));
}

function toBaked(list: string, folder: string): BakedPackages {
  const files = planArchives(listArchives(list)).map(({ kind, name }) => `${kind}/${name}`);
  return { list, steps: stepsFor(list), archives: { folder, files } };
}

async function listToBake(launch: KernelLaunch): Promise<string> {
  const { environment, facts } = launch;
  const kernel = requireBuildable(environment);
  const digest = findWantedKernel(kernel, { ...facts, image: undefined })?.digest ?? '';
  const work: KernelToMake = { ...launch, kernel, digest };
  const packages = facts.locked?.packages ?? (await solve(work));
  const list = lockedSpecification(packages, kernel);
  return isPipOpen(list) ? lockedSpecification(await closed(packages, work), kernel) : list;
}

/** pip is asked in a kernel of the conda packages alone, which is kept for the next time. */
async function closed(packages: Packages, work: KernelToMake): Promise<Packages> {
  const { environment, engine, request, submarine, call } = work;
  const { verbose } = request;
  const pip = await openPip(packages.packages, { environment, engine, verbose, submarine, call });
  return { ...packages, pip: await requirementsFor(work, (question) => pip.ask(question)) };
}
