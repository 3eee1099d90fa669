import { randomBytes } from 'node:crypto';
import { totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';

import type { Engine } from '../engine/engine.ts';
import { ExitCode, SubmarineError } from '../errors.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { ImageFacts, LaunchRequest } from '../launch/launch-request.ts';
import { chosenEnvironment } from './chosen-environment.ts';
import type { Context } from './context.ts';
import type { LaunchOptions } from './launch-options.ts';
import { checkFolders, findBuildFiles, makeFolder, readVariableNames } from './local-files.ts';
import type { LaunchPurpose } from './to-launch-request.ts';
import { toLaunchRequest } from './to-launch-request.ts';

/** What goes on beside a container, from its start until `ended`. */
export type Beside = (plan: LaunchPlan, engine: Engine, ended: AbortSignal) => Promise<void>;

/**
 * The whole way of a launch: what was asked for, the environment, what is known of the image and this machine, the
 * plan, the engine.
 *
 * @returns the exit code of the container
 */
export async function launch(
  purpose: LaunchPurpose,
  options: LaunchOptions,
  context: Context,
  beside: Beside = async () => {},
): Promise<number> {
  const { host, io } = context;
  const settings = await context.settings();
  const request = toLaunchRequest(purpose, options, settings, {
    cwd: host.cwd,
    verbose: context.globals().verbose === true,
  });
  const engine = await context.engine(options.engine);
  const plan = await makePlan(request, { ...options, engine }, context);
  if (options.dryRun === true) {
    io.out(engine.render(plan));
    return ExitCode.ok;
  }
  if (request.verbose) sayWhatRuns(plan, engine, context);
  return runBeside(plan, engine, options, beside);
}

async function makePlan(
  request: LaunchRequest,
  { engine, env, dryRun = false }: { engine: Engine; env?: string; dryRun?: boolean },
  context: Context,
): Promise<LaunchPlan> {
  const { host, io } = context;
  const [{ environment }, namesInVariableFiles] = await Promise.all([
    chosenEnvironment(env, context),
    readVariableNames(request.variableFiles),
    checkFolders(request, host.cwd),
  ]);
  const image = environment['docker-image'];
  const { home, cache } = await context.folders();
  const cacheFolder = (await context.settings()).cache ?? cache;
  const [imageFacts, engineFacts, buildFiles, { planLaunch }] = await Promise.all([
    dryRun ? ifEngineAnswers(engine.findImage(image)) : presentImage(engine, image, request),
    dryRun ? ifEngineAnswers(engine.facts()) : engine.facts(),
    findBuildFiles(host.env, home),
    // Loaded while the engine is answering.
    import('../launch/launch-plan.ts'),
  ]);
  if (imageFacts === undefined) {
    const what =
      engineFacts === undefined ? 'the engine does not answer' : `${image} is not here yet`;
    io.note(`${what}: this is the line for an image that holds the bootstrap`);
  }
  const plan = planLaunch(request, environment, {
    env: host.env,
    cwd: host.cwd,
    namesInVariableFiles,
    image: imageFacts,
    engine: engineFacts ?? {
      remote: false,
      mapsUsers: process.platform !== 'linux',
      memoryBytes: totalmem(),
    },
    buildFiles,
    caller: callerIds(),
    terminal: host.streams.stdin.isTTY === true && io.stdoutIsTerminal,
    stderrIsTerminal: io.stderrIsTerminal,
    cacheFolder,
    bootstrapPath: fileURLToPath(new URL('bootstrap/submarine-bootstrap.sh', context.package.root)),
    runId: randomBytes(4).toString('hex'),
  });
  const mountsCache = plan.mounts.some(({ source }) => source === cacheFolder);
  if (mountsCache && !dryRun) await makeFolder(cacheFolder);
  return plan;
}

/** What goes wrong beside a container is told when that has ended: it must not be left alone. */
async function runBeside(
  plan: LaunchPlan,
  engine: Engine,
  { stopTimeout }: LaunchOptions,
  beside: Beside,
): Promise<number> {
  const ended = new AbortController();
  const running = engine.run(plan, {
    stopTimeoutMs: stopTimeout === undefined ? undefined : stopTimeout * 1000,
  });
  const other = beside(plan, engine, ended.signal).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  let failure: { readonly error: unknown } | undefined;
  let code: number;
  try {
    code = await running;
  } finally {
    ended.abort();
    failure = await other;
  }
  if (failure !== undefined) throw failure.error;
  return code;
}

/** The image, fetched first where that is to be done. */
async function presentImage(
  engine: Engine,
  image: string,
  { pull, platform }: LaunchRequest,
): Promise<ImageFacts> {
  const found = pull === 'always' ? undefined : await engine.findImage(image);
  if (found !== undefined) return found;
  if (pull !== 'never') {
    await engine.pullImage(image, platform);
    const pulled = await engine.findImage(image);
    if (pulled !== undefined) return pulled;
  }
  throw new SubmarineError(
    `the image ${image} is not here`,
    `fetch it: docker pull ${image}, or leave --pull never out`,
    ExitCode.engineRefused,
  );
}

/** What a dry run can know: it needs no engine. */
async function ifEngineAnswers<Facts>(asked: Promise<Facts>): Promise<Facts | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SubmarineError && error.exitCode === ExitCode.engineUnavailable)
      return undefined;
    throw error;
  }
}

function callerIds(): string | undefined {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  return uid === undefined || gid === undefined ? undefined : `${uid}:${gid}`;
}

function sayWhatRuns(plan: LaunchPlan, engine: Engine, { io }: Context): void {
  if (plan.entrypoint !== undefined) {
    io.note(
      'submarine: the image is not prepared, so its own entrypoint gives way to the bootstrap',
    );
  }
  io.note(
    `+ ${engine.render({ ...plan, passedVariables: plan.passedVariables.map((variable) => ({ ...variable, from: variable.from ?? variable.name })) })}`,
  );
}
