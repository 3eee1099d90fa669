import { BOOTSTRAP } from '../../launch/bootstrap.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Port } from '../../launch/ports.ts';
import type { Gpus } from '../../launch/resources.ts';
import { userText } from '../../launch/resources.ts';
import { SECRET_FILES_FOLDER, SECRETS_FOLDER, SECRETS_PATH } from '../../launch/secrets.ts';
import type { TerminalKey } from '../../launch/terminal-key.ts';
import type { Variable } from '../../launch/variables.ts';
import { isShellName } from '../../launch/variables.ts';
import { shellQuote } from '../../text/quote.ts';
import { wayOf } from '../container-client/client-variables.ts';
import type { SecretPlace } from '../container-client/dialect.ts';
import type { ExecRequest } from '../engine.ts';

/** With it a setuid program, or one with file capabilities, gives a process no more than it has. */
export const NO_NEW_PRIVILEGES = ['--security-opt', 'no-new-privileges'] as const;

/**
 * The arguments for the `docker` client that make a plan real: `run --rm --init … IMAGE --kernel NAME -- COMMAND`.
 *
 * @param variableFile - see `Dialect`, as for `secrets`
 */
export function dockerArgv(
  plan: LaunchPlan,
  variableFile?: string,
  secrets?: SecretPlace,
): readonly string[] {
  return [
    ...['run', plan.detached ? '--detach' : '--rm', '--init'],
    ...INTERACTION[plan.interaction],
    ...(plan.interaction === 'terminal' ? keyOption(plan.key) : []),
    ...option('--name', plan.name),
    ...Object.entries(plan.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...option('--platform', plan.platform),
    ...option('--user', plan.user && userText(plan.user)),
    ...(plan.noNewPrivileges ? NO_NEW_PRIVILEGES : []),
    ...option('--workdir', plan.workdir),
    ...option('--shm-size', memoryText(plan.shmBytes)),
    ...option('--memory', plan.memoryBytes && memoryText(plan.memoryBytes)),
    ...option('--cpus', plan.cpus?.toString()),
    ...option('--gpus', plan.gpus && gpusText(plan.gpus)),
    ...option('--network', plan.network),
    ...plan.mounts.flatMap(mountOption),
    ...plan.ports.flatMap((port) => ['--publish', portText(port)]),
    ...variableOptions(plan.variables, variableFile),
    ...(secrets === undefined ? [] : secretOptions(secrets, plan.secretFiles.length > 0)),
    ...option('--entrypoint', plan.entrypoint),
    ...option('--pull', plan.pull === 'never' ? 'never' : undefined),
    ...(plan.extras.docker ?? []),
    plan.image,
    ...plan.arguments,
  ];
}

/**
 * The arguments that run another command in a container, through the bootstrap, which enters the environment of the
 * container's own command. The command can be told from all others by its SUBMARINE_EXEC.
 *
 * @param variableFile - see `Dialect`
 */
export function execArgv(
  container: string,
  request: ExecRequest,
  variableFile?: string,
): readonly string[] {
  return [
    'exec',
    ...INTERACTION[request.terminal ? 'terminal' : 'streams'],
    ...(request.terminal ? keyOption({ does: 'nothing' }) : []),
    ...option('--user', request.user && userText(request.user)),
    ...option('--workdir', request.workdir),
    ...variableOptions(execVariables(request), variableFile),
    container,
    ...execCommand(request),
  ];
}

/** What another command finds among its variables besides those of the container. */
export function execVariables({ variables, execId }: ExecRequest): readonly Variable[] {
  const given = variables.map(({ name }) => name).filter(isShellName);
  return [
    ...variables,
    { name: 'SUBMARINE_EXEC', value: execId },
    ...(given.length === 0 ? [] : [{ name: 'SUBMARINE_ALSO_GIVEN', value: given.join(' ') }]),
  ];
}

/** The command, behind the bootstrap that activates its kernel. */
export function execCommand({ command }: ExecRequest): readonly string[] {
  return [BOOTSTRAP, '--enter', ...(command.length === 0 ? [] : ['--', ...command])];
}

/** The arguments that fetch an image. */
export function pullArgv(image: string, platform: string | undefined): readonly string[] {
  return ['pull', ...option('--platform', platform), image];
}

/**
 * The arguments that build an image from the working directory. The values of the build's arguments come from the
 * environment.
 */
export function buildArgv({ tag, variables, extras }: ImageBuild): readonly string[] {
  return [
    ...['build', '--force-rm', '--tag', tag],
    ...variables.flatMap(({ name }) => ['--build-arg', name]),
    ...(extras.docker ?? []),
    '.',
  ];
}

/** Chooses the builder of the engine itself, which is there without a plug-in of the client. */
export const CLASSIC_BUILDER = { DOCKER_BUILDKIT: '0' };

/** The command line of the builder, in a folder that holds the build's files. */
export function showBuild(build: ImageBuild): string {
  const settings = Object.entries(CLASSIC_BUILDER).map((pair) => pair.join('='));
  const words = ['docker', ...buildArgv(build)].map(shellQuote);
  return [...settings, ...passedWords(build.variables), ...words].join(' ');
}

/** Values of a request, and of the caller under other names, as a shell sets them before a command. */
export function passedWords(variables: readonly Variable[]): readonly string[] {
  return variables.flatMap((variable) => {
    const { name, value, from } = variable;
    if (isSetBefore(variable)) return [`${name}=${shellQuote(value)}`];
    if (from === undefined || !('variable' in from) || from.variable === name) return [];
    return [`${name}="$${from.variable}"`];
  });
}

/** Whether a shell sets a value of the request for the client; what it cannot, or may not, stands in the arguments. */
function isSetBefore(variable: Variable): boolean {
  const { name, from } = variable;
  const isGiven = from !== undefined && 'request' in from;
  return isGiven && wayOf(variable) === 'name' && isShellName(name);
}

const INTERACTION = { terminal: ['-it'], streams: ['-i'], none: [] } as const;

/** The arguments that follow a command whose client was left by a key. */
export function attachArgv(container: string, key: TerminalKey): readonly string[] {
  return ['attach', '--sig-proxy=false', ...keyOption(key), container];
}

/** The client is left by some keys, whatever is said: so many in a row nobody types. */
const NOT_TYPED = Array.from({ length: 8 }, () => 'ctrl-^,ctrl-@').join(',');

function keyOption(key: TerminalKey): readonly string[] {
  const keys = key.does === 'leave' ? key.keys : KEYS[key.does];
  return ['--detach-keys', keys];
}

const KEYS = { suspend: 'ctrl-z', interrupt: 'ctrl-c', nothing: NOT_TYPED } as const;

/**
 * A value that may be seen stands here; another comes by its name, or in a file.
 *
 * @param variableFile - the file for the client; without it the arguments are for a person, and name the person's own
 */
function variableOptions(variables: readonly Variable[], variableFile?: string): readonly string[] {
  const files = new Set<string>();
  const options = variables.flatMap((variable) => {
    const { name, value, from } = variable;
    const ownFile = from !== undefined && 'file' in from ? from.file : undefined;
    const file = wayOf(variable) === 'file' ? (variableFile ?? ownFile) : undefined;
    if (file !== undefined) {
      files.add(file);
      return [];
    }
    const isNamed = variableFile === undefined ? isSetBefore(variable) : wayOf(variable) === 'name';
    const isCallers = from !== undefined && 'variable' in from;
    return ['--env', isNamed || isCallers ? name : `${name}=${value}`];
  });
  return [...[...files].flatMap((file) => ['--env-file', file]), ...options];
}

function secretOptions({ pipe, uid }: SecretPlace, haveFiles: boolean): readonly string[] {
  return [
    ...(pipe === undefined
      ? memoryFolder(SECRETS_FOLDER, uid)
      : mountOption({ type: 'bind', source: pipe, target: SECRETS_PATH, readOnly: true })),
    ...(haveFiles ? memoryFolder(SECRET_FILES_FOLDER, uid) : []),
    ...['--env', `SUBMARINE_SECRETS=${SECRETS_PATH}`],
  ];
}

/** A folder whose user is not known is open to all in the container; the files in it are not. */
function memoryFolder(path: string, uid: number | undefined): readonly string[] {
  const mode = uid === undefined ? 'mode=1777' : `mode=0700,uid=${uid}`;
  return ['--tmpfs', `${path}:${mode}`];
}

function option(name: string, value: string | undefined | 0): readonly string[] {
  return value === undefined || value === 0 ? [] : [name, value];
}

/** As few digits as will do: `2g`, `512m`, `1000b`. */
function memoryText(bytes: number): string {
  const power = [3, 2, 1].find((one) => bytes % 1024 ** one === 0) ?? 0;
  return `${bytes / 1024 ** power}${'bkmg'[power]}`;
}

/** Several devices stand in quotes, since docker reads a comma as the end of a field. */
function gpusText(gpus: Gpus): string {
  if ('all' in gpus) return 'all';
  if ('count' in gpus) return String(gpus.count);
  const devices = `device=${gpus.devices.join(',')}`;
  return gpus.devices.length > 1 ? `"${devices}"` : devices;
}

function portText({ host, hostPort, containerPort, protocol }: Port): string {
  const address = host === undefined ? '' : `${host.includes(':') ? `[${host}]` : host}:`;
  const onHost = address === '' && hostPort === undefined ? '' : `${address}${hostPort ?? ''}:`;
  return `${onHost}${containerPort}${protocol === 'tcp' ? '' : `/${protocol}`}`;
}

/** `--mount` takes every path, and knows nothing of SELinux. */
function mountOption(mount: Mount): readonly string[] {
  const { source, target, readOnly, propagation, relabel } = mount;
  if (relabel === undefined) return ['--mount', mountArgument(mount)];
  const options = [
    relabel === 'shared' ? 'z' : 'Z',
    ...(readOnly === true ? ['ro'] : []),
    ...(propagation === undefined ? [] : [propagation]),
  ];
  return ['--volume', `${source ?? ''}:${target}:${options.join(',')}`];
}

/**
 * A mount as one record of comma-separated values, which is how docker reads `--mount`: a field that holds a comma or
 * a quote stands in quotes, its own quotes doubled.
 *
 * @see https://docs.docker.com/engine/storage/bind-mounts/#options-for---mount
 */
export function mountArgument(mount: Mount): string {
  const { type, source, target, readOnly, propagation, noCopy, sizeBytes } = mount;
  const fields = [
    `type=${type}`,
    ...(source === undefined ? [] : [`source=${source}`]),
    `target=${target}`,
    ...(readOnly === true ? ['readonly'] : []),
    ...(propagation === undefined ? [] : [`bind-propagation=${propagation}`]),
    ...(noCopy === true ? ['volume-nocopy'] : []),
    ...(sizeBytes === undefined ? [] : [`tmpfs-size=${sizeBytes}`]),
  ];
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
