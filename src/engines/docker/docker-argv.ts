import { BOOTSTRAP } from '../../launch/bootstrap-contract.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Variable } from '../../launch/variables.ts';
import { isShellName } from '../../launch/variables.ts';
import type { ExecRequest } from '../engine.ts';

/** With it a setuid program, or one with file capabilities, gives a process no more than it has. */
export const NO_NEW_PRIVILEGES = ['--security-opt', 'no-new-privileges'] as const;

/** The arguments for the `docker` client that make a plan real: `run --rm --init … IMAGE --kernel NAME -- COMMAND`. */
export function dockerArgv(plan: LaunchPlan): readonly string[] {
  return [
    'run',
    '--rm',
    '--init',
    ...INTERACTION[plan.interaction],
    ...option('--name', plan.name),
    ...Object.entries(plan.labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]),
    ...option('--platform', plan.platform),
    ...option('--user', plan.user),
    ...(plan.noNewPrivileges ? NO_NEW_PRIVILEGES : []),
    ...option('--workdir', plan.workdir),
    ...option('--shm-size', plan.shmSize),
    ...option('--memory', plan.memory),
    ...option('--cpus', plan.cpus),
    ...option('--gpus', plan.gpus),
    ...plan.mounts.flatMap((mount) => ['--mount', mountArgument(mount)]),
    ...plan.volumes.flatMap((volume) => ['--volume', volume]),
    ...plan.ports.flatMap((port) => ['--publish', port]),
    ...plan.variableFiles.flatMap((file) => ['--env-file', file]),
    ...variableOptions(plan.variables),
    ...plan.passedVariables.flatMap(({ name }) => ['--env', name]),
    ...option('--entrypoint', plan.entrypoint),
    ...option('--pull', plan.pull === 'never' ? 'never' : undefined),
    ...plan.engineArguments,
    plan.image,
    ...plan.arguments,
  ];
}

/**
 * The arguments that run a further command in a container, through the bootstrap, which enters the environment of the
 * container's own command. The command can be told from all others by its SUBMARINE_EXEC.
 */
export function execArgv(request: ExecRequest): readonly string[] {
  const given = request.variables.map(({ name }) => name).filter(isShellName);
  const own = [
    { name: 'SUBMARINE_EXEC', value: request.execId },
    ...(given.length === 0 ? [] : [{ name: 'SUBMARINE_ALSO_GIVEN', value: given.join(' ') }]),
  ];
  return [
    'exec',
    ...INTERACTION[request.terminal ? 'terminal' : 'streams'],
    ...option('--user', request.user),
    ...option('--workdir', request.workdir),
    ...variableOptions([...request.variables, ...own]),
    request.container,
    BOOTSTRAP,
    '--enter',
    ...(request.command.length === 0 ? [] : ['--', ...request.command]),
  ];
}

/** The arguments that fetch an image. */
export function pullArgv(image: string, platform: string | undefined): readonly string[] {
  return ['pull', ...option('--platform', platform), image];
}

/** The arguments that build an image from a folder. The values of the build's arguments come from the environment. */
export function buildArgv(
  { tag, passedVariables, engineArguments }: ImageBuild,
  folder: string,
): readonly string[] {
  return [
    'build',
    '--force-rm',
    ...['--tag', tag],
    ...passedVariables.flatMap(({ name }) => ['--build-arg', name]),
    ...engineArguments,
    folder,
  ];
}

const INTERACTION = { terminal: ['-it'], streams: ['-i'], none: [] } as const;

function variableOptions(variables: readonly Variable[]): readonly string[] {
  return variables.flatMap(({ name, value }) => [
    '--env',
    value === undefined ? name : `${name}=${value}`,
  ]);
}

function option(name: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [name, value];
}

/**
 * A mount as one record of comma-separated values, which is how docker reads `--mount`: a field that holds a comma or
 * a quote stands in quotes, its own quotes doubled.
 *
 * @see https://docs.docker.com/engine/storage/bind-mounts/#options-for---mount
 */
export function mountArgument({ type, source, target, readOnly }: Mount): string {
  const fields = [
    `type=${type}`,
    `source=${source}`,
    `target=${target}`,
    ...(readOnly === true ? ['readonly'] : []),
  ];
  return fields
    .map((field) => (/[",\r\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field))
    .join(',');
}
