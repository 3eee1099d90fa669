import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { text } from 'node:stream/consumers';

import { throwIfAborted } from '../errors.ts';
import type { Variables } from '../variables.ts';

/** What a line that a program prints is answered with; undefined for one that asks nothing. */
export type Answer = (line: string) => Promise<string | undefined>;

/** What a program left. */
export interface Captured {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program of this machine to its end, answers its questions, and collects what it prints. A program whose
 * question cannot be answered finds its input at an end, and is waited for.
 *
 * @throws the error of Node when the program cannot be started, what `answer` throws, and what `signal` was aborted with
 */
export async function converse(
  [program = '', ...argv]: readonly string[],
  { env, signal }: { readonly env: Variables; readonly signal?: AbortSignal | undefined },
  answer: Answer,
): Promise<Captured> {
  const child = spawn(program, argv, { env, stdio: 'pipe' });
  const end = (): void => void child.kill('SIGTERM');
  signal?.addEventListener('abort', end);
  // Whoever ends early reads no answers.
  child.stdin.on('error', () => {});
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, killedBy) =>
      resolve(killedBy === null ? (code ?? 1) : 128 + constants.signals[killedBy]),
    );
  });
  const talked = talk(child.stdout, child.stdin, answer);
  const [exitCode, stderr, { lines, failure }] = await Promise.all([
    exited,
    text(child.stderr),
    talked,
  ]).finally(() => signal?.removeEventListener('abort', end));
  throwIfAborted(signal);
  if (failure !== undefined) throw failure.error;
  return { exitCode, stdout: lines.map((line) => `${line}\n`).join(''), stderr };
}

/** What came of a talk; a failure to answer is told when the program has ended. */
interface Talk {
  readonly lines: readonly string[];
  readonly failure?: { readonly error: unknown };
}

/** Answers the lines of a program, and collects them. */
export async function talk(
  output: NodeJS.ReadableStream,
  input: NodeJS.WritableStream,
  answer: Answer,
): Promise<Talk> {
  const lines: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  for await (const line of linesOf(output)) {
    lines.push(line);
    if (failure !== undefined) continue;
    try {
      const reply = await answer(line);
      if (reply !== undefined) input.write(`${reply}\n`);
    } catch (error) {
      failure = { error };
      input.end();
    }
  }
  input.end();
  return failure === undefined ? { lines } : { lines, failure };
}

/** Node's own reader of lines takes more characters for the end of one than a line feed. */
async function* linesOf(output: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of output.setEncoding('utf8')) {
    const lines = `${rest}${chunk.toString()}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
