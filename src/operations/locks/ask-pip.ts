import { Writable } from 'node:stream';

import { captureRun } from '../../engines/collect-run.ts';
import type { Captured } from '../../engines/dialogue.ts';
import type { Engine } from '../../engines/engine.ts';
import type { Environment } from '../../environment/environment.ts';
import { SubmarineError } from '../../errors.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type { LaunchFacts, LaunchRequest } from '../../launch/launch-request.ts';
import type { LockedPackage } from '../../lock/lock.ts';
import { lockedSpecification } from '../../lock/locked-specification.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import { gatherFacts, newRunId } from '../runs/launch-facts.ts';
import { prepareKernelPlace } from '../runs/prepare-kernel-place.ts';
import { toLaunchRequest } from '../runs/to-launch-request.ts';
import type { Submarine } from '../submarine.ts';
import type { LockRequest } from './lock-work.ts';
import type { PipQuestion } from './pip-question.ts';

/** The pip of a kernel that has been built. */
export interface Pip {
  /** @returns the report on stdout, or on stderr why there is none */
  ask(question: PipQuestion): Promise<Captured>;
}

interface PipPlace {
  readonly environment: Environment;
  readonly engine: Engine;
  readonly request: LockRequest;
  readonly submarine: Submarine;
  readonly call: Call | undefined;
}

/** What pip reads its settings from: the caller's where they are set, and none of the image's own folders. */
const SCRIPT = `
unset PYTHONPATH PYTHONHOME PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_REQUIRE_VIRTUALENV
export PYTHONNOUSERSITE=1 PIP_NO_INPUT=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_CACHE_DIR=/submarine/pip
folder=$(mktemp -d) || exit
printf '%s' "$1" >"$folder/lines" && printf '%s' "$2" >"$folder/constraints" || exit
shift 2
case $* in *--platform*) set -- --target "$folder/none" "$@" ;; esac
cd "$folder" || exit
python -m pip install --dry-run --quiet --report - -r lines -c constraints "$@"
code=$?
rm -rf "$folder"
exit "$code"
`;

/**
 * Builds the conda part of a kernel, which is kept, and opens its pip.
 *
 * @throws SubmarineError when it cannot be built, with what the bootstrap said
 */
export async function openPip(packages: readonly LockedPackage[], place: PipPlace): Promise<Pip> {
  const { environment, engine, call } = place;
  const facts = await factsFor(packages, place);
  const build = planLaunch(await requestFor(['true'], place), environment, facts);
  await prepareKernelPlace(build, engine, call);
  await buildPart(build, place);
  return {
    ask: async ({ lines, constraints, options }) => {
      const text = (items: readonly string[]): string => items.map((item) => `${item}\n`).join('');
      const words = ['sh', '-c', SCRIPT, 'pip', text(lines), text(constraints), ...options];
      const request = await requestFor(words, place);
      const plan = planLaunch(request, environment, { ...facts, runId: newRunId() });
      return captureRun(engine.runs, withPipSettings(plan), call);
    },
  };
}

async function buildPart(
  build: LaunchPlan,
  { environment, engine, call }: PipPlace,
): Promise<void> {
  const said: string[] = [];
  const stderr = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      said.push(chunk.toString());
      call?.on?.({ type: 'build-output', text: chunk.toString() });
      done();
    },
  });
  const run = await engine.runs.start(build, { stdout: stderr, stderr }, call);
  const { exitCode } = await run.ended;
  if (exitCode === 0) return;
  const cannotWrite = exitCode === 73;
  throw new SubmarineError({
    kind: cannotWrite ? 'cannot-write' : 'invalid',
    code: 'conda-part-not-built',
    message: `pip cannot be asked, because the conda packages of ${quote(environment.name)} cannot be installed`,
    remedy: 'see above; what pip installs is resolved on top of them',
    data: { exitCode, said: said.join('') },
  });
}

async function factsFor(packages: readonly LockedPackage[], place: PipPlace): Promise<LaunchFacts> {
  const { environment, engine, submarine, call } = place;
  const target = { environment, engine, lock: 'ignore', dryRun: false } as const;
  const facts = await gatherFacts(await requestFor(['true'], place), target, submarine, call);
  const content = { channels: [], dependencies: [] };
  return { ...facts, lockedSpecification: lockedSpecification({ packages }, content) };
}

function requestFor(
  command: readonly string[],
  { request, submarine }: PipPlace,
): Promise<LaunchRequest> {
  const { mounts, verbose } = request;
  return toLaunchRequest(
    { kind: 'build' },
    { command, code: false, pull: 'never', mounts, verbose },
    submarine,
  );
}

/** The bootstrap keeps the settings of a build from the command, which is pip here. */
function withPipSettings(plan: LaunchPlan): LaunchPlan {
  const prefix = 'SUBMARINE_BUILD_';
  const settings = plan.variables
    .filter(({ name }) => name.startsWith(prefix))
    .map((variable) => Object.assign({}, variable, { name: variable.name.slice(prefix.length) }));
  return { ...plan, variables: [...plan.variables, ...settings] };
}
