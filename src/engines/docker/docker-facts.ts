import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';

import { throwIfAborted } from '../../errors.ts';
import { writePrivateFile } from '../../files/private-file.ts';
import { readJsonObject, writePrivateJson } from '../../files/private-json.ts';
import type { EngineFacts, ImageFacts } from '../../launch/launch-request.ts';
import type { Client } from '../container-client/client.ts';
import { ANSWER_MS, callClient } from '../container-client/client.ts';
import type { EngineCall } from '../engine.ts';
import { mountArgument, NO_NEW_PRIVILEGES } from './docker-argv.ts';
import { explain, isUnseenFile } from './docker-messages.ts';
import { engineKey } from './docker-socket.ts';

/** Who asks the engine, and keeps the answer. */
export interface Asker {
  readonly client: Client;
  /** Where it is remembered; no container sees it. */
  readonly hostFolder: string;
}

/** What is remembered of an engine. */
export interface Remembered extends EngineFacts {
  readonly askedAtMs: number;
  /** Whether its address is one of this machine. */
  readonly isLocal: boolean;
  /** Whether it sees files of this machine; undefined while no image was there to find out. */
  readonly seesFiles?: boolean | undefined;
  /**
   * Whether a pipe of this machine that is mounted is the same one in a container: not where another system lies
   * between, nor where users of containers have other numbers here, as with a daemon's `userns-remap`.
   */
  readonly sharesPipes: boolean;
}

/** How long the engine behind an address is taken for the same one without being asked. */
const SAME_FOR_MS = 24 * 60 * 60 * 1000;

/**
 * What is known of the engine that the client speaks to. Asking takes several calls of the client, so the answer is
 * kept in `engines.json` of the host's own folder, under what chooses the engine.
 *
 * @param image - gives an image that the engine has, for a container that is to see a file of this machine
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function askEngineFacts(
  { client, hostFolder }: Asker,
  image?: () => Promise<ImageFacts | undefined>,
  { signal }: EngineCall = {},
): Promise<Remembered> {
  const path = join(hostFolder, 'engines.json');
  const [key, known] = [engineKey(client.env), readKnown(path)];
  const remembered = known[key];
  const facts = isStillTrue(remembered) ? remembered : await askAgain(client, remembered, signal);
  const mustLook = facts.isLocal && facts.seesFiles === undefined && image !== undefined;
  const seen = mustLook
    ? await seesFiles({ client, hostFolder }, await image(), signal)
    : facts.seesFiles;
  const current = { ...facts, seesFiles: seen, remote: !facts.isLocal || seen === false };
  if (facts !== remembered || seen !== facts.seesFiles) {
    await remember(path, { ...known, [key]: current });
  }
  return current;
}

/** What chooses the engines that were found at addresses of this machine, see `engineKey`. */
export function localEngines(hostFolder: string): readonly string[] {
  const known: Record<string, Partial<Remembered> | null> = readKnown(
    join(hostFolder, 'engines.json'),
  );
  return Object.entries(known).flatMap(([key, engine]) => (engine?.isLocal === true ? [key] : []));
}

/** Drops what is remembered of the engine, so that it is asked the next time. */
export async function forgetEngine({ client, hostFolder }: Asker): Promise<void> {
  const path = join(hostFolder, 'engines.json');
  const [key, known] = [engineKey(client.env), readKnown(path)];
  const { [key]: _dropped, ...others } = known;
  await remember(path, others);
}

/** What sees no files though its address is of this machine may have been replaced by what does, which is worth a call. */
function isStillTrue(remembered: Remembered | undefined): remembered is Remembered {
  // What an earlier version remembered does not say all.
  if (remembered?.askedAtMs === undefined || remembered.sharesPipes === undefined) return false;
  const ageMs = Date.now() - remembered.askedAtMs;
  return ageMs >= 0 && ageMs < SAME_FOR_MS && remembered.seesFiles !== false;
}

/**
 * Whether a file that is made here is seen through a mount. The container is made and never started.
 *
 * @returns undefined where that cannot be found out
 */
async function seesFiles(
  { client, hostFolder }: Asker,
  image: ImageFacts | undefined,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  if (image === undefined) return undefined;
  const id = randomBytes(8).toString('hex');
  const source = join(hostFolder, `.seen-${id}`);
  try {
    await writePrivateFile(source, '');
  } catch {
    return undefined;
  }
  const mount = mountArgument({ type: 'bind', source, target: '/seen', readOnly: true });
  const labels = ['--label', 'submarine.kind=helper'];
  const name = `submarine-seen-${id}`;
  const create = [
    ...['create', '--name', name, ...labels, ...NO_NEW_PRIVILEGES],
    ...['--mount', mount, '--entrypoint', '/bin/sh', image.id],
  ];
  const remove = () => callClient(client, ['rm', '--force', name], AbortSignal.timeout(ANSWER_MS));
  try {
    const { exitCode, stderr } = await callClient(client, create, signal);
    if (exitCode === 0) await remove();
    return exitCode === 0 ? true : isUnseenFile(stderr) ? false : undefined;
  } catch (error) {
    // The engine may have made it, though nobody waited for the answer.
    if (signal?.aborted === true) await remove().catch(() => {});
    throw error;
  } finally {
    await rm(source, { force: true });
  }
}

/** What cannot be remembered is asked again the next time. */
async function remember(path: string, known: Record<string, Remembered>): Promise<void> {
  try {
    await writePrivateJson(path, known);
  } catch {
    // As if it had been forgotten.
  }
}

/** While none answers, what was true of the last one is the best guess. */
async function askAgain(
  client: Client,
  remembered: Remembered | undefined,
  signal: AbortSignal | undefined,
): Promise<Remembered> {
  try {
    return await ask(client, remembered, signal);
  } catch (error) {
    throwIfAborted(signal);
    if (remembered?.askedAtMs === undefined) throw error;
    return remembered;
  }
}

/** What another engine was found out to see is not true of this one. */
async function ask(
  client: Client,
  remembered: Remembered | undefined,
  signal: AbortSignal | undefined,
): Promise<Remembered> {
  const [endpoint, info] = await Promise.all([
    askEndpoint(client, signal),
    callClient(client, ['info', '--format', INFO_FORMAT], signal),
  ]);
  const { memoryBytes, id, text } = parseInfo(info.stdout);
  // Some clients end with 0 though no engine answered them, and then tell of a machine without memory.
  if (info.exitCode !== 0 || !(memoryBytes > 0)) throw explain(info.stderr, '');
  const isLocal = isLocalEndpoint(endpoint);
  const seen = remembered?.id === id ? remembered.seesFiles : undefined;
  return {
    id,
    askedAtMs: Date.now(),
    isLocal,
    seesFiles: seen,
    remote: !isLocal || seen === false,
    sharesPipes: platform() === 'linux' && !/name=userns|Docker Desktop/.test(text),
    mapsUsers: platform() !== 'linux' || /name=rootless|Docker Desktop/.test(text),
    memoryBytes,
  };
}

/** Asks the client for the address that it speaks to; an empty one is none to it. */
export async function askEndpoint(
  client: Client,
  signal: AbortSignal | undefined,
): Promise<string> {
  const named = client.env['DOCKER_HOST'];
  return named || (await callClient(client, CONTEXT_HOST, signal)).stdout;
}

export function isLocalEndpoint(endpoint: string): boolean {
  return endpoint === '' || /^(unix|npipe):/.test(endpoint);
}

const CONTEXT_HOST = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
const INFO_FORMAT =
  '{{.MemTotal}} {{json .ID}} {{json .DockerRootDir}} {{json .SecurityOptions}} {{json .OperatingSystem}}';

/** Two engines of one machine have the same id, and each a folder of its own. */
function parseInfo(line: string) {
  const [, memory, id = '', text = ''] = /^(\d+) ("[^"]*" "[^"]*") (.*)$/.exec(line) ?? [];
  return { memoryBytes: Number(memory), id: id.replaceAll('"', ''), text };
}

function readKnown(path: string): Record<string, Remembered> {
  return readJsonObject(path) as Record<string, Remembered>;
}
