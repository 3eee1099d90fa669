import { basename, posix } from 'node:path';

import type { Environment } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { bootstrapContract } from './bootstrap-contract.ts';
import { planHome } from './home.ts';
import type { Extras, LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { Port } from './ports.ts';
import type { Gpus, User } from './resources.ts';
import { halfOf } from './resources.ts';
import type { Secret, SecretFile } from './secrets.ts';
import { terminalKey } from './terminal-key.ts';
import type { TerminalKey } from './terminal-key.ts';
import { planUserBase } from './user-base.ts';
import type { Variable } from './variables.ts';
import { lastOfEach, terminalVariables } from './variables.ts';
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
  const user = request.user ?? defaultUser(facts);
  const home = planHome(request, user, facts);
  const ours = [...(request.gitMounts ?? []), ...home.mounts];
  const mounts = [
    ...(code === undefined ? [] : [code]),
    ...unlessMounted(ours, request.mounts),
    ...request.mounts,
  ];
  if (facts.engine.remote) refuseLocalFolders(mounts);
  const contract = bootstrapContract(request, environment, facts, kernel);
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
      ...[...gitVariables(request, code), ...home.variables],
      ...[...request.variables, ...contract.variables, ...base.variables],
    ]),
    secrets: request.token === undefined ? [] : [{ name: 'JUPYTER_TOKEN', value: request.token }],
    secretFiles: request.secrets ?? [],
    ports: request.ports,
    labels: { ...labelsOf(request, environment, facts, kernel), ...home.labels },
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

function labelsOf(
  { kind }: LaunchRequest,
  { name }: Environment,
  { runId }: LaunchFacts,
  kernel: EnteredKernel | undefined,
): LaunchPlan['labels'] {
  return {
    ...{ 'submarine.env': name, 'submarine.kind': kind },
    ...(kernel === undefined ? {} : { 'submarine.digest': kernel.digest }),
    'submarine.run': runId,
  };
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
