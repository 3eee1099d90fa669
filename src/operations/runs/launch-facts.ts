import { randomBytes } from 'node:crypto';
import { platform as system, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Engine } from '../../engines/engine.ts';
import type { Environment } from '../../environment/environment.ts';
import { UsageError } from '../../errors.ts';
import { ownUser } from '../../files/own-user.ts';
import { refuseTooLong } from '../../launch/build-containers.ts';
import { planLaunch } from '../../launch/launch-plan.ts';
import type {
  EngineFacts,
  LaunchFacts,
  LaunchHome,
  LaunchRequest,
  LockedKernel,
} from '../../launch/launch-request.ts';
import type { Lock } from '../../lock/lock.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { RecordedChoices } from './recorded-run.ts';
import { hasHome, homeAt, homeOf } from '../homes/home-folder.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import type { ImageRequest, PresentImage } from '../images/present-image.ts';
import { presentImage } from '../images/present-image.ts';
import { lentVariables } from '../lent-variables.ts';
import { findLaunchLock, lockedKernel } from '../locks/launch-lock.ts';
import type { Submarine } from '../submarine.ts';
import { findSettingsFiles } from './local-files.ts';
import type { LockPolicy } from './run-request.ts';

/** What is launched, and where. */
interface LaunchTarget {
  readonly environment: Environment;
  readonly engine: Engine;
  readonly lock: LockPolicy;
  /** Of a run that is gone by, in the place of what the store has. */
  readonly recorded?: RecordedChoices | undefined;
  /** Whether another image than the recorded one may run where that is not to be had. */
  readonly allowChanges?: boolean | undefined;
  /** Whether nothing is started: then no engine is needed, and nothing is fetched. */
  readonly dryRun: boolean;
}

/** Finds out what a launch has to know of the lock, the image, the engine and this machine. */
export async function gatherFacts(
  request: LaunchRequest,
  target: LaunchTarget,
  submarine: Submarine,
  call?: Call,
): Promise<LaunchFacts> {
  const { environment, engine, dryRun } = target;
  const lock = await lockOf(target, submarine, call);
  const known = await knownFacts(request, target, submarine);
  const imageRequest: ImageRequest = {
    reference: environment['docker-image'],
    pull: request.pull,
    platform: request.platform,
    locked: lock?.image,
    mustBeLocked: mustBeSame(target),
    run: target.recorded?.run,
    dryRun,
    beforePull: () => refuseBeforePull(request, target, { lock, known }, call),
  };
  const present = dryRun
    ? imageIfEngineAnswers(engine, imageRequest, call)
    : presentImage(engine, imageRequest, call);
  const [image, engineFacts] = await Promise.all([
    present,
    dryRun
      ? ifEngineAnswers(engine.facts(undefined, call))
      : engine.facts(() => present.then(({ facts }) => facts), call),
  ]);
  if (image.facts === undefined) {
    const engineAnswers = engineFacts !== undefined;
    warn(call, { code: 'image-unknown', image: imageRequest.reference, engineAnswers });
  }
  if (engineFacts !== undefined) refuseNotebookElsewhere(request, engineFacts);
  // The image that is here may be that of another platform than the one that is asked for.
  const platform = request.platform ?? image.facts?.platform;
  return {
    ...known,
    imageName: image.name,
    image: image.facts,
    locked:
      lock && (await lockedKernel(lock, environment, { platform, policy: target.lock }, call)),
    engine: engineFacts ?? UNASKED_ENGINE,
  };
}

function lockOf(
  { environment, recorded, lock: policy }: LaunchTarget,
  submarine: Submarine,
  call: Call | undefined,
): Promise<Lock | undefined> {
  return recorded === undefined
    ? findLaunchLock(environment, policy, submarine, call)
    : Promise.resolve(policy === 'ignore' ? undefined : recorded.lock);
}

function mustBeSame({ lock, recorded, allowChanges = false }: LaunchTarget): boolean {
  return lock === 'require' || (recorded !== undefined && !allowChanges);
}

type KnownFacts = Omit<LaunchFacts, 'engine' | 'image'>;

/** What nobody else need be asked. */
async function knownFacts(
  request: LaunchRequest,
  target: LaunchTarget,
  submarine: Submarine,
): Promise<KnownFacts> {
  const { environment } = target;
  const { folders, user, bootstrap } = submarine.caller;
  const { variables, withheldLogins } = await lentVariables(submarine);
  return {
    env: variables,
    withheldLogins,
    imageName: environment['docker-image'],
    locked: undefined,
    settingsFiles: findSettingsFiles(variables, folders.home),
    caller: user === undefined ? undefined : { uid: user.uid, gid: user.gid },
    callerName: ownUser().name,
    cacheFolder: submarine.cacheFolder,
    hostFolder: folders.host,
    bootstrapPath: fileURLToPath(new URL('submarine-bootstrap.sh', bootstrap)),
    runFolder: undefined,
    home: homeOfLaunch(request, target, submarine),
    runId: newRunId(),
  };
}

/** A dry run makes none. One of a run that is gone by is that of its environment still, or it is gone, too. */
function homeOfLaunch(
  { kind, home: named }: LaunchRequest,
  { environment, recorded, dryRun }: LaunchTarget,
  submarine: Submarine,
): LaunchHome | undefined {
  if (kind === 'build' || named === false) return undefined;
  const folder = named ?? recorded?.home;
  if (recorded !== undefined && folder === undefined) return undefined;
  const home =
    folder === undefined ? homeOf(submarine, environment.name) : homeAt(submarine, folder);
  const isMade = !dryRun && recorded === undefined;
  return isMade || hasHome(home) ? home : undefined;
}

/** Unique to a launch. */
export function newRunId(): string {
  return randomBytes(4).toString('hex');
}

/** What a dry run takes for granted where no engine answers. */
const UNASKED_ENGINE: EngineFacts = {
  id: '',
  remote: false,
  mapsUsers: system() !== 'linux',
  memoryBytes: totalmem(),
};

/** A plan that cannot be made is refused before an image is fetched for it, as far as that is known by then. */
async function refuseBeforePull(
  request: LaunchRequest,
  target: LaunchTarget,
  { lock, known }: { readonly lock: Lock | undefined; readonly known: KnownFacts },
  call: Call | undefined,
): Promise<void> {
  const { environment, engine } = target;
  const facts = { ...known, engine: await engine.facts(undefined, call), image: undefined };
  refuseNotebookElsewhere(request, facts.engine);
  const locked = await lockedBeforePull(lock, request.platform, target);
  refuseTooLong(environment.kernel, { locked });
  planLaunch(request, environment, { ...facts, locked });
}

/** Which part of a lock counts is known without the image where a platform is asked for, or the lock has only one. */
async function lockedBeforePull(
  lock: Lock | undefined,
  platform: string | undefined,
  { environment, lock: policy }: LaunchTarget,
): Promise<LockedKernel | undefined> {
  if (lock === undefined) return undefined;
  const isKnown = platform !== undefined || Object.keys(lock.platforms).length === 1;
  return isKnown ? lockedKernel(lock, environment, { platform, policy }) : undefined;
}

/** Its port would be one of that machine, and its token would go to whatever listens on the same port of this one. */
function refuseNotebookElsewhere({ kind }: LaunchRequest, { remote }: EngineFacts): void {
  if (kind !== 'notebook' || !remote) return;
  throw new UsageError(
    'the engine runs on another machine, so the notebook cannot be opened here',
    'open it on that machine, or use an engine on this one',
    { code: 'notebook-elsewhere' },
  );
}

async function imageIfEngineAnswers(
  engine: Engine,
  request: ImageRequest,
  call: Call | undefined,
): Promise<PresentImage> {
  const image = await ifEngineAnswers(presentImage(engine, request, call));
  return image ?? { name: request.reference, facts: undefined };
}
