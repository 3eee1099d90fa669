import { chmod, copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { InterruptedError } from '../../errors.ts';
import { writePrivateFile } from '../../files/private-file.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import { BuildTranscript } from './build-transcript.ts';
import type { Client } from '../container-client/client.ts';
import { ANSWER_MS, callClient } from '../container-client/client.ts';
import { callLong } from '../container-client/long-call.ts';
import type { EngineCall } from '../engine.ts';
import { explainBuild, findLog } from './build-failure.ts';
import { buildArgv, CLASSIC_BUILDER } from './docker-argv.ts';

/**
 * Builds an image, and clears away what is no part of it.
 *
 * @param onProgress - told in a few words what goes on
 * @returns the warnings of the bootstrap
 * @throws SubmarineError as the bootstrap words it when the kernel cannot be built
 */
export async function buildImage(
  build: ImageBuild,
  client: Client,
  { signal }: EngineCall,
  onProgress: (words: string) => void,
): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-build-'));
  try {
    await writeContext(build, folder);
    return await runBuilder(build, { folder, client, signal, onProgress });
  } finally {
    await rm(folder, { recursive: true, force: true });
    await removeScratch(build.scratchLabel, client).catch((error: unknown) => {
      // How the build ended is worth more than what an engine keeps that answers no more.
      if (!(error instanceof InterruptedError)) throw error;
    });
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

interface BuilderRun {
  readonly folder: string;
  readonly client: Client;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (words: string) => void;
}

async function runBuilder(
  build: ImageBuild,
  { folder, client, signal, onProgress }: BuilderRun,
): Promise<readonly string[]> {
  const transcript = new BuildTranscript(onProgress);
  const passed = build.variables.map(({ name, value }) => [name, value]);
  const { exitCode, stderr: said } = await callLong(client, buildArgv(build), {
    signal,
    cwd: folder,
    // On Linux this builder refuses --security-opt, so its steps run without no-new-privileges.
    env: { ...Object.fromEntries(passed), ...CLASSIC_BUILDER },
    stdout: (text) => transcript.push(text),
  });
  const { errors } = transcript;
  if (exitCode !== 0) {
    const logPath = await keepLog(build.logPath, findLog(transcript.plain));
    throw explainBuild({ base: build.base, exitCode, said, errors, logPath });
  }
  const warning = 'submarine: warning: ';
  return errors
    .split('\n')
    .filter((line) => line.startsWith(warning))
    .map((line) => line.slice(warning.length));
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
async function removeScratch(label: string, client: Client): Promise<void> {
  const list = ['image', 'ls', '--all', '--quiet', '--no-trunc', '--filter', `label=${label}`];
  const ask = (argv: readonly string[]) => callClient(client, argv, AbortSignal.timeout(ANSWER_MS));
  const giveUpAt = Date.now() + ANSWER_MS;
  for (let before = Infinity; ;) {
    const { stdout } = await ask(list);
    const ids = stdout.split('\n').filter((id) => id !== '');
    if (ids.length === 0 || Date.now() > giveUpAt) return;
    if (ids.length >= before) await sleep(200);
    before = ids.length;
    await ask(['image', 'rm', '--no-prune', ...ids]);
  }
}
