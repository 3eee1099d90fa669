import type { Captured } from '../../engines/dialogue.ts';
import type { ErrorKind } from '../../errors.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import { contentChanges } from '../../lock/content-changes.ts';
import type { LockedPackage, LockedRequirement, PlatformLock } from '../../lock/lock.ts';
import { pipName } from '../../lock/package-order.ts';
import { isCommit } from '../../lock/pip-lines.ts';
import { parsePipReport } from '../../lock/pip-report.ts';
import { virtualPackages } from '../../solver/virtual-packages.ts';
import { tellStep, warn } from '../events.ts';
import type { Pip } from '../kernels/build/open-pip.ts';
import { openPip } from '../kernels/build/open-pip.ts';
import { askTarget } from './ask-target.ts';
import type { LockWork } from './lock-work.ts';
import { pipFailure, pipFailureInShort } from './pip-failure.ts';
import type { PipQuestion } from '../kernels/build/pip-question.ts';
import { questionForKernel, questionForPlatform } from '../kernels/build/pip-question.ts';

/**
 * Finds the exact packages that pip would install on top of the conda packages of a platform, by asking the pip of the
 * kernel itself in a container of the image.
 *
 * @returns `open` where it cannot be asked, which is said
 * @throws InvalidDataError when it can, and finds none
 */
export async function lockPip(
  platform: string,
  conda: PlatformLock,
  work: LockWork,
): Promise<readonly LockedRequirement[] | 'open'> {
  const { facts } = work.image;
  const isOwn = facts !== undefined && condaPlatform(facts.platform) === platform;
  try {
    const pip = await pipOfImage(isOwn ? conda.packages : undefined, work);
    tellStep(work.call, { step: 'asking-pip', environment: work.environment.name, platform });
    const kept = requirementsToKeep(platform, work);
    return await (isOwn ? askForKernel(pip, kept, work) : askForPlatform(pip, kept, conda, work));
  } catch (error) {
    if (!(error instanceof SubmarineError) || error.kind === 'interrupted') throw error;
    const isExcused = !isOwn || EXCUSES.includes(error.kind);
    if (!isExcused || error instanceof UnlockableError) throw error;
    const [why = ''] = error.message.split('\n');
    warn(work.call, { code: 'pip-open', platform, why });
    return 'open';
  }
}

/** No engine, or one that cannot be told of our bootstrap: nobody's requirements are at fault. */
const EXCUSES: readonly ErrorKind[] = ['unavailable', 'usage'];

/** @throws SubmarineError of the kind `unavailable` when there is no engine that has the image */
async function pipOfImage(
  packages: readonly LockedPackage[] | undefined,
  work: LockWork,
): Promise<Pip> {
  const { image, request, submarine, environment, call } = work;
  const unavailable = (message: string) =>
    new SubmarineError({ kind: 'unavailable', code: 'pip-unavailable', message });
  if (image.engine === undefined) throw unavailable('there is no engine to ask pip in');
  if (image.facts === undefined) throw unavailable('the image is not here');
  if (request.offline === true) throw unavailable('nothing is fetched offline');
  return openPip(packages ?? (await packagesOfImage(work)), {
    environment,
    engine: image.engine,
    verbose: request.verbose ?? false,
    submarine,
    call,
  });
}

/** What conda would install in the image itself, where its platform is none of those to be locked. */
async function packagesOfImage(work: LockWork): Promise<readonly LockedPackage[]> {
  const platform = condaPlatform(work.image.facts?.platform ?? '') ?? 'linux-64';
  return work.solve(work.environment.kernel ?? {}, {
    platform,
    virtualPackages: virtualPackages(await askTarget(platform, work)),
  });
}

/** What may stay is asked for first; where it cannot, everything may change. */
async function askKeeping(
  pip: Pip,
  kept: readonly LockedRequirement[],
  questionFor: (kept: readonly LockedRequirement[]) => PipQuestion,
): Promise<Captured> {
  const answer = await pip.ask(questionFor(kept));
  return answer.exitCode === 0 || kept.length === 0 ? answer : pip.ask(questionFor([]));
}

async function askForKernel(
  pip: Pip,
  kept: readonly LockedRequirement[],
  { environment }: LockWork,
): Promise<readonly LockedRequirement[]> {
  const content = environment.kernel ?? {};
  const answer = await askKeeping(pip, kept, (some) => questionForKernel(content, some));
  if (answer.exitCode === 0) return requirementsIn(answer.stdout);
  throw pipFailure(environment.name, answer.stderr);
}

/** What an update leaves as it is locked. */
function requirementsToKeep(
  platform: string,
  { environment: { kernel }, request: { update, before } }: LockWork,
): readonly LockedRequirement[] {
  const pip = before?.platforms[platform]?.pip;
  if (update === undefined || before === undefined || pip === undefined || pip === 'open')
    return [];
  const changing = new Set(update.map(pipName));
  // Lines that are others now may ask for another commit.
  const { same } = contentChanges(before.content, kernel ?? {});
  return pip.filter((item) => !changing.has(pipName(item.name)) && (same || !isCommit(item)));
}

async function askForPlatform(
  pip: Pip,
  kept: readonly LockedRequirement[],
  { packages, virtualPackages }: PlatformLock,
  { environment }: LockWork,
): Promise<readonly LockedRequirement[]> {
  const content = environment.kernel ?? {};
  const { exitCode, stdout, stderr } = await askKeeping(pip, kept, (some) =>
    questionForPlatform(content, some, { packages, virtualPackages }),
  );
  if (exitCode !== 0) throw new InvalidDataError(pipFailureInShort(stderr), '');
  const byConda = new Set(packages.map(({ name }) => pipName(name)));
  return requirementsIn(stdout).filter(({ name }) => !byConda.has(name));
}

/** The requirements themselves are at fault, whatever the platform. */
class UnlockableError extends InvalidDataError {}

function requirementsIn(report: string): readonly LockedRequirement[] {
  try {
    return parsePipReport(report);
  } catch (error) {
    if (!(error instanceof InvalidDataError)) throw error;
    throw new UnlockableError(error.message, error.remedy, { cause: error });
  }
}
