import { resolve } from 'node:path';

import type { Settings } from '../../config/settings.ts';
import { DEFAULT_ENGINE } from '../../engines/engine-names.ts';
import { UsageError } from '../../errors.ts';
import { isInside, realTarget } from '../../files/confined.ts';
import { isRemoteCode } from '../../git/remote-code.ts';
import { SHELL } from '../../launch/bootstrap.ts';
import { checkLaunchRequest } from '../../launch/check-launch-request.ts';
import type { Extras, LaunchRequest } from '../../launch/launch-request.ts';
import type { Mount } from '../../launch/mounts.ts';
import { parseVolume } from '../../launch/mounts.ts';
import { parseMemory, parseUser } from '../../launch/resources.ts';
import type { Variable } from '../../launch/variables.ts';
import { givenVariables, lastOfEach } from '../../launch/variables.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { checkFolders, readVariableFiles } from './local-files.ts';
import { findCode } from './find-code.ts';
import { notebookCommand } from './notebook-command.ts';
import { readSecrets } from './read-secrets.ts';
import type { RunRequest } from './run-request.ts';

interface RequestWay {
  /** Whether nothing is fetched. */
  readonly dryRun?: boolean;
  readonly call?: Call | undefined;
}

/** What an operation adds to what a person asked for. */
export type LaunchPurpose = Pick<LaunchRequest, 'kind' | 'token'>;

/**
 * A request laid over the settings, its paths absolute and its files read. Everything that can be refused without an
 * engine is refused here, before anything is fetched, made or started.
 *
 * @throws UsageError when it cannot mean anything, or names what is not there
 */
export async function toLaunchRequest(
  { kind, token }: LaunchPurpose,
  request: RunRequest,
  { caller, settings }: Submarine,
  { dryRun = false, call }: RequestWay = {},
): Promise<LaunchRequest> {
  if (request.command.length === 0 && request.terminal !== true) {
    throw new UsageError('there is no command to run', undefined, { code: 'no-command' });
  }
  const mounts = [
    ...(settings.volumes ?? []).map((volume) => parseVolume(volume, caller.cwd)),
    ...(request.mounts ?? []).map((mount) => absolute(mount, caller.cwd)),
  ];
  const { user, 'shm-size': shm } = settings;
  const launch: LaunchRequest = {
    kind,
    token,
    command: commandOf(request),
    executes: request.executes === undefined ? undefined : true,
    experiment: request.experiment,
    variables: await variablesOf(request, caller, call),
    secrets: await readSecrets(request.secrets ?? {}, caller, call),
    mounts,
    ports: request.ports ?? [],
    network: request.network,
    ...(await findCode(request, settings, caller, { dryRun, call })),
    results: request.results?.map((folder) => realTarget(resolve(caller.cwd, folder))),
    home: request.home && resolve(caller.cwd, request.home),
    workdir: request.workdir,
    user: request.user ?? (user === undefined ? undefined : parseUser(user)),
    gpus: request.gpus,
    cpus: request.cpus,
    memoryBytes: request.memoryBytes,
    shmBytes: request.shmBytes ?? (shm === undefined ? undefined : parseMemory(shm)),
    name: request.name,
    platform: request.platform,
    pull: request.offline === true ? 'never' : (request.pull ?? 'missing'),
    offline: request.offline ?? false,
    noNewPrivileges: settings['no-new-privileges'] ?? true,
    extras: extrasOf(request.extras, settings),
    verbose: request.verbose ?? false,
    timeoutMs: request.timeoutMs,
    detached: request.detached,
    terminal: request.terminal ?? false,
    detachKeys: request.detachKeys,
    tellsInterrupt: request.tellsInterrupt,
    watched: caller.terminal !== undefined,
  };
  checkLaunchRequest(launch);
  const isPlanned = dryRun && isRemoteCode(request.code || '');
  await checkFolders(isPlanned ? undefined : launch.code, mounts);
  refuseUnseenResults(launch);
  return launch;
}

function commandOf({ command, executes }: RunRequest): readonly string[] {
  if (command.length === 0) return SHELL;
  return executes === undefined ? command : notebookCommand(command, executes);
}

/** What the container does not see it cannot write. */
function refuseUnseenResults({ results = [], code, mounts }: LaunchRequest): void {
  const seen = [code, ...mounts.map(({ type, source }) => (type === 'bind' ? source : undefined))];
  for (const folder of results) {
    if (seen.some((one) => one !== undefined && isInside(folder, one))) continue;
    throw new UsageError(
      `the results folder ${quote(folder)} is not mounted`,
      'name one in the code folder, or mount it',
      { code: 'results-not-mounted', data: { folder } },
    );
  }
}

async function variablesOf(
  { variables = {}, variableFiles = [] }: RunRequest,
  caller: Submarine['caller'],
  call: Call | undefined,
): Promise<readonly Variable[]> {
  const given = givenVariables(variables, caller.variables);
  return lastOfEach([...(await readVariableFiles(variableFiles, caller, call)), ...given]);
}

function absolute(mount: Mount, cwd: string): Mount {
  const { type, source } = mount;
  return type === 'bind' && source !== undefined
    ? { ...mount, source: resolve(cwd, source) }
    : mount;
}

/** The arguments of the settings are for the engine that they name. */
function extrasOf(extras: Extras = {}, { engine, 'engine-args': args = [] }: Settings): Extras {
  if (args.length === 0) return extras;
  const name = (engine ?? DEFAULT_ENGINE) as keyof Extras;
  return { ...extras, [name]: [...args, ...(extras[name] ?? [])] };
}
