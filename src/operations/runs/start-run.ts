import type { EnvironmentDocument } from '../../environment/environment.ts';
import type { Engine, Streams } from '../../engines/engine.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import { toWritable } from '../../files/to-writable.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type { LaunchRequest } from '../../launch/launch-request.ts';
import { withoutValues } from '../../launch/variables.ts';
import { TIMED_OUT } from '../../run-records/run-record.ts';
import type { ChosenEnvironment } from '../environments/choose-environment.ts';
import type { RecordedChoices } from './recorded-run.ts';
import { chosenEnvironment } from '../environments/choose-environment.ts';
import type { Call } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import { isKernelPresent, plannedKernel, presentKernel } from '../kernels/build/present-kernel.ts';
import type { Submarine } from '../submarine.ts';
import { provideHome } from '../homes/provide-home.ts';
import { gatherFacts } from './launch-facts.ts';
import type { LockPolicy, RunRequest } from './run-request.ts';
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
  const home = await provideHome(prepared);
  const plan = planLaunch(request, environment, { ...facts, runFolder, home }, kernel);
  if (request.verbose) tellCommand(plan, engine, call);
  const recording = new RunRecording(prepared, { ...choice, document }, kernel);
  const launching: Launching = {
    runId: facts.runId,
    detached: plan.detached,
    start: () => engine.runs.start(plan, streams, call),
    mend: async () => void (await presentKernel(prepared, { isGone: true })),
    finish: async (end) => {
      const record = await recording.complete(end);
      const { installed = [] } = record?.end ?? (await closeRunFolder(runFolder));
      return {
        ...(installed.length === 0 ? {} : { installed }),
        ...(record?.end?.reason === 'timeout' ? { exitCode: TIMED_OUT, timedOut: true } : {}),
      };
    },
    fail: async (error) => {
      if (runsOn(error)) return error;
      await closeRunFolder(runFolder);
      await recording.fail(error);
      const { explainTakenName } = await import('./explain-taken-name.ts');
      return explainTakenName(error, prepared.submarine, engine.name, call);
    },
  };
  try {
    const run = await (plan.detached ? startMended(launching) : launching.start());
    const begun = recording.begin(plan.name);
    if (plan.detached) await begun;
    return new LaunchedRun(run, launching);
  } catch (error) {
    throw await launching.fail(error);
  }
}

/** Whether a command goes on though nobody follows it: what it has stays. */
function runsOn(error: unknown): boolean {
  return error instanceof SubmarineError && error.code === 'client-left';
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
  way: LaunchWay,
  call: Call | undefined,
): Promise<PreparedLaunch> {
  const [launchRequest, engine, chosen] = await Promise.all([
    toLaunchRequest(purpose, request, submarine, { dryRun: way.dryRun, call }),
    submarine.engine(request.engine),
    chosenEnvironment(submarine, request.environment, call),
  ]);
  const target = { request: launchRequest, engine, lock: request.lock ?? 'use' };
  return prepareChosen(submarine, chosen, target, way, call);
}

interface ChosenTarget {
  readonly request: LaunchRequest;
  readonly engine: Engine;
  readonly lock: LockPolicy;
  /** Whether another image than that of a run may take its place. */
  readonly allowChanges?: boolean | undefined;
}

/**
 * The same, of an environment that is known.
 *
 * @throws InvalidDataError when it is that of a run whose packages are not known, and its kernel is gone
 */
export async function prepareChosen(
  submarine: Submarine,
  { environment, text, recorded }: ChosenEnvironment,
  { allowChanges, ...target }: ChosenTarget,
  { dryRun, show }: LaunchWay,
  call: Call | undefined,
): Promise<PreparedLaunch> {
  const user = recorded === undefined ? submarine : withTrustOf(recorded, submarine);
  const { request, engine, lock } = target;
  const facts = await gatherFacts(
    request,
    { environment, engine, lock, dryRun, recorded, allowChanges },
    user,
    call,
  );
  const common = { ...target, environment, facts, submarine: user, show, call };
  const prepared = { ...common, document: { environment, text } };
  if (recorded !== undefined && !dryRun) await requireKernelOf(recorded.run, prepared);
  return prepared;
}

/** What came with a project that is not trusted gets no logins, wherever it is started again. */
function withTrustOf(
  { untrustedProject: folder }: RecordedChoices,
  submarine: Submarine,
): Submarine {
  const untrustedProject = async (): Promise<string | undefined> => {
    if (folder === undefined) return undefined;
    const { isConfigurationAccepted } = await import('../trust/trusted-files.ts');
    return (await isConfigurationAccepted(folder, submarine.caller)) ? undefined : folder;
  };
  return { ...submarine, untrustedProject };
}

/** Solving it again could find other packages. */
async function requireKernelOf(run: string, launch: PreparedLaunch): Promise<void> {
  if (launch.lock === 'ignore' || launch.facts.locked !== undefined) return;
  if (await isKernelPresent(launch)) return;
  throw packagesNotKnown(run, 'it was not locked, and its kernel is gone');
}

/** What a run had cannot be made again. */
export function packagesNotKnown(run: string, why: string): InvalidDataError {
  return new InvalidDataError(`the packages of the run ${run} are not known: ${why}`, undefined, {
    code: 'kernel-not-repeatable',
    data: { run },
  });
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
