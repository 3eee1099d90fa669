import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

import type { Answer, Captured } from './engine.ts';

/**
 * Runs a program to its end, answers its questions, and collects what it prints. A program whose question cannot be
 * answered finds its input at an end, and is waited for.
 *
 * @throws the error of Node when the program cannot be started, and what `answer` throws
 */
export async function converse(
  [program = '', ...argv]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  answer: Answer,
): Promise<Captured> {
  const child = spawn(program, argv, { env, stdio: 'pipe' });
  // Whoever ends early reads no answers.
  child.stdin.on('error', () => {});
  const exited = new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  const talked = talk(child.stdout, child.stdin, answer);
  const [exitCode, stderr, { lines, failure }] = await Promise.all([
    exited,
    text(child.stderr),
    talked,
  ]);
  if (failure !== undefined) throw failure.error;
  return { exitCode, stdout: lines.map((line) => `${line}\n`).join(''), stderr };
}

/** A failure is told when the program has ended. */
async function talk(
  output: NodeJS.ReadableStream,
  input: NodeJS.WritableStream,
  answer: Answer,
): Promise<{ readonly lines: readonly string[]; readonly failure?: { readonly error: unknown } }> {
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
