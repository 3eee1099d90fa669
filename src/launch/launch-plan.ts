import { basename } from 'node:path';

import type { Environment } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { bootstrapContract } from './bootstrap-contract.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import { halfOf, parseMemory } from './memory.ts';
import type { Mount, Volume } from './mounts.ts';
import { parseVolume } from './mounts.ts';
import type { PassedVariable, Variable } from './variables.ts';
import { parseVariable, refuseReserved } from './variables.ts';

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
  /** A terminal; the caller's three streams; or no stdin, and all output on stderr. */
  readonly interaction: 'terminal' | 'streams' | 'none';
  readonly mounts: readonly Mount[];
  /** As `-v` takes them. */
  readonly volumes: readonly string[];
  readonly variables: readonly Variable[];
  readonly passedVariables: readonly PassedVariable[];
  readonly variableFiles: readonly string[];
  readonly ports: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly user: string | undefined;
  /** Whether no process may get more rights than it was started with, as by a setuid program. */
  readonly noNewPrivileges: boolean;
  readonly workdir: string | undefined;
  readonly shmSize: string;
  readonly memory: string | undefined;
  readonly cpus: string | undefined;
  readonly gpus: string | undefined;
  readonly platform: string | undefined;
  /** When the image is fetched, which is done before the start. */
  readonly pull: LaunchRequest['pull'];
  readonly engineArguments: readonly string[];
}

/**
 * Plans a launch.
 *
 * @throws UsageError when the request cannot mean anything
 * @throws InvalidDataError when the kernel's specification is too long to hand over
 */
export function planLaunch(
  request: LaunchRequest,
  environment: Environment,
  facts: LaunchFacts,
): LaunchPlan {
  refuseWhatNoEngineTakes(request, facts);
  const volumes = request.volumes.map((volume) => parseVolume(volume, facts.cwd));
  const code = request.code === undefined ? undefined : codeMount(request.code);
  if (facts.engine.remote) refuseLocalFolders(code, volumes);
  const given = request.variables.map(parseVariable);
  const contract = bootstrapContract(request, environment.kernel, facts, given);
  return {
    runId: facts.runId,
    name: request.name ?? `submarine-${environment.name}-${facts.runId}`,
    image: facts.imageName,
    entrypoint: contract.entrypoint,
    arguments: [...contract.arguments, '--', ...request.command],
    interaction: interactionOf(request, facts),
    mounts: [...(code === undefined ? [] : [code]), ...contract.mounts],
    volumes: volumes.map(({ argument }) => argument),
    variables: [...given, ...contract.variables],
    passedVariables: [...tokenVariable(request), ...contract.passedVariables],
    variableFiles: request.variableFiles,
    ports: request.ports,
    labels: {
      'submarine.env': environment.name,
      'submarine.kind': request.kind,
      ...(contract.digest === undefined ? {} : { 'submarine.digest': contract.digest }),
      'submarine.run': facts.runId,
    },
    user: request.user ?? defaultUser(facts),
    noNewPrivileges: request.noNewPrivileges,
    workdir: request.workdir ?? code?.target,
    shmSize: request.shmSize ?? defaultShmSize(request, facts),
    memory: request.memory,
    cpus: request.cpus,
    gpus: request.gpus,
    platform: request.platform,
    pull: request.pull,
    engineArguments: request.engineArguments,
  };
}

/** What an engine would refuse in words of its own, or take for something else. */
function refuseWhatNoEngineTakes(request: LaunchRequest, facts: LaunchFacts): void {
  const { memory, shmSize, cpus, gpus, name, workdir } = request;
  if (memory !== undefined) parseMemory(memory);
  if (shmSize !== undefined) parseMemory(shmSize);
  if (cpus !== undefined && !/^(?=.*[1-9])\d*\.?\d*$/.test(cpus)) {
    throw new UsageError(`${quote(cpus)} is no number of processors`, 'write it as 2 or 0.5');
  }
  if (gpus === '') throw new UsageError('--gpus names no GPU', 'write it as all, 2 or device=0');
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]+$/.test(name)) {
    throw new UsageError(
      `${quote(name)} is no name for a container`,
      'write it with letters, digits, "_", "." and "-", two or more',
    );
  }
  if (workdir !== undefined && !workdir.startsWith('/')) {
    throw new UsageError(`the folder ${quote(workdir)} is not absolute`, 'begin it with /');
  }
  for (const given of facts.namesInVariableFiles) refuseReserved(given);
}

/** The code folder, seen as `/code/NAME` so that paths in messages and notebooks say which project they are of. */
function codeMount(path: string): Mount {
  const name = basename(path);
  if (name === '') {
    throw new UsageError(
      `the whole file system is no code folder`,
      'go to a folder of your own, or say --code DIR or --no-code',
    );
  }
  return { type: 'bind', source: path, target: `/code/${name}` };
}

function refuseLocalFolders(code: Mount | undefined, volumes: readonly Volume[]): void {
  const folder =
    code?.source ?? volumes.find(({ localPath }) => localPath !== undefined)?.localPath;
  if (folder === undefined) return;
  throw new UsageError(
    `the engine runs on another machine and cannot see ${quote(folder)}`,
    'say --no-code and use named volumes, or put the code into the image',
  );
}

function interactionOf(
  { kind }: LaunchRequest,
  { terminal }: LaunchFacts,
): LaunchPlan['interaction'] {
  if (kind !== 'run') return 'none';
  return terminal ? 'terminal' : 'streams';
}

function tokenVariable({ token }: LaunchRequest): readonly PassedVariable[] {
  return token === undefined ? [] : [{ name: 'JUPYTER_TOKEN', value: token }];
}

/** Files that the container writes shall belong to the caller. */
function defaultUser({ engine, caller }: LaunchFacts): string | undefined {
  return engine.mapsUsers || engine.remote ? undefined : caller;
}

function defaultShmSize({ memory }: LaunchRequest, { engine }: LaunchFacts): string {
  return halfOf(memory === undefined ? engine.memoryBytes : parseMemory(memory));
}
