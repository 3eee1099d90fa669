import { throwIfAborted } from '../../errors.ts';
import { toWritable } from '../../files/to-writable.ts';
import type { Variables } from '../../variables.ts';
import type { LogOptions, Streams } from '../engine.ts';
import { parseFrames } from './docker-frames.ts';
import { connectionBroke } from './docker-messages.ts';
import { askSocket, findSocket, openAnswer } from './docker-socket.ts';
import { tryWrite } from './try-write.ts';

/**
 * Copies what a container has written over the engine's socket; what nobody reads any more ends it. See `Dialect`.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerLogs
 */
export async function copyLogs(
  container: string,
  { stdout, stderr }: Pick<Streams, 'stdout' | 'stderr'>,
  options: LogOptions,
  env: Variables,
): Promise<boolean> {
  const { signal } = options;
  const socket = findSocket(env);
  const found = socket && (await open(socket, container, options).catch(() => undefined));
  throwIfAborted(signal);
  if (!found) return false;
  const outputs = { stdout: toWritable(stdout), stderr: toWritable(stderr) };
  try {
    for await (const { output, bytes } of found) {
      if ((await tryWrite(outputs[output], bytes)) !== undefined) return true;
    }
  } catch (error) {
    throwIfAborted(signal);
    throw connectionBroke(error);
  }
  return true;
}

/** What is written, by its two outputs; a terminal has one alone. */
async function open(socket: string, container: string, options: LogOptions) {
  const { signal } = options;
  const path = `/containers/${container}/logs?${query(options)}`;
  const [inspected, { status, body, connection }] = await Promise.all([
    askSocket(socket, `/containers/${container}/json`, signal),
    openAnswer(socket, path, { signal }),
  ]);
  if (status !== 200 || inspected === undefined) {
    connection.destroy();
    return undefined;
  }
  const { Config } = JSON.parse(inspected) as { readonly Config: { readonly Tty: boolean } };
  return Config.Tty ? asStdout(body) : parseFrames(body);
}

function query({ follow = false, since, tail, timestamps = false }: LogOptions): string {
  return new URLSearchParams({
    ...{ stdout: '1', stderr: '1', follow: String(follow), timestamps: String(timestamps) },
    ...(since !== undefined && { since: sinceText(since) }),
    ...(tail !== undefined && { tail: String(tail) }),
  }).toString();
}

/** In seconds since 1970; all nine digits of a line's time count. */
function sinceText(since: Date | string): string {
  const [, fraction = '000'] =
    /\.(\d+)Z?$/.exec(typeof since === 'string' ? since : since.toISOString()) ?? [];
  return `${Math.floor(new Date(since).getTime() / 1000)}.${fraction}`;
}

async function* asStdout(body: AsyncIterable<Buffer>) {
  for await (const bytes of body) yield { output: 'stdout' as const, bytes };
}
