import { basename, posix } from 'node:path';

import type { Environment } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { bootstrapContract } from './bootstrap-contract.ts';
import type { Extras, LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { Port } from './ports.ts';
import type { Gpus, User } from './resources.ts';
import { halfOf } from './resources.ts';
import type { Secret, SecretFile } from './secrets.ts';
import { checkDetachKeys, terminalKey } from './terminal-key.ts';
import type { TerminalKey } from './terminal-key.ts';
import { planUserBase } from './user-base.ts';
import type { Variable } from './variables.ts';
import { checkVariable, lastOfEach, terminalVariables } from './variables.ts';
import type { EnteredKernel } from './wanted-kernel.ts';

/** A launch as a value: all that an engine needs to know to start it, and nothing of where it came from. */
export interface LaunchPlan {
  /** Unique to this launch; the label `submarine.run` has it. */
  readonly runId: string;
  /** The container's name. */
  readonly name: string;
  readonly image: string;
  /** Set where the image's own entrypoint is not our bootstrap. */
  readonly entrypoint: string | undefined;
  /** What stands behind the image. */
  readonly arguments: readonly string[];
  /** Whether it runs on without whoever started it, and stays when it has ended, with what it printed. */
  readonly detached: boolean;
  /** A terminal; the caller's three streams; or no stdin, and all output on stderr. */
  readonly interaction: 'terminal' | 'streams' | 'none';
  /** With a terminal. */
  readonly key: TerminalKey;
  readonly mounts: readonly Mount[];
  /** The engine's network of that name, or `none`; undefined for the one that containers have where nothing is said. */
  readonly network: string | undefined;
  /** No name twice. */
  readonly variables: readonly Variable[];
  /** Variables of the command that no command line, inspection or label shows; an engine hands them over by the side. */
  readonly secrets: readonly Secret[];
  /** Files that the command finds in the container's memory; handed over in the same way. */
  readonly secretFiles: readonly SecretFile[];
  readonly ports: readonly Port[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: User | undefined;
  readonly workdir: string | undefined;
  readonly shmBytes: number;
  readonly memoryBytes: number | undefined;
  readonly cpus: number | undefined;
  readonly gpus: Gpus | undefined;
  readonly platform: string | undefined;
  /** When the image is fetched, which is done before the start. */
  readonly pull: LaunchRequest['pull'];
  /** Whether no process may get more rights than it was started with, as by a setuid program. */
  readonly noNewPrivileges: boolean;
  readonly extras: Extras;
}

/**
 * Plans a launch.
 *
 * @param request - as `checkLaunchRequest` accepts it
 * @param kernel - where it is one that was built
 * @throws UsageError when the engine cannot see what the request names, or two mounts have one target
 * @throws InvalidDataError when the image's bootstrap keeps another contract
 */
export function planLaunch(
  request: LaunchRequest,
  environment: Environment,
  facts: LaunchFacts,
  kernel?: EnteredKernel,
): LaunchPlan {
  const code = codeMount(request);
  const mounts = [
    ...(code === undefined ? [] : [code]),
    ...unlessMounted(request.gitMounts ?? [], request.mounts),
    ...request.mounts,
  ];
  if (facts.engine.remote) refuseLocalFolders(mounts);
  const contract = bootstrapContract(request, environment, facts, kernel);
  const user = request.user ?? defaultUser(facts);
  const base =
    environment.kernel === undefined
      ? { mounts: [], variables: [] }
      : planUserBase(request, user, facts);
  const allMounts = [...mounts, ...contract.mounts, ...base.mounts];
  refuseSharedTarget(allMounts);
  return {
    runId: facts.runId,
    name: request.name ?? `submarine-${environment.name}-${facts.runId}`,
    image: facts.imageName,
    entrypoint: contract.entrypoint,
    arguments: [...contract.arguments, '--', ...request.command],
    detached: request.detached ?? false,
    interaction: interactionOf(request),
    key: terminalKey(request),
    mounts: allMounts,
    network: request.network,
    variables: lastOfEach([
      ...(interactionOf(request) === 'terminal' ? terminalVariables(facts.env) : []),
      ...gitVariables(request, code),
      ...[...request.variables, ...contract.variables, ...base.variables],
    ]),
    secrets: request.token === undefined ? [] : [{ name: 'JUPYTER_TOKEN', value: request.token }],
    secretFiles: request.secrets ?? [],
    ports: request.ports,
    labels: {
      'submarine.env': environment.name,
      'submarine.kind': request.kind,
      ...(kernel === undefined ? {} : { 'submarine.digest': kernel.digest }),
      'submarine.run': facts.runId,
    },
    user,
    workdir: request.workdir ?? code?.target,
    shmBytes: request.shmBytes ?? halfOf(request.memoryBytes ?? facts.engine.memoryBytes),
    memoryBytes: request.memoryBytes,
    cpus: request.cpus,
    gpus: request.gpus,
    platform: request.platform,
    pull: request.pull,
    noNewPrivileges: request.noNewPrivileges,
    extras: request.extras,
  };
}

/**
 * Refuses what an engine would refuse in words of its own, or take for something else; nothing need be known of the
 * world for it.
 *
 * @throws UsageError
 */
export function checkLaunchRequest(request: LaunchRequest): void {
  const { name, workdir, variables, command } = request;
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]+$/.test(name)) {
    throw new UsageError(
      `invalid container name ${quote(name)}`,
      'write it with letters, digits, "_", "." and "-", two or more',
      { code: 'invalid-container-name', data: { name } },
    );
  }
  if (workdir !== undefined && !workdir.startsWith('/')) {
    throw new UsageError(`the folder ${quote(workdir)} is not absolute`, 'begin it with /', {
      code: 'folder-not-absolute',
      data: { folder: workdir },
    });
  }
  if (codeMount(request) === undefined && request.codeReadOnly === true) {
    throw new UsageError('there is no code folder to mount read-only', undefined, {
      code: 'no-code-to-read',
    });
  }
  if (request.network !== undefined && !/^[A-Za-z0-9][\w.:-]*$/.test(request.network)) {
    throw new UsageError(
      `invalid network ${quote(request.network)}`,
      'name a network of the engine, or none, host or bridge',
      { code: 'invalid-network', data: { network: request.network } },
    );
  }
  if (request.detachKeys !== undefined) checkDetachKeys(request.detachKeys);
  for (const variable of variables) checkVariable(variable.name, variable.value);
  if (request.kind === 'notebook') refuseToken(variables);
  if (command.some((word) => word.includes('\0'))) {
    throw new UsageError('an argument of the command holds a NUL', 'leave it out');
  }
}

/** The code folder, seen as `/code/NAME` so that paths in messages and notebooks say which project they are of. */
export function codeMount({
  code,
  codeReadOnly,
}: Pick<LaunchRequest, 'code' | 'codeReadOnly'>): Mount | undefined {
  if (code === undefined) return undefined;
  const name = basename(code);
  if (name === '') {
    throw new UsageError('the whole file system cannot be the code folder', undefined, {
      code: 'code-is-root',
    });
  }
  const mount = { type: 'bind', source: code, target: `/code/${name}` } as const;
  return codeReadOnly === true ? { ...mount, readOnly: true } : mount;
}

/**
 * A repository around the code folder is on another mount, and its top is a folder that the engine makes as root's; git
 * passes both by where nobody says otherwise.
 *
 * @see https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
 */
function gitVariables(
  { gitMounts = [] }: LaunchRequest,
  code: Mount | undefined,
): readonly Variable[] {
  const top = posix.dirname(code?.target ?? '/');
  if (!gitMounts.some(({ target }) => target === `${top}/.git`)) return [];
  return [
    { name: 'GIT_DISCOVERY_ACROSS_FILESYSTEM', value: '1' },
    { name: 'GIT_CONFIG_COUNT', value: '1' },
    { name: 'GIT_CONFIG_KEY_0', value: 'safe.directory' },
    { name: 'GIT_CONFIG_VALUE_0', value: top },
  ];
}

/** What a person mounts in the same place is meant. */
function unlessMounted(ours: readonly Mount[], given: readonly Mount[]): readonly Mount[] {
  const targets = new Set(given.map(({ target }) => posix.resolve('/', target)));
  return ours.filter(({ target }) => !targets.has(posix.resolve('/', target)));
}

/** It would not be used. */
function refuseToken(variables: readonly Variable[]): void {
  if (!variables.some(({ name }) => name === 'JUPYTER_TOKEN')) return;
  throw new UsageError(
    "a notebook's token cannot be chosen",
    'leave JUPYTER_TOKEN out: the address that is printed holds it',
    { code: 'variable-reserved', data: { name: 'JUPYTER_TOKEN' } },
  );
}

/** An engine would hide one of them behind the other, or refuse both once it has the image. */
function refuseSharedTarget(mounts: readonly Mount[]): void {
  const targets = mounts.map(({ target }) => posix.resolve('/', target));
  const shared = targets.find((target, index) => targets.indexOf(target) !== index);
  if (shared === undefined) return;
  throw new UsageError(
    `two mounts have the target ${quote(shared)}`,
    'mount each in a place of its own',
    { code: 'target-shared', data: { target: shared } },
  );
}

function refuseLocalFolders(mounts: readonly Mount[]): void {
  const folder = mounts.find(({ type }) => type === 'bind')?.source;
  if (folder === undefined) return;
  throw new UsageError(
    `the engine runs on another machine and cannot see ${quote(folder)}`,
    undefined,
    { code: 'engine-elsewhere', data: { folder } },
  );
}

function interactionOf({ kind, terminal, detached }: LaunchRequest): LaunchPlan['interaction'] {
  if (kind !== 'run' || detached === true) return 'none';
  return terminal ? 'terminal' : 'streams';
}

/** Files that the container writes shall belong to the caller. */
export function defaultUser({ engine, caller }: LaunchFacts): User | undefined {
  return engine.mapsUsers || engine.remote ? undefined : caller;
}
