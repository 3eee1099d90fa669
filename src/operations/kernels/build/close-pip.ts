import type { Captured } from '../../../engines/dialogue.ts';
import { InvalidDataError } from '../../../errors.ts';
import { enterUnfinished } from '../../../launch/wanted-kernel.ts';
import type { LockedRequirement } from '../../../lock/lock.ts';
import { parsePipReport } from '../../../lock/pip-report.ts';
import { tellStep } from '../../events.ts';
import { pipFailure } from '../../locks/pip-failure.ts';
import { askPip } from './ask-pip.ts';
import type { KernelToMake, KernelWork } from './kernel-work.ts';
import type { PipQuestion } from './pip-question.ts';
import { questionForKernel } from './pip-question.ts';

/** What pip will install on top of the conda packages of a kernel that are installed already, see `requirementsFor`. */
export async function closePip(
  work: KernelWork,
  buildId: string,
): Promise<readonly LockedRequirement[] | 'open'> {
  const entered = enterUnfinished(await work.place.enter(work.path, work.digest), buildId);
  return requirementsFor(work, (question) => askPip(question, entered, work));
}

/**
 * Finds out what pip would install for the lines of a kernel.
 *
 * @param ask - the pip of its conda packages
 * @returns `open` for what cannot be told beforehand, such as a repository that is to be edited
 * @throws InvalidDataError when pip finds no packages for its lines, or nothing may be fetched
 */
export async function requirementsFor(
  { environment, kernel, request, facts, call }: KernelToMake,
  ask: (question: PipQuestion) => Promise<Captured>,
): Promise<readonly LockedRequirement[] | 'open'> {
  const { name } = environment;
  if (request.offline) {
    throw new InvalidDataError(
      'cannot ask pip offline which packages it would install',
      undefined,
      {
        code: 'pip-offline',
        data: { name },
      },
    );
  }
  const platform = facts.image?.platform ?? '';
  tellStep(call, { step: 'asking-pip', environment: name, platform });
  const { exitCode, stdout, stderr } = await ask(questionForKernel(kernel, []));
  if (exitCode !== 0) throw pipFailure(name, stderr);
  try {
    return parsePipReport(stdout);
  } catch (error) {
    if (error instanceof InvalidDataError) return 'open';
    throw error;
  }
}
