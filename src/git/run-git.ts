import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';

import { errorCode } from '../errors.ts';
import type { Variables } from '../variables.ts';

/** What git printed. */
export interface GitOutput {
  readonly text: string;
  /** Whether there was more. */
  readonly isCut: boolean;
}

interface GitOptions {
  readonly env: Variables;
  readonly cwd: string;
  /** How much is kept of what it prints: 1 MiB. */
  readonly maxBytes?: number;
  /** Without it git takes as long as it likes. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** What it reads on stdin. */
  readonly input?: string;
}

/** There is no git, it failed, was aborted, or took too long. */
export class GitError extends Error {
  readonly isMissing: boolean;
  /** What git said. */
  readonly stderr: string;

  constructor(cause: Error, stderr: string) {
    super(cause.message, { cause });
    this.isMissing = errorCode(cause) === 'ENOENT';
    this.stderr = stderr;
  }
}

/** @throws GitError */
export function runGit(
  words: readonly string[],
  { env, cwd, maxBytes = 1024 ** 2, timeoutMs, signal, input = '' }: GitOptions,
): Promise<GitOutput> {
  const options = { env, cwd, maxBuffer: maxBytes, timeout: timeoutMs, signal };
  return new Promise((resolve, reject) => {
    execFile('git', words, options, (error, stdout, stderr) => {
      const isCut =
        error?.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER' && error.message.startsWith('stdout');
      if (error !== null && !isCut) return reject(new GitError(error, stderr));
      resolve({ text: stdout, isCut });
    })
      // One that ends before it has read all of it says why.
      .stdin?.on('error', () => {})
      .end(input);
  });
}

/** What git printed, of which only the beginning is kept. */
export interface HashedOutput extends GitOutput {
  /** SHA-256 of all of it: `sha256:…`. */
  readonly digest: string;
}

/** The same for what may be long. @throws GitError */
export function hashGit(
  words: readonly string[],
  { env, cwd, maxBytes = 1024 ** 2, timeoutMs, signal }: Omit<GitOptions, 'input'>,
): Promise<HashedOutput> {
  const hash = createHash('sha256');
  const kept: Buffer[] = [];
  let bytes = 0;
  let stderr = '';
  return new Promise((resolve, reject) => {
    const git = spawn('git', words, {
      ...{ env, cwd, timeout: timeoutMs, signal, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    git.stdout.on('data', (data: Buffer) => {
      hash.update(data);
      if (bytes < maxBytes) kept.push(data.subarray(0, maxBytes - bytes));
      bytes += data.length;
    });
    git.stderr.setEncoding('utf8').on('data', (said: string) => (stderr += said));
    git.once('error', (error) => reject(new GitError(error, stderr)));
    git.once('close', (code, killedBy) => {
      if (code !== 0) return reject(new GitError(new Error(`git: ${code ?? killedBy}`), stderr));
      const text = Buffer.concat(kept).toString();
      resolve({ digest: `sha256:${hash.digest('hex')}`, text, isCut: bytes > maxBytes });
    });
  });
}
