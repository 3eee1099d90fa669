import { createWriteStream } from 'node:fs';

import type { Engine, Run, Streams } from '../../engines/engine.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import { withoutValues } from '../../launch/variables.ts';
import { chosenEnvironment } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import { plannedKernel, presentKernel } from '../kernels/build/present-kernel.ts';
import type { Submarine } from '../submarine.ts';
import { gatherFacts } from './launch-facts.ts';
import type { RunRequest } from './run-request.ts';
import type { LaunchPurpose } from './to-launch-request.ts';
import { toLaunchRequest } from './to-launch-request.ts';
import { LaunchedRun } from './launched-run.ts';
import { closeRunFolder, makeRunFolder } from './run-folder.ts';

/**
 * Starts a command in an environment: its kernel is entered, and built first where it is not there.
 *
 * @throws SubmarineError when the request, the environment or its lock is not what it should be, no engine answers, or
 *   the kernel cannot be built; what the engine refuses later is told by `ended`
 */
export async function startRun(
  submarine: Submarine,
  request: RunRequest,
  streams: Streams,
  call?: Call,
): Promise<Run> {
  return launch(submarine, { kind: 'run' }, request, streams, call);
}

/** The exact command that `startRun` comes to; nothing is started or fetched, and no engine is needed. */
export async function showRun(
  submarine: Submarine,
  request: RunRequest,
  call?: Call,
): Promise<string> {
  return showLaunch(submarine, { kind: 'run' }, request, call);
}

/** The whole way of a launch: the request, the environment, what is known of the image and this machine, the kernel, the plan. */
export async function launch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  streams: Streams,
  call?: Call,
): Promise<Run> {
  const show = shower(streams.stderr);
  const prepared = await prepareLaunch(submarine, purpose, request, { dryRun: false, show }, call);
  const { environment, engine, facts } = prepared;
  const kernel = await presentKernel(prepared);
  const runFolder = environment.kernel && (await makeRunFolder(facts.hostFolder, facts.runId));
  const plan = planLaunch(prepared.request, environment, { ...facts, runFolder }, kernel);
  if (request.verbose === true) tellCommand(plan, engine, call);
  const start = () => engine.runs.start(plan, streams, call);
  const finish = () => closeRunFolder(runFolder);
  const mend = async () => void (await presentKernel(prepared, { isGone: true }));
  try {
    return new LaunchedRun(await start(), { start, mend, finish });
  } catch (error) {
    await finish();
    throw error;
  }
}

/** The exact command of a launch, with which it can be started by hand. */
export async function showLaunch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  call?: Call,
): Promise<string> {
  const dry = { dryRun: true, show: () => {} };
  const prepared = await prepareLaunch(submarine, purpose, request, dry, call);
  const { environment, engine, facts } = prepared;
  const kernel = await plannedKernel(prepared);
  return engine.show(planLaunch(prepared.request, environment, facts, kernel));
}

interface LaunchWay {
  readonly dryRun: boolean;
  /** Shown what the containers of a build say. */
  readonly show: (text: string) => void;
}

/** Everything that a launch has to know before its kernel is there. */
export async function prepareLaunch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  { dryRun, show }: LaunchWay,
  call: Call | undefined,
): Promise<KernelLaunch> {
  const [launchRequest, engine, { environment }] = await Promise.all([
    toLaunchRequest(purpose, request, submarine, call),
    submarine.engine(request.engine),
    chosenEnvironment(submarine, request.environment),
  ]);
  const lock = request.lock ?? 'use';
  const target = { environment, engine, lock, dryRun };
  const facts = await gatherFacts(launchRequest, target, submarine, call);
  return { environment, engine, request: launchRequest, lock, facts, submarine, show, call };
}

function tellCommand(plan: LaunchPlan, engine: Engine, call: Call | undefined): void {
  const line = engine.show({ ...plan, variables: withoutValues(plan.variables) });
  call?.on?.({ type: 'command', line, replacesEntrypoint: plan.entrypoint !== undefined });
}

/** Writes what a build says where the command's own errors go. */
export function shower(stderr: Streams['stderr']): (text: string) => void {
  const stream =
    typeof stderr === 'number' ? createWriteStream('', { fd: stderr, autoClose: false }) : stderr;
  return (text) => void stream.write(text);
}
