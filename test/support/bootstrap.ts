import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docker as runDocker } from '../../tools/run.js';
import { images, TEST_CHANNEL } from './bed.ts';

const BOOTSTRAP = fileURLToPath(new URL('../../bootstrap/submarine-bootstrap.sh', import.meta.url));

/** One start of the bootstrap in a container of its own. */
export interface Start {
  /** One of `images`; without it `test`. */
  readonly image?: string;
  readonly kernel?: string;
  readonly command: readonly string[];
  /** The folder that is mounted at /submarine. */
  readonly cache?: string;
  readonly variables?: Readonly<Record<string, string>>;
  /** Of `docker run`. Without a `--network` among them there is none, which halves the time of a start. */
  readonly options?: readonly string[];
  readonly input?: string;
}

/** What a start has left, stdout to the last byte. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts a container whose entrypoint is the bootstrap of this checkout, and waits for its end. */
export async function start(request: Start): Promise<Ended> {
  const { exitCode, stdout, stderr } = await runDocker(
    ['run', '--rm', '--init', ...startArguments(request)],
    request.input === undefined ? {} : { input: request.input },
  );
  return { exitCode, stdout, stderr };
}

/** The arguments of `docker run` for a start, without the options that belong to the client. */
export function startArguments({
  image = images.test,
  kernel,
  command,
  cache,
  variables = {},
  options = [],
  input,
}: Start): readonly string[] {
  return [
    ...(input === undefined ? [] : ['--interactive']),
    ...(options.some((option) => option.startsWith('--network')) ? [] : ['--network=none']),
    `--mount=type=bind,source=${BOOTSTRAP},target=/submarine-bootstrap.sh,readonly`,
    '--entrypoint=/submarine-bootstrap.sh',
    ...(cache === undefined
      ? []
      : [
          `--mount=type=bind,source=${cache},target=/submarine`,
          '--env',
          `SUBMARINE_CACHE=${cache}`,
        ]),
    ...Object.entries(variables).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...options,
    image,
    ...(kernel === undefined ? [] : ['--kernel', kernel]),
    '--',
    ...command,
  ];
}

/** The variables that ask for a kernel with these dependencies, as the command line tool sets them. */
export function specification(
  dependencies: readonly (string | { readonly pip: readonly string[] })[],
  channels: readonly string[] = [TEST_CHANNEL],
): Record<string, string> {
  return specificationOf(JSON.stringify({ channels, dependencies }));
}

/** The variables that ask for a kernel with these lines in its lock. */
export function lockedSpecification(lines: readonly string[]): Record<string, string> {
  return specificationOf(['submarine-lock 1', ...lines, ''].join('\n'));
}

function specificationOf(text: string): Record<string, string> {
  const pieces = text.match(/[^]{1,90000}/gu) ?? [];
  return {
    SUBMARINE_DIGEST: digestOf(text),
    SUBMARINE_IMAGE: `sha256:${digestOf(images.test)}`,
    ...Object.fromEntries(pieces.map((piece, index) => [`SUBMARINE_SPEC_${index + 1}`, piece])),
  };
}

/** What a build says on stderr, without a terminal, when it is done. */
export const BUILT = /^submarine: kernel ".+" was built in \d+ s; log: \/.*\.log$/;

/** The end of the prefix's path of a kernel with that specification. */
export function kernelFolder(variables: Readonly<Record<string, string>>): string {
  return (variables['SUBMARINE_DIGEST'] ?? '').slice(0, 32);
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A conda environment made by hand: its files by path, and one more that makes conda take it for one. */
export async function makeKernel(
  folder: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, content] of Object.entries({ 'conda-meta/history': '', ...files })) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), content, { mode: 0o755 });
  }
}

/** What the shells of the two sides set by themselves, and what only our side sets. */
const NOT_COMPARED = new Set([
  ...['PWD', 'OLDPWD', 'SHLVL', '_', 'HOSTNAME'],
  ...['SUBMARINE_KERNEL', 'SUBMARINE_PREFIX'],
]);

/** Reads what `env -0` printed. */
export function readEnvironment(text: string): Record<string, string> {
  const entries = text
    .split('\0')
    .filter((entry) => entry !== '')
    .map((entry): [string, string] => {
      const at = entry.indexOf('=');
      return [entry.slice(0, at), entry.slice(at + 1)];
    });
  return Object.fromEntries(entries.filter(([name]) => !NOT_COMPARED.has(name)));
}
