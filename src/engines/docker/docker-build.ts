import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { writePrivateFile } from '../../files/private-file.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import { explainBuild, findLog } from './build-failure.ts';
import { BuildTranscript } from './build-transcript.ts';
import { buildArgv } from './docker-argv.ts';
import { callDocker } from './docker-client.ts';
import type { DockerOptions } from './docker-options.ts';
import { talkToDocker } from './docker-talk.ts';

const REMOVED_WITHIN_MS = 15_000;

/**
 * Builds an image with the engine's own builder, which is there without a plug-in of the client, and clears away what
 * is no part of the image.
 *
 * @throws SubmarineError as the bootstrap words it when the kernel cannot be built
 */
export async function buildImage(build: ImageBuild, options: DockerOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-build-'));
  try {
    await writeContext(build, folder);
    await runBuilder(build, folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
    await removeScratch(build.scratchLabel, options.env);
  }
}

/** The modes are those that the image gets, whatever this user's umask is. */
async function writeContext({ dockerfile, files }: ImageBuild, folder: string): Promise<void> {
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  for (const { path, content, executable = false } of files) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    if ('text' in content) await writeFile(target, content.text);
    else await copyFile(content.source, target);
    await chmod(target, executable ? 0o755 : 0o644);
  }
}

async function runBuilder(
  build: ImageBuild,
  folder: string,
  { env, streams: { stderr } }: DockerOptions,
): Promise<void> {
  const isWatched = stderr.isTTY === true;
  const transcript = new BuildTranscript((text) => isWatched && stderr.write(text));
  const passed = build.passedVariables.map(({ name, value }) => [name, value]);
  const { exitCode, stderr: said } = await talkToDocker(buildArgv(build, folder), {
    // On Linux this builder refuses --security-opt, so its steps run without no-new-privileges.
    env: { ...env, ...Object.fromEntries(passed), DOCKER_BUILDKIT: '0' },
    stdout: (text) => transcript.push(text),
  }).finally(() => isWatched && stderr.write('\r\u001B[K'));
  const { errors } = transcript;
  if (exitCode !== 0) {
    const logPath = await keepLog(build.logPath, findLog(transcript.plain));
    throw explainBuild({ base: build.base, exitCode, said, errors, logPath });
  }
  for (const line of errors.split('\n')) {
    if (line.startsWith('submarine: warning: ')) stderr.write(`${line}\n`);
  }
}

/** A log that cannot be kept is none; that is not what went wrong. */
async function keepLog(path: string, text: string | undefined): Promise<string | undefined> {
  if (text === undefined) return undefined;
  try {
    await writePrivateFile(path, text);
    return path;
  } catch {
    return undefined;
  }
}

/**
 * Removes the layers of the stages that nothing is kept of. The builder would keep them to be quicker the next time,
 * with all that is in them.
 *
 * One by one, from the last to the first, since the engine, left to find what else is not used, may go on to an image
 * below that has no name. The list is in the order of time, to the second, so some take another turn; and so do those
 * of a build that was stopped, until the engine has ended it.
 */
async function removeScratch(label: string, env: DockerOptions['env']): Promise<void> {
  const list = ['image', 'ls', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`];
  const giveUpAt = Date.now() + REMOVED_WITHIN_MS;
  for (let before = Infinity; ;) {
    const { stdout } = await callDocker(list, env);
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length === 0 || Date.now() > giveUpAt) return;
    if (ids.length >= before) await sleep(200);
    before = ids.length;
    await callDocker(['image', 'rm', '--no-prune', ...ids], env);
  }
}
