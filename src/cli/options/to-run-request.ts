import { DEFAULT_ENGINE } from '../../engines/engine-names.ts';
import { UsageError } from '../../errors.ts';
import { parseMount, parseTmpfs, parseVolume } from '../../launch/mounts.ts';
import { parsePorts } from '../../launch/ports.ts';
import { parseCpus, parseGpus, parseMemory, parseUser } from '../../launch/resources.ts';
import { parseSecret } from '../../launch/secrets.ts';
import { parseVariable } from '../../launch/variables.ts';
import type { BuildRequest } from '../../operations/kernels/build-kernel.ts';
import type {
  ContainerRequest,
  ImageChoice,
  LockPolicy,
  RunRequest,
} from '../../operations/runs/run-request.ts';
import { quote } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import type {
  BuildOptions,
  ContainerOptions,
  ImageOptions,
  LaunchOptions,
} from './launch-options.ts';

/**
 * What the options of a launch ask for.
 *
 * @throws UsageError when a value cannot be one
 */
export async function toRunRequest(
  command: readonly string[],
  options: LaunchOptions,
  context: Context,
): Promise<RunRequest> {
  const { host, io } = context;
  return {
    ...(await toContainerRequest(options, context)),
    environment: environmentName(options.env),
    command,
    code: options.code,
    codeReadOnly: options.codeReadOnly,
    git: options.git,
    home: options.home === 'none' ? false : options.home,
    results: options.results,
    recordValues: options.recordEnv,
    recordDiff: options.diff,
    variables: variablesOf(options.envVar),
    variableFiles: options.envFile,
    secrets: secretsOf(options.secret),
    timeoutMs: options.timeout,
    ports: options.publish?.flatMap(parsePorts),
    workdir: options.workdir,
    gpus: parsed(options.gpus, parseGpus),
    cpus: parsed(options.cpus, parseCpus),
    shmBytes: parsed(options.shmSize, parseMemory),
    name: options.name,
    network: options.network,
    detachKeys: options.detachKeys,
    tellsInterrupt: options.stopTimeout !== undefined,
    terminal: host.streams.stdin.isTTY === true && io.stdoutIsTerminal,
  };
}

/** What `--secret` gives; of a name given twice the last one counts. */
export function secretsOf(given: readonly string[] = []): RunRequest['secrets'] {
  return Object.fromEntries(given.map(parseSecret));
}

/** What the options of a build ask for; the environment is named by the command. */
export async function toBuildRequest(
  options: BuildOptions,
  context: Context,
): Promise<BuildRequest> {
  return {
    ...(await toImageChoice(options, context)),
    gpus: parsed(options.gpus, parseGpus),
    memoryBytes: parsed(options.memory, parseMemory),
  };
}

async function toContainerRequest(
  options: ContainerOptions,
  context: Context,
): Promise<ContainerRequest> {
  return {
    ...(await toImageChoice(options, context)),
    mounts: mountsOf(options, context),
    user: parsed(options.user, parseUser),
    memoryBytes: parsed(options.memory, parseMemory),
  };
}

/** What is said of image, kernel and engine. */
export async function toImageChoice(options: ImageOptions, context: Context): Promise<ImageChoice> {
  return {
    engine: options.engine,
    pull: options.pull,
    platform: options.platform,
    lock: lockPolicy(options, context),
    offline: options.offline,
    extras: await extrasOf(options, context),
    verbose: context.globals().verbose,
  };
}

/** The arguments are for the engine that is used. */
async function extrasOf(
  { engine, engineArg }: ImageOptions,
  context: Context,
): Promise<ImageChoice['extras']> {
  if (engineArg === undefined) return undefined;
  const { settings } = await context.submarine();
  return { [engine ?? settings.engine ?? DEFAULT_ENGINE]: engineArg };
}

function mountsOf({ volume = [], mount = [], tmpfs = [] }: ContainerOptions, { host }: Context) {
  return [
    ...volume.map((text) => parseVolume(text, host.cwd)),
    ...mount.map((text) => parseMount(text, host.cwd)),
    ...tmpfs.map(parseTmpfs),
  ];
}

/** Of a variable that is given twice the last value counts. */
export function variablesOf(
  given: readonly string[] | undefined,
): Readonly<Record<string, string | true>> | undefined {
  return (
    given &&
    Object.fromEntries(given.map(parseVariable).map(({ name, value }) => [name, value] as const))
  );
}

/** Read once, so that all parts of a launch go by the same policy. */
function lockPolicy({ frozen, lock }: ImageOptions, { host }: Context): LockPolicy {
  const byVariable = !['', '0', 'false'].includes(host.env['SUBMARINE_FROZEN'] ?? '');
  const mustBeFresh = frozen ?? byVariable;
  if (lock !== false) return mustBeFresh ? 'require' : 'use';
  if (!mustBeFresh) return 'ignore';
  throw new UsageError(
    'cannot combine --no-lock with --frozen or SUBMARINE_FROZEN',
    'leave one of them out',
  );
}

function environmentName(named: string | undefined): string | undefined {
  if (named?.includes('=') !== true) return named;
  throw new UsageError(
    `--env takes the name of an environment, not the variable ${quote(named)}`,
    `set a variable with -e: -e ${named}`,
  );
}

export function parsed<Value>(
  text: string | undefined,
  parse: (text: string) => Value,
): Value | undefined {
  return text === undefined ? undefined : parse(text);
}
