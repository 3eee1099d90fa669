import type { Engine, Run, Streams } from '../../engines/engine.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import { withoutValues } from '../../launch/variables.ts';
import { chosenEnvironment } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { gatherFacts } from './launch-facts.ts';
import { prepareKernelPlace } from './prepare-kernel-place.ts';
import type { RunRequest } from './run-request.ts';
import type { LaunchPurpose } from './to-launch-request.ts';
import { toLaunchRequest } from './to-launch-request.ts';

/**
 * Starts a command in an environment: its kernel is entered, and built first where it is not there.
 *
 * @throws SubmarineError when the request, the environment or its lock is not what it should be, or no engine answers;
 *   what the engine or the build refuses later is told by `ended`
 */
export async function startRun(
  submarine: Submarine,
  request: RunRequest,
  streams: Streams,
  call?: Call,
): Promise<Run> {
  return (await launch(submarine, { kind: 'run' }, request, streams, call)).run;
}

/** The exact command that `startRun` comes to; nothing is started or fetched, and no engine is needed. */
export async function showRun(
  submarine: Submarine,
  request: RunRequest,
  call?: Call,
): Promise<string> {
  return showLaunch(submarine, { kind: 'run' }, request, call);
}

/** What was started, and how. */
export interface Launched {
  readonly run: Run;
  readonly plan: LaunchPlan;
}

/** The whole way of a launch: the request, the environment, what is known of the image and this machine, the plan. */
export async function launch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  streams: Streams,
  call?: Call,
): Promise<Launched> {
  const { plan, engine } = await makePlan(submarine, purpose, request, { dryRun: false }, call);
  await prepareKernelPlace(plan, engine, call);
  if (request.verbose === true) {
    call?.on?.({
      type: 'command',
      line: engine.show({ ...plan, variables: withoutValues(plan.variables) }),
      replacesEntrypoint: plan.entrypoint !== undefined,
    });
  }
  return { run: await engine.runs.start(plan, streams, call), plan };
}

/** The exact command of a launch, with which it can be started by hand. */
export async function showLaunch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  call?: Call,
): Promise<string> {
  const { plan, engine } = await makePlan(submarine, purpose, request, { dryRun: true }, call);
  return engine.show(plan);
}

async function makePlan(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  { dryRun }: { readonly dryRun: boolean },
  call: Call | undefined,
): Promise<{ readonly plan: LaunchPlan; readonly engine: Engine }> {
  const [launchRequest, engine, { environment }] = await Promise.all([
    toLaunchRequest(purpose, request, submarine, call),
    submarine.engine(request.engine),
    chosenEnvironment(submarine, request.environment),
  ]);
  const target = { environment, engine, lock: request.lock ?? 'use', dryRun };
  const facts = await gatherFacts(launchRequest, target, submarine, call);
  return { plan: planLaunch(launchRequest, environment, facts), engine };
}
