import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Engine } from '../engines/engine.ts';
import type { Environment } from '../environment/environment.ts';
import type { EngineFacts, LaunchFacts, LaunchRequest } from '../launch/launch-request.ts';
import type { Context } from './context.ts';
import { ifEngineAnswers } from './if-engine-answers.ts';
import type { LockOptions } from './launch-lock.ts';
import { findLaunchLock, isFrozenStart, lockedKernel } from './launch-lock.ts';
import { checkFolders, findBuildFiles, readVariableNames } from './local-files.ts';
import type { ImageRequest, PresentImage } from './present-image.ts';
import { presentImage } from './present-image.ts';

/** What is launched, and where. */
export interface LaunchTarget {
  readonly environment: Environment;
  readonly engine: Engine;
  readonly options: LockOptions;
  /** Whether nothing is started: then no engine is needed, and nothing is fetched. */
  readonly dryRun: boolean;
}

/** Finds out what a launch has to know of the lock, the image, the engine and this machine. */
export async function gatherFacts(
  request: LaunchRequest,
  { environment, engine, options, dryRun }: LaunchTarget,
  context: Context,
): Promise<LaunchFacts> {
  const { host, io } = context;
  const reference = environment['docker-image'];
  const { home, host: hostFolder } = await context.folders();
  const lock = await findLaunchLock(environment, options, context);
  const frozen = isFrozenStart(options, context);
  const imageRequest = {
    ...request,
    reference,
    locked: lock?.image,
    frozen,
    dryRun,
    note: io.note,
  };
  const present = dryRun
    ? imageIfEngineAnswers(engine, imageRequest)
    : presentImage(engine, imageRequest);
  const [image, engineFacts, namesInVariableFiles] = await Promise.all([
    present,
    dryRun
      ? ifEngineAnswers(engine.facts())
      : engine.facts(() => present.then(({ facts }) => facts)),
    readVariableNames(request.variableFiles),
    checkFolders(request, host.cwd),
  ]);
  if (image.facts === undefined) {
    const what =
      engineFacts === undefined ? 'the engine does not answer' : `${reference} is not here yet`;
    io.note(`${what}: this is the line for an image that holds the bootstrap`);
  }
  // The image that is here may be that of another platform than the one that is asked for.
  const platform = request.platform ?? image.facts?.platform;
  return {
    env: host.env,
    cwd: host.cwd,
    namesInVariableFiles,
    imageName: image.name,
    image: image.facts,
    lockedSpecification:
      lock && (await lockedKernel(lock, environment, platform, options, context)),
    engine: engineFacts ?? UNASKED_ENGINE,
    buildFiles: findBuildFiles(host.env, home),
    caller: callerIds(),
    terminal: host.streams.stdin.isTTY === true && io.stdoutIsTerminal,
    stderrIsTerminal: io.stderrIsTerminal,
    cacheFolder: await context.cacheFolder(),
    hostFolder,
    bootstrapPath: fileURLToPath(new URL('bootstrap/submarine-bootstrap.sh', context.package.root)),
    runId: randomBytes(4).toString('hex'),
  };
}

/** What a dry run takes for granted where no engine answers. */
const UNASKED_ENGINE: EngineFacts = {
  remote: false,
  mapsUsers: process.platform !== 'linux',
  memoryBytes: totalmem(),
};

async function imageIfEngineAnswers(engine: Engine, request: ImageRequest): Promise<PresentImage> {
  const image = await ifEngineAnswers(presentImage(engine, request));
  return image ?? { name: request.reference, facts: undefined };
}

function callerIds(): string | undefined {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? undefined : `${uid}:${gid}`;
}
