import { createReadStream, fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { errorCode } from '../../errors.ts';
import { toWritable } from '../../files/to-writable.ts';
import { userText } from '../../launch/resources.ts';
import type { Variables } from '../../variables.ts';
import type { ClientEnd, CommandClient } from '../container-client/started-client.ts';
import { HeldMessages } from '../container-client/held-messages.ts';
import type { ExecRequest, Streams } from '../engine.ts';
import { execCommand, execVariables } from './docker-argv.ts';
import type { Written } from './docker-frames.ts';
import { parseFrames } from './docker-frames.ts';
import { connectionBroke } from './docker-messages.ts';
import type { Answer } from './docker-socket.ts';
import { askSocket, findSocket, isPlainName, openAnswer } from './docker-socket.ts';
import { EXEC_REFUSALS } from './exec-refusals.ts';
import { tryWrite } from './try-write.ts';

/**
 * Starts another command in a container over the engine's socket. See `Dialect`.
 *
 * A terminal is left to the client, which knows how to handle one; so is a refusal, which it puts into words.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Exec
 */
export async function openExec(
  container: string,
  request: ExecRequest,
  streams: Streams,
  env: Variables,
): Promise<CommandClient | undefined> {
  const socket = findSocket(env);
  if (socket === undefined || request.terminal || !isPlainName(container)) return undefined;
  if (!canRead(streams.stdin)) return undefined;
  try {
    const made = await openAnswer(socket, `/containers/${container}/exec`, {
      posted: toPosted(request, streams.stdin !== undefined),
    });
    const said = await text(made.body);
    if (made.status !== 201) return undefined;
    const { Id: id } = JSON.parse(said) as { readonly Id: string };
    const posted = { Detach: false, Tty: false };
    const answer = await openAnswer(socket, `/exec/${id}/start`, { posted });
    if (answer.status === 200) return new SocketCommand({ socket, id, answer, streams });
    answer.connection.destroy();
  } catch {
    // The client says why.
  }
  return undefined;
}

function toPosted(request: ExecRequest, hasInput: boolean): object {
  const { user, workdir } = request;
  return {
    ...{ AttachStdin: hasInput, AttachStdout: true, AttachStderr: true, Tty: false },
    Cmd: execCommand(request),
    Env: execVariables(request).map(({ name, value }) => `${name}=${value}`),
    ...(user === undefined ? {} : { User: userText(user) }),
    ...(workdir === undefined ? {} : { WorkingDir: workdir }),
  };
}

interface Followed {
  readonly socket: string;
  /** Of the command, for the engine. */
  readonly id: string;
  readonly answer: Answer;
  readonly streams: Streams;
}

/** A command that is followed over the socket, as a client would. */
class SocketCommand implements CommandClient {
  readonly ended: Promise<ClientEnd>;
  readonly messages = new HeldMessages(EXEC_REFUSALS);
  readonly #followed: Followed;
  readonly #outputs: Readonly<Record<'stdout' | 'stderr', Writable>>;
  #unwritten: Error | undefined;
  #killedBy: NodeJS.Signals | undefined;

  constructor(followed: Followed) {
    const { stdout, stderr } = followed.streams;
    this.#followed = followed;
    this.#outputs = { stdout: toWritable(stdout), stderr: toWritable(stderr) };
    this.messages.pipe(this.#outputs.stderr, { end: false });
    this.ended = this.#follow();
    // Whoever does not look at it yet is told when they do.
    this.ended.catch(() => {});
  }

  isUnread(): boolean {
    return this.#unwritten !== undefined;
  }

  kill(signal: NodeJS.Signals): void {
    // There is no terminal whose size could change.
    if (signal === 'SIGWINCH') return;
    this.#killedBy = signal;
    this.#followed.answer.connection.destroy();
  }

  async drain(): Promise<void> {
    this.messages.end();
    await finished(this.messages).catch(() => {});
    const { stdout, stderr } = this.#followed.streams;
    for (const [given, output] of [
      [stdout, this.#outputs.stdout],
      [stderr, this.#outputs.stderr],
    ] as const) {
      if (output !== given) await finished(output.end()).catch(() => {});
    }
  }

  async #follow(): Promise<ClientEnd> {
    const { answer, streams } = this.#followed;
    const leaveInput = sendInput(inputOf(streams.stdin), answer.connection);
    try {
      const refusal = await this.#copyAll(parseFrames(answer.body));
      if (this.#unwritten !== undefined) return unwrittenEnd(this.#unwritten);
      const exitCode = await this.#exitCode();
      if (refusal === undefined) return { exitCode };
      if (NOT_RUN.has(exitCode)) this.messages.write(refusal.bytes);
      else await this.#copy(refusal);
      return { exitCode };
    } catch (error) {
      if (this.#killedBy !== undefined) return { signal: this.#killedBy };
      throw connectionBroke(error);
    } finally {
      leaveInput();
    }
  }

  /** @returns what may be the engine's word in the place of the command: it comes as the only output */
  async #copyAll(all: AsyncIterable<Written>): Promise<Written | undefined> {
    let held: Written | undefined;
    let isFirst = true;
    for await (const written of all) {
      if (held !== undefined) await this.#copy(held);
      held = isFirst && isRefusal(written) ? written : undefined;
      isFirst = false;
      if (held === undefined) await this.#copy(written);
      if (this.#unwritten !== undefined) return undefined;
    }
    return held;
  }

  async #copy({ output, bytes }: Written): Promise<void> {
    this.#unwritten ??= await tryWrite(this.#outputs[output], bytes);
  }

  /** The engine knows it a moment after the last output. */
  async #exitCode(): Promise<number> {
    const { socket, id } = this.#followed;
    while (true) {
      const said = await askSocket(socket, `/exec/${id}/json`);
      if (said === undefined) throw new Error('the engine has forgotten the command');
      const { ExitCode } = JSON.parse(said) as { readonly ExitCode: number | null };
      if (ExitCode !== null) return ExitCode;
      await sleep(10);
    }
  }
}

/** As a client ends that a pipe tells that nobody reads it, or that cannot write for another reason. */
function unwrittenEnd(error: Error): ClientEnd {
  return errorCode(error) === 'EPIPE' ? { signal: 'SIGPIPE' } : { exitCode: 1 };
}

const NOT_RUN: ReadonlySet<number> = new Set([126, 127]);

function isRefusal({ bytes }: Written): boolean {
  const beginning = bytes.toString('latin1', 0, 64);
  return EXEC_REFUSALS.some((prefix) => beginning.startsWith(prefix));
}

/** @returns what leaves the input to whoever reads it next */
function sendInput(input: Readable | undefined, connection: Answer['connection']): () => void {
  // The command may have ended while something was on its way to it.
  connection.on('error', () => {});
  if (input === undefined) {
    connection.end();
    return () => {};
  }
  input.pipe(connection);
  return () => {
    input.unpipe(connection);
    input.pause();
  };
}

/** Of a descriptor only a file is read here: what waits for a terminal or a pipe could not be left. */
function canRead(stdin: Streams['stdin']): boolean {
  return typeof stdin !== 'number' || fstatSync(stdin).isFile();
}

function inputOf(stdin: Streams['stdin']): Readable | undefined {
  return typeof stdin === 'number' ? createReadStream('', { fd: stdin, autoClose: false }) : stdin;
}
