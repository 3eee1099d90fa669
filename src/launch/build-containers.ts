import type { Kernel } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import { buildsFromSource, usesPip } from '../lock/list-archives.ts';
import { useBootstrap } from './bootstrap.ts';
import { buildExtras } from './build-extras.ts';
import type { LaunchPlan } from './launch-plan.ts';
import { defaultUser } from './launch-plan.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import { publicSettingsOf, settingsOf } from './network-settings.ts';
import type { Variable } from './variables.ts';

/** What is built, and for which launch. */
export interface Build {
  readonly environment: string;
  readonly kernel: Kernel;
  /** Of what it is made from. */
  readonly digest: string;
  readonly request: LaunchRequest;
  readonly facts: LaunchFacts;
}

/** A step of an installation; those that are asked for are done in this order. */
export type InstallStep = 'conda' | 'wheels' | 'sources' | 'finish';

/** Everything that a list asks for. */
export function stepsFor(list: string): readonly InstallStep[] {
  return ['conda', ...stepsOfPip(list)];
}

/** What is left of it when the conda packages are there. */
export function stepsOfPip(list: string): readonly InstallStep[] {
  return [
    ...(usesPip(list) ? (['wheels'] as const) : []),
    ...(buildsFromSource(list) ? (['sources'] as const) : []),
    'finish',
  ];
}

/** One container of an installation. */
export interface Installation {
  /** Unique to the container. */
  readonly runId: string;
  /** The same for all containers of one build. */
  readonly buildId: string;
  readonly steps: readonly InstallStep[];
  /** The packages, as the head of the bootstrap describes them. */
  readonly list: string;
  readonly place: BuildPlace;
}

/** What an installation works with, as the container sees it. */
export interface BuildPlace {
  readonly mounts: readonly Mount[];
  readonly prefix: string;
  readonly archives: string;
  readonly log: string;
  readonly lock: string;
  /** Where the cache lies for the user, for messages. */
  readonly shown: string;
}

/** An engine lends a process 2 MiB for arguments and variables. */
const MAX_LIST_BYTES = 1024 ** 2;
/** Linux takes at most 131,071 bytes in one variable. 24,576 characters of at most 4 bytes are 96 KiB. */
const PIECE = /[^]{1,24576}/gu;

/**
 * Plans the container in which conda finds the packages of a kernel. It gets what conda needs to reach its channels,
 * logins too, and nothing of what was built or downloaded before; it prints conda's JSON.
 *
 * @param wanted - channels and specs, as the head of the bootstrap describes them
 * @param place - whose log it writes into when it fails; without one it writes none
 * @throws InvalidDataError when there is more than can be handed to a container
 */
export function planSolve(
  build: Build,
  { runId, wanted, place }: { runId: string; wanted: string; place: BuildPlace | undefined },
): LaunchPlan {
  const settings = settingsOf(build.facts);
  const logs = (place?.mounts ?? []).filter(({ target }) => target === place?.log);
  return {
    ...containerOf(build, runId, 'solve'),
    network: undefined,
    mounts: [...useBootstrap(build.facts).mounts, ...logs, ...settings.mounts],
    variables: [
      ...specification(wanted),
      ...(place === undefined || logs.length === 0
        ? []
        : [
            { name: 'SUBMARINE_LOG', value: place.log },
            { name: 'SUBMARINE_CACHE', value: place.shown },
          ]),
      ...sharedVariables(build),
      ...settings.variables,
      ...(build.request.offline ? [{ name: 'SUBMARINE_OFFLINE', value: '1' }] : []),
    ],
  };
}

/**
 * Plans a container that installs packages into a kernel. Code of packages runs in it, so it gets no login and sees
 * nothing but the kernel, the archives of this build, its log and its lock; only what has to be built from its source
 * gets a network.
 *
 * @throws InvalidDataError when there is more than can be handed to a container
 */
export function planInstallation(build: Build, installation: Installation): LaunchPlan {
  const { runId, buildId, steps, list, place } = installation;
  const isOnline = steps.includes('sources') && !build.request.offline;
  const settings = isOnline ? publicSettingsOf(build.facts) : { mounts: [], variables: [] };
  return {
    ...containerOf(build, runId, 'install'),
    network: isOnline ? undefined : 'none',
    mounts: [...useBootstrap(build.facts).mounts, ...place.mounts, ...settings.mounts],
    variables: [
      ...specification(list),
      ...sharedVariables(build),
      { name: 'SUBMARINE_INSTALL', value: steps.join(' ') },
      { name: 'SUBMARINE_BUILD', value: buildId },
      { name: 'SUBMARINE_DIGEST', value: build.digest },
      { name: 'SUBMARINE_PREFIX', value: place.prefix },
      { name: 'SUBMARINE_ARCHIVES', value: place.archives },
      { name: 'SUBMARINE_LOG', value: place.log },
      { name: 'SUBMARINE_LOCK', value: place.lock },
      { name: 'SUBMARINE_CACHE', value: place.shown },
      ...settings.variables,
    ],
  };
}

function containerOf(
  { environment, kernel, digest, request, facts }: Build,
  runId: string,
  command: 'solve' | 'install',
): Omit<LaunchPlan, 'network' | 'mounts' | 'variables'> {
  return {
    runId,
    name: `submarine-${command}-${runId}`,
    image: facts.imageName,
    entrypoint: useBootstrap(facts).entrypoint,
    arguments: ['--kernel', kernel.name, `--${command}`],
    detached: false,
    interaction: command === 'solve' ? 'streams' : 'none',
    key: { does: 'nothing' },
    secrets: [],
    secretFiles: [],
    ports: [],
    labels: {
      'submarine.env': environment,
      'submarine.kind': 'build',
      'submarine.digest': digest,
      'submarine.run': runId,
    },
    user: facts.engine.remote ? request.user : defaultUser(facts),
    workdir: '/',
    shmBytes: 64 * 1024 ** 2,
    memoryBytes: request.kind === 'build' ? request.memoryBytes : undefined,
    cpus: undefined,
    gpus: request.gpus,
    platform: request.platform,
    pull: 'never',
    noNewPrivileges: request.noNewPrivileges,
    extras: buildExtras(request.extras, { network: command === 'solve' }),
  };
}

/**
 * A list of packages in pieces, each short enough for one variable.
 *
 * @throws InvalidDataError when there is more than can be handed to a container
 */
export function specificationPieces(text: string): readonly string[] {
  if (Buffer.byteLength(text) > MAX_LIST_BYTES) {
    throw new InvalidDataError(
      'the kernel has more dependencies than can be handed to a container, which is 1 MiB of text',
      'list only the packages that you need, and let conda find what they depend on',
    );
  }
  return text.match(PIECE) ?? [];
}

/**
 * Refuses a kernel that cannot be handed to a container, before anything is fetched for it.
 *
 * @throws InvalidDataError
 */
export function refuseTooLong(
  kernel: Kernel | undefined,
  { locked }: Pick<LaunchFacts, 'locked'>,
): void {
  if (kernel !== undefined)
    specificationPieces(locked?.specification ?? kernelSpecification(kernel));
}

function specification(text: string): readonly Variable[] {
  return specificationPieces(text).map((value, index) => ({
    name: `SUBMARINE_SPEC_${index + 1}`,
    value,
  }));
}

function sharedVariables({ request, facts }: Build): readonly Variable[] {
  return [
    ...(facts.image === undefined ? [] : [{ name: 'SUBMARINE_IMAGE', value: facts.image.id }]),
    ...(request.watched ? [{ name: 'SUBMARINE_PROGRESS', value: '1' }] : []),
    ...(request.verbose ? [{ name: 'SUBMARINE_VERBOSE', value: '1' }] : []),
  ];
}
