import { randomBytes } from 'node:crypto';
import { access, mkdir, readFile, stat } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Settings } from '../config/config.ts';
import type { Engine } from '../engine/engine.ts';
import { errorCode, ExitCode, SubmarineError, UsageError } from '../errors.ts';
import { planLaunch } from '../launch/launch-plan.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { ImageFacts, LaunchFacts, LaunchRequest } from '../launch/launch-request.ts';
import { parseVolume } from '../launch/mounts.ts';
import { namesInVariableFile } from '../launch/variables.ts';
import { quote } from '../text/quote.ts';
import { chosenEnvironment } from './chosen-environment.ts';
import type { Context } from './context.ts';
import { definedOnly } from './defined-only.ts';
import type { LaunchOptions } from './launch-options.ts';

/** What a command adds to the options that `run` and `notebook` share. */
export interface LaunchPurpose extends Pick<LaunchRequest, 'kind' | 'command' | 'token'> {
  readonly ports?: readonly string[];
  readonly code?: string;
  /** What goes on beside the container, from its start until `ended`. */
  readonly beside?: (plan: LaunchPlan, engine: Engine, ended: AbortSignal) => Promise<void>;
}

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
): Promise<number> {
  const { host, io } = context;
  const settings = await context.settings();
  const request = toRequest(purpose, options, settings, host.cwd);
  const engine = await context.engine(options.engine);
  const [{ environment }, namesInVariableFiles] = await Promise.all([
    chosenEnvironment(options.env, context),
    readVariableNames(request.variableFiles),
    checkFolders(request, host.cwd),
  ]);
  const image = environment['docker-image'];
  const dryRun = options.dryRun === true;
  const folders = await context.folders();
  const cacheFolder = settings.cache ?? folders.cache;
  const [imageFacts, engineFacts, buildFiles] = await Promise.all([
    dryRun ? ifEngineAnswers(engine.findImage(image)) : presentImage(engine, image, request),
    dryRun ? ifEngineAnswers(engine.facts()) : engine.facts(),
    findBuildFiles(host.env, folders.home),
  ]);
  const plan = planLaunch(request, environment, {
    env: host.env,
    cwd: host.cwd,
    namesInVariableFiles,
    image: imageFacts,
    engine: engineFacts ?? { remote: false, mapsUsers: process.platform !== 'linux' },
    buildFiles,
    caller: callerIds(),
    memoryBytes: totalmem(),
    terminal: host.streams.stdin.isTTY === true && io.stdoutIsTerminal,
    stderrIsTerminal: io.stderrIsTerminal,
    cacheFolder,
    bootstrapPath: fileURLToPath(new URL('bootstrap/submarine-bootstrap.sh', context.package.root)),
    runId: randomBytes(4).toString('hex'),
  } satisfies LaunchFacts);
  if (dryRun) {
    io.out(engine.render(plan));
    if (imageFacts === undefined) {
      io.note(`the image ${image} is not here: whether it holds the bootstrap is seen when it is`);
    }
    return ExitCode.ok;
  }
  if (request.verbose) sayWhatRuns(plan, engine, context);
  if (plan.mounts.some(({ source }) => source === cacheFolder)) await makeFolder(cacheFolder);
  const { stopTimeout } = options;
  const ended = new AbortController();
  const running = engine.run(plan, {
    stopTimeoutMs: stopTimeout === undefined ? undefined : stopTimeout * 1000,
  });
  const beside = purpose.beside?.(plan, engine, ended.signal);
  try {
    return await running;
  } finally {
    ended.abort();
    await beside;
  }
}

function toRequest(
  purpose: LaunchPurpose,
  options: LaunchOptions,
  settings: Settings,
  cwd: string,
): LaunchRequest {
  return {
    kind: purpose.kind,
    command: purpose.command,
    variables: options.envVar ?? [],
    variableFiles: (options.envFile ?? []).map((file) => resolve(cwd, file)),
    volumes: [...(settings.volumes ?? []), ...(options.volume ?? [])],
    ports: [...(purpose.ports ?? []), ...(options.publish ?? [])],
    code: codeFolder(purpose, options, settings, cwd),
    pull: options.pull,
    engineArguments: [...(settings['engine-args'] ?? []), ...(options.engineArg ?? [])],
    verbose: options.verbose === true,
    ...definedOnly({
      workdir: options.workdir,
      user: options.user ?? settings.user,
      gpus: options.gpus,
      cpus: options.cpus,
      memory: options.memory,
      shmSize: options.shmSize ?? settings['shm-size'],
      name: options.name,
      platform: options.platform,
      token: purpose.token,
    }),
  };
}

function codeFolder(
  { code }: LaunchPurpose,
  options: LaunchOptions,
  settings: Settings,
  cwd: string,
): string | undefined {
  if (options.code === false) return undefined;
  return resolve(cwd, code ?? options.code ?? settings.code ?? '.');
}

async function readVariableNames(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((cause: unknown) => {
        throw new UsageError(
          `the file ${quote(file)} for --env-file cannot be read`,
          'give a file of KEY=VALUE lines',
          { cause },
        );
      }),
    ),
  );
  return texts.flatMap(namesInVariableFile);
}

/** The engine would make a folder that is not there, empty and as root's. */
async function checkFolders({ code, volumes }: LaunchRequest, cwd: string): Promise<void> {
  if (code !== undefined && !(await isDirectory(code))) {
    throw new UsageError(
      `the code folder ${quote(code)} is not there`,
      'give one that is: --code DIR, or --no-code',
    );
  }
  for (const volume of volumes) {
    const { localPath } = parseVolume(volume, cwd);
    if (localPath !== undefined && !(await exists(localPath))) {
      throw new UsageError(
        `${quote(localPath)} is not there to be mounted`,
        'make it first: mkdir',
      );
    }
  }
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

/** Files of this machine that a build of a kernel reads: certificates that it trusts, and conda's settings. */
async function findBuildFiles(
  env: LaunchFacts['env'],
  home: string,
): Promise<Readonly<Record<string, string>>> {
  const candidates = {
    PIP_CERT: env['PIP_CERT'],
    SSL_CERT_FILE: env['SSL_CERT_FILE'],
    CONDARC: env['CONDARC'] ?? join(home, '.condarc'),
  };
  const found: Record<string, string> = {};
  for (const [name, path] of Object.entries(candidates)) {
    if (path !== undefined && (await exists(path))) found[name] = resolve(path);
  }
  return found;
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

/** The engine would make the folder that it mounts as root's. */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new SubmarineError(
      `the folder for kernels ${quote(path)} cannot be made (${errorCode(cause) ?? String(cause)})`,
      'make room or give yourself access, or name another: cache: FOLDER in your configuration',
      ExitCode.cannotWrite,
      { cause },
    );
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
