import type { Captured } from '../../../engines/dialogue.ts';
import type { Engine } from '../../../engines/engine.ts';
import type { Environment, Kernel } from '../../../environment/environment.ts';
import { SubmarineError } from '../../../errors.ts';
import type { LockedPackage } from '../../../lock/lock.ts';
import { lockedSpecification } from '../../../lock/locked-specification.ts';
import { quote } from '../../../text/quote.ts';
import type { Call } from '../../events.ts';
import { askPip } from './ask-pip.ts';
import type { KernelLaunch } from './kernel-work.ts';
import type { PipQuestion } from './pip-question.ts';
import { presentKernel } from './present-kernel.ts';
import { gatherFacts } from '../../runs/launch-facts.ts';
import { toLaunchRequest } from '../../runs/to-launch-request.ts';
import type { Submarine } from '../../submarine.ts';

/** The pip of a kernel that has been built. */
export interface Pip {
  /** @returns the report on stdout, or on stderr why there is none */
  ask(question: PipQuestion): Promise<Captured>;
}

interface PipPlace {
  readonly environment: Environment;
  readonly engine: Engine;
  readonly verbose: boolean;
  readonly submarine: Submarine;
  readonly call: Call | undefined;
}

/**
 * Builds the conda part of a kernel, which is kept, and opens its pip.
 *
 * @throws SubmarineError when it cannot be built
 */
export async function openPip(packages: readonly LockedPackage[], place: PipPlace): Promise<Pip> {
  const launch = await launchFor(packages, place);
  const kernel = await presentKernel(launch).catch((cause: unknown) => {
    throw notBuilt(place.environment, cause);
  });
  if (kernel === undefined) throw new TypeError('a kernel with pip lines has dependencies');
  return { ask: (question) => askPip(question, kernel, launch) };
}

/** A launch whose kernel is the conda part alone. */
async function launchFor(
  packages: readonly LockedPackage[],
  { environment, engine, verbose, submarine, call }: PipPlace,
): Promise<KernelLaunch> {
  const request = await toLaunchRequest(
    { kind: 'build' },
    { command: ['true'], code: false, pull: 'never', verbose },
    submarine,
  );
  const target = { environment, engine, lock: 'ignore', dryRun: false } as const;
  const facts = await gatherFacts(request, target, submarine, call);
  const specification = lockedSpecification({ packages }, { channels: [], dependencies: [] });
  const show = (text: string): void => call?.on?.({ type: 'build-output', text });
  return {
    ...{ environment: withoutPip(environment), engine, request, lock: 'ignore', submarine },
    facts: {
      ...facts,
      locked: { specification, packages: { packages } },
      // Whoever asks pip has told of them already.
      withheldLogins: [],
    },
    ...{ show, call },
  };
}

/** Its pip lines are what is asked about. */
function withoutPip(environment: Environment): Environment {
  const { kernel } = environment;
  if (kernel === undefined) return environment;
  const dependencies = (kernel.dependencies ?? []).filter((item) => typeof item === 'string');
  const conda: Kernel = {
    ...kernel,
    dependencies: dependencies.length > 0 ? dependencies : ['pip'],
  };
  return { ...environment, kernel: conda };
}

function notBuilt({ name }: Environment, cause: unknown): unknown {
  if (!(cause instanceof SubmarineError) || cause.code !== 'kernel-not-built') return cause;
  return new SubmarineError({
    kind: cause.kind,
    code: 'conda-part-not-built',
    message: `pip cannot be asked, because the conda packages of ${quote(name)} cannot be installed: ${cause.message}`,
    remedy: cause.remedy ?? 'what pip installs is resolved on top of them',
    data: cause.data,
    cause,
  });
}
