import { createHash } from 'node:crypto';
import { mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll } from '@jest/globals';
import { BOOTSTRAP, CONTRACT, CONTRACT_LABEL } from '../../src/launch/bootstrap.ts';
import { imageTag } from '../../tools/image-recipes.js';
import { lastLines, docker as runDocker } from '../../tools/run.js';

/**
 * The images that tests run in, each there when a test starts.
 *
 * `plain`: Debian with Python, venv and pip; no conda. `conda`: and conda in /opt/conda, with the channel CHANNEL.
 * `example`: and JupyterLab; the only one whose entrypoint is the bootstrap. `languages`: as `example`, with the
 * environment `languages` in /opt/conda/envs, whose Jupyter kernels are of Python and of bash.
 *
 * `test`: `conda` with the channel TEST_CHANNEL and the environments `plain`, `bash`, `odd` and `variables` in
 * /opt/conda/envs; sh is dash, and bash is there. The same with another shell: `shBash` (sh is bash), `shDash` (no
 * bash), `shBusybox` (sh is busybox; no bash, no dash, no flock), `noFlock` (as `test`, without flock).
 *
 * `busybox`: every command is busybox. `shAlone`: /bin/sh and nothing else. `noShell`: /bin/true and nothing else.
 */
export const images = {
  plain: imageTag('plain'),
  conda: imageTag('conda'),
  example: imageTag('example'),
  languages: imageTag('languages'),
  test: imageTag('test'),
  shBash: imageTag('shBash'),
  shDash: imageTag('shDash'),
  shBusybox: imageTag('shBusybox'),
  noFlock: imageTag('noFlock'),
  busybox: imageTag('busybox'),
  shAlone: imageTag('shAlone'),
  noShell: imageTag('noShell'),
} as const;

/** Holds `python` (a copy of the image's, 3.11) and `pip`; in each image with conda. */
export const CHANNEL = 'file:///opt/channel';

/**
 * Holds `python` and `pip` too, and packages that are awkward to activate (`activate-plain`, `-bash`, `-fails`,
 * `-exits`, `-broken`, `-path`, `-talks`), to solve (`many` 1.0, 1.1 and 2.0, `wants-old-many`, `left` and `right`,
 * `needs-glibc`, `needs-cuda`), to link (`slow`, which sleeps `$SLOW_SECONDS`, else 5; `fails-to-link`) or to verify
 * (`made-by-pip`), and `hello`, a script with its prefix in it. In `test` and the images made from it.
 */
export const TEST_CHANNEL = 'file:///opt/test-channel';

/**
 * The label of what tests leave in an engine: the images above have it, so their containers do; a volume or a
 * container of another image is to be given it. What has it and is older than an hour is removed.
 */
export const TEST_LABEL = 'submarine-test';

const folders: string[] = [];

/** Makes an empty folder, which is removed when the test file is done. Its path has no symbolic link in it. */
export async function temporaryDirectory(): Promise<string> {
  const folder = await mkdtemp(join(await realpath(tmpdir()), 'submarine-test-'));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders.splice(0)) await removeFolder(folder);
});

/** Files that a container wrote may be another user's. */
async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    const mount = `type=bind,source=${folder},target=/folder`;
    await docker('run', '--rm', '--mount', mount, images.busybox, 'rm', '-rf', '/folder');
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the docker client and returns what it left, whatever its exit code. */
export function docker(
  ...args: readonly string[]
): Promise<{ exitCode: number | undefined; stdout: string; stderr: string }> {
  return runDocker(args);
}

/** Runs the docker client and returns its stdout; an error with its stderr when it fails. */
export async function dockerOutput(...args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await docker(...args);
  if (exitCode !== 0) {
    throw new Error(`docker ${args.join(' ')}: ${exitCode ?? 'not run'}\n${lastLines(stderr)}`);
  }
  return stdout;
}

/**
 * Makes an image of another with a few more lines of a Dockerfile, which can copy nothing; once for the same lines.
 *
 * @param from - one of `images`
 * @param lines - `['ENV A=b', 'USER 12345', 'ENTRYPOINT ["tini", "--"]']`
 * @returns its name
 */
export async function derivedImage(from: string, lines: readonly string[]): Promise<string> {
  const dockerfile = [`FROM ${from}`, ...lines, ''].join('\n');
  const hash = createHash('sha256').update(dockerfile).digest('hex').slice(0, 12);
  const name = `submarine-test:derived-${hash}`;
  if ((await docker('image', 'inspect', name)).exitCode === 0) return name;
  const build = ['build', '--tag', name, '--label', `${TEST_LABEL}=derived`, '-'];
  const { exitCode, stdout, stderr } = await runDocker(build, { input: dockerfile });
  if (exitCode !== 0) throw new Error(`docker build:\n${lastLines(`${stdout}\n${stderr}`)}`);
  return name;
}

/** The same with our bootstrap as the entrypoint, as admins prepare images. */
export async function preparedImage(from: string, lines: readonly string[] = []): Promise<string> {
  const bootstrap = new URL('../../bootstrap/submarine-bootstrap.sh', import.meta.url);
  const script = gzipSync(await readFile(bootstrap)).toString('base64');
  return derivedImage(from, [
    `RUN echo ${script} | base64 -d | gunzip >${BOOTSTRAP} && chmod 755 ${BOOTSTRAP}`,
    ...lines,
    `LABEL ${CONTRACT_LABEL}=${CONTRACT}`,
    `ENTRYPOINT ["${BOOTSTRAP}"]`,
  ]);
}
