import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { docker as runDocker } from '../../tools/run.js';
import { images } from './bed.ts';
import type { Ended } from './bootstrap.ts';
import { kernelFolder, lockedSpecification } from './bootstrap.ts';

const BOOTSTRAP = fileURLToPath(new URL('../../bootstrap/submarine-bootstrap.sh', import.meta.url));
/** What a path is named after; nothing here depends on it. */
const PLATFORM = 'linux-64-glibc2.36';

/** A part of a build, in a container of its own. */
export interface Installation {
  /** One of `images`; without it `test`. */
  readonly image?: string;
  readonly kernel?: string;
  /** The folder of the cache on this machine. */
  readonly cache: string;
  /** The lines of the list, without the first. */
  readonly lines: readonly string[];
  /** Without it all of them, in one container. */
  readonly steps?: string;
  /** Without it another one each time. */
  readonly buildId?: string;
  /** Folders of this machine with archives, as `serveChannel` has them; those of the list are put where the build looks. */
  readonly sources?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Of `docker run`. Without a `--network` among them there is none. */
  readonly options?: readonly string[];
}

/** Where the parts of a build lie on this machine. */
export interface BuildPlace {
  readonly prefix: string;
  readonly archives: string;
  readonly log: string;
  readonly lock: string;
}

/** Where the kernel of these lines is built in a cache. */
export function placeOf(cache: string, lines: readonly string[]): BuildPlace {
  const id = kernelFolder(lockedSpecification(lines));
  return {
    prefix: join(cache, 'kernels', PLATFORM, id),
    archives: join(cache, 'builds', `${PLATFORM}-${id}`),
    log: join(cache, 'logs', `${id}-${PLATFORM}.log`),
    lock: join(cache, 'locks', `${PLATFORM}-${id}`),
  };
}

/** Makes what the host makes before a build, for every user, so that tests can change the user. */
export async function preparePlace({
  cache,
  lines,
  sources = [],
}: Installation): Promise<BuildPlace> {
  const place = placeOf(cache, lines);
  await rm(place.archives, { recursive: true, force: true });
  for (const folder of [place.prefix, `${place.archives}/conda`, `${place.archives}/pip`]) {
    await mkdir(folder, { recursive: true });
  }
  await chmod(place.prefix, 0o777);
  for (const file of [place.log, place.lock]) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, '', { flag: 'a' });
    await chmod(file, 0o666);
  }
  for (const line of lines) await stage(line, place.archives, sources);
  return place;
}

/** Lays the archive of a line where the build looks, if one of the folders has it. */
async function stage(line: string, archives: string, sources: readonly string[]): Promise<void> {
  const [, kind = '', path] = /^(conda|pip) .*?https?:\/\/[^/\s]+\/([^#\s]+)/.exec(line) ?? [];
  if (path === undefined || line.includes('git+')) return;
  const name = decodeURIComponent(path.replace(/^.*\//, ''));
  for (const source of sources) {
    await copyFile(join(source, decodeURIComponent(path)), join(archives, kind, name)).catch(
      () => {},
    );
  }
}

/** Makes what a build needs and installs in a container, as the host does; waits for its end. */
export async function install(request: Installation): Promise<Ended> {
  await preparePlace(request);
  return installPrepared(request);
}

/** Installs where everything was made before, see `preparePlace`. */
export function installPrepared(request: Installation): Promise<Ended> {
  return run(['--rm', '--init', ...installArguments(request)]);
}

/** The arguments of `docker run` for an installation, without the options that belong to the client. */
export function installArguments(request: Installation): readonly string[] {
  const { image = images.test, kernel = 'greeter', cache, lines, options = [] } = request;
  const place = placeOf(cache, lines);
  return [
    ...containerArguments(options),
    mountArgument(cache, place.prefix),
    `${mountArgument(cache, place.archives)},readonly`,
    mountArgument(cache, place.log),
    `${mountArgument(cache, place.lock)},readonly`,
    ...envArguments({ ...installVariables(request), ...request.variables }),
    ...options,
    image,
    ...['--kernel', kernel, '--install'],
  ];
}

/** What the host says of an installation. */
function installVariables({ cache, lines, steps, buildId }: Installation): Record<string, string> {
  const place = placeOf(cache, lines);
  return {
    ...lockedSpecification(lines),
    SUBMARINE_INSTALL: steps ?? 'conda wheels sources finish',
    SUBMARINE_PREFIX: inContainer(cache, place.prefix),
    SUBMARINE_ARCHIVES: inContainer(cache, place.archives),
    SUBMARINE_LOG: inContainer(cache, place.log),
    SUBMARINE_LOCK: inContainer(cache, place.lock),
    SUBMARINE_BUILD: buildId ?? randomUUID().replaceAll('-', ''),
    SUBMARINE_CACHE: cache,
  };
}

/** What is asked of conda. */
export interface Question {
  readonly image?: string;
  /** The lines, without the first: `['channel file:///opt/test-channel', 'spec hello']`. */
  readonly lines: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Of `docker run`. Without a `--network` among them there is none. */
  readonly options?: readonly string[];
}

/** Asks conda in a container which packages it would install. */
export function solve({
  image = images.test,
  lines,
  variables = {},
  options = [],
}: Question): Promise<Ended> {
  const text = ['submarine-solve 1', ...lines, ''].join('\n');
  const pieces = (text.match(/[^]{1,90000}/gu) ?? []).map(
    (piece, index) => [`SUBMARINE_SPEC_${index + 1}`, piece] as const,
  );
  return run([
    ...['--rm', '--init', ...containerArguments(options)],
    ...envArguments({ ...Object.fromEntries(pieces), ...variables }),
    ...[...options, image, '--kernel', 'greeter', '--solve'],
  ]);
}

/**
 * Runs a program of a kernel in a container that has the kernel read-only and nothing else of the cache.
 *
 * @param command - the first word is a file in the kernel's `bin`
 */
export function runInKernel(
  { cache, lines, image = images.test }: Pick<Installation, 'cache' | 'lines' | 'image'>,
  [program = '', ...words]: readonly string[],
): Promise<Ended> {
  const { prefix } = placeOf(cache, lines);
  return run([
    ...['--rm', '--network=none', `${mountArgument(cache, prefix)},readonly`],
    `--entrypoint=${inContainer(cache, prefix)}/bin/${program}`,
    ...[image, ...words],
  ]);
}

/** The path in a container of what lies in the cache. */
export function inContainer(cache: string, path: string): string {
  return path.replace(cache, '/submarine');
}

function mountArgument(cache: string, path: string): string {
  return `--mount=type=bind,source=${path},target=${inContainer(cache, path)}`;
}

function containerArguments(options: readonly string[]): readonly string[] {
  return [
    ...(options.some((option) => option.startsWith('--network')) ? [] : ['--network=none']),
    `--mount=type=bind,source=${BOOTSTRAP},target=/submarine-bootstrap.sh,readonly`,
    '--entrypoint=/submarine-bootstrap.sh',
  ];
}

function envArguments(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
}

async function run(words: readonly string[]): Promise<Ended> {
  const { exitCode, stdout, stderr } = await runDocker(['run', ...words]);
  return { exitCode, stdout, stderr };
}
