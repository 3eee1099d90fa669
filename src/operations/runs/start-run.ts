import type { EnvironmentDocument } from '../../environment/environment.ts';
import type { Engine, Streams } from '../../engines/engine.ts';
import { toWritable } from '../../files/to-writable.ts';
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
import type { Launching } from './launched-run.ts';
import { LaunchedRun, startMended } from './launched-run.ts';
import { closeRunFolder, makeRunFolder } from './run-folder.ts';
import type { RecordedChoice } from './run-recording.ts';
import { RunRecording } from './run-recording.ts';

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
): Promise<LaunchedRun> {
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
): Promise<LaunchedRun> {
  const show = shower(streams.stderr);
  const prepared = await prepareLaunch(submarine, purpose, request, { dryRun: false, show }, call);
  const { recordValues: withValues = false, recordDiff: withDiff = true } = request;
  return startPrepared(prepared, { withValues, withDiff }, streams);
}

/** Starts what is prepared: its kernel is built where it is missing. */
export async function startPrepared(
  prepared: PreparedLaunch,
  choice: Omit<RecordedChoice, 'document'>,
  streams: Streams,
): Promise<LaunchedRun> {
  const { environment, document, engine, facts, request, call } = prepared;
  const kernel = await presentKernel(prepared);
  const runFolder = environment.kernel && (await makeRunFolder(facts.hostFolder, facts.runId));
  const plan = planLaunch(request, environment, { ...facts, runFolder }, kernel);
  if (request.verbose) tellCommand(plan, engine, call);
  const recording = new RunRecording(prepared, { ...choice, document }, kernel);
  const launching: Launching = {
    runId: facts.runId,
    detached: plan.detached,
    start: () => engine.runs.start(plan, streams, call),
    mend: async () => void (await presentKernel(prepared, { isGone: true })),
    finish: async (end) => {
      const { installed = [] } = await closeRunFolder(runFolder);
      await recording.complete(end, installed);
      return installed.length === 0 ? {} : { installed };
    },
    fail: async (error) => {
      await closeRunFolder(runFolder);
      await recording.fail(error);
    },
  };
  try {
    const run = await (plan.detached ? startMended(launching) : launching.start());
    const begun = recording.begin(plan.name);
    if (plan.detached) await begun;
    return new LaunchedRun(run, launching);
  } catch (error) {
    await launching.fail(error);
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

/** A launch of which everything is known but its kernel. */
export interface PreparedLaunch extends KernelLaunch {
  readonly document: EnvironmentDocument;
}

/** Everything that a launch has to know before its kernel is there. */
export async function prepareLaunch(
  submarine: Submarine,
  purpose: LaunchPurpose,
  request: RunRequest,
  { dryRun, show }: LaunchWay,
  call: Call | undefined,
): Promise<PreparedLaunch> {
  const [launchRequest, engine, document] = await Promise.all([
    toLaunchRequest(purpose, request, submarine, call),
    submarine.engine(request.engine),
    chosenEnvironment(submarine, request.environment),
  ]);
  const { environment } = document;
  const lock = request.lock ?? 'use';
  const target = { environment, engine, lock, dryRun };
  const facts = await gatherFacts(launchRequest, target, submarine, call);
  return {
    environment,
    document,
    engine,
    request: launchRequest,
    lock,
    facts,
    submarine,
    show,
    call,
  };
}

function tellCommand(plan: LaunchPlan, engine: Engine, call: Call | undefined): void {
  const line = engine.show({ ...plan, variables: withoutValues(plan.variables) });
  call?.on?.({ type: 'command', line, replacesEntrypoint: plan.entrypoint !== undefined });
}

/** Writes what a build says where the command's own errors go. */
export function shower(stderr: Streams['stderr']): (text: string) => void {
  const stream = toWritable(stderr);
  return (text) => void stream.write(text);
}
