import type { BuildFolder } from '../../../kernel-cache/kernel-place.ts';
import type { Build, BuildPlace, InstallStep } from '../../../launch/build-containers.ts';
import {
  planInstallation,
  planSolve,
  stepsFor,
  stepsOfPip,
} from '../../../launch/build-containers.ts';
import { isPipOpen } from '../../../lock/list-archives.ts';
import { lockedSpecification } from '../../../lock/locked-specification.ts';
import { pipLines } from '../../../lock/pip-lines.ts';
import { solveRequestLines } from '../../../lock/solve-request.ts';
import { parseSolvedPackages } from '../../../lock/solved-packages.ts';
import { warnOfWithheldLogins } from '../../lent-variables.ts';
import { newRunId } from '../../runs/launch-facts.ts';
import { closePip } from './close-pip.ts';
import { fetchArchives } from './fetch-archives.ts';
import type { KernelToMake, KernelWork, Packages } from './kernel-work.ts';
import { runBuild } from './run-build.ts';

/**
 * Builds a kernel: finds its packages where no lock says them, fetches them, and installs them. Each is done where it
 * can do no harm: conda finds packages in a container that sees nothing that was built, this machine fetches them with
 * the user's logins, and what runs code of packages gets neither logins nor, as far as it can be done without, a network.
 *
 * @throws SubmarineError when it cannot be built
 */
export async function makeKernel(work: KernelWork): Promise<void> {
  const { place, path, facts, submarine, call } = work;
  await warnOfWithheldLogins(facts.withheldLogins, submarine, call);
  const folder = await place.openBuild(path, call?.signal);
  try {
    const packages = work.facts.locked?.packages ?? (await solve(work, folder.place));
    await new Making(work, folder).make(packages);
  } catch (error) {
    // Half a kernel is worth nothing, and may be what filled the disk.
    await folder.discard().catch(() => {});
    throw error;
  } finally {
    await folder.close().catch(() => {});
  }
}

/** What conda takes for the kernel's profile today. */
export async function solve(work: KernelToMake, place?: BuildPlace): Promise<Packages> {
  const { kernel } = work;
  const wanted = solveRequestLines(kernel);
  const plan = planSolve(toBuild(work), { runId: newRunId(), wanted, place });
  const packages = parseSolvedPackages(await runBuild(plan, work));
  return pipLines(kernel).length === 0 ? { packages } : { packages, pip: 'open' };
}

export function toBuild({ environment, kernel, digest, request, facts }: KernelToMake): Build {
  return { environment: environment.name, kernel, digest, request, facts };
}

/** The steps of each container: what is built from its source has one of its own, with a network. */
export function containersFor(steps: readonly InstallStep[]): readonly (readonly InstallStep[])[] {
  const at = steps.indexOf('sources');
  return at < 1 ? [steps] : [steps.slice(0, at), steps.slice(at)];
}

/** One build in its folder, over as many containers as it takes. */
class Making {
  readonly #work: KernelWork;
  readonly #folder: BuildFolder;
  readonly #id = newRunId();

  constructor(work: KernelWork, folder: BuildFolder) {
    this.#work = work;
    this.#folder = folder;
  }

  async make(packages: Packages): Promise<void> {
    const list = this.#listOf(packages);
    if (!isPipOpen(list)) return this.#install(list, stepsFor(list));
    const { pip: _open, ...conda } = packages;
    await this.#install(this.#listOf(conda), ['conda']);
    const pip = await closePip(this.#work, this.#id);
    const closed = this.#listOf({ ...conda, pip });
    await this.#install(closed, stepsOfPip(closed));
  }

  #listOf(packages: Packages): string {
    return lockedSpecification(packages, this.#work.kernel);
  }

  async #install(list: string, steps: readonly InstallStep[]): Promise<void> {
    await fetchArchives(list, this.#folder, this.#work);
    for (const some of containersFor(steps)) await this.#run(list, some);
  }

  async #run(list: string, steps: readonly InstallStep[]): Promise<void> {
    const installation = {
      ...{ runId: newRunId(), buildId: this.#id, steps, list },
      place: this.#folder.place,
    };
    await runBuild(planInstallation(toBuild(this.#work), installation), this.#work);
  }
}
