import type { ChildProcess } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';

import { afterEach } from '@jest/globals';

const started: ChildProcess[] = [];

/** Has a process ended with the test, also with one that fails. */
export function endWithTest(child: ChildProcess): void {
  started.push(child);
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGTERM');
});

/** The pid of the engine's client that a `submarine` has started. */
export async function clientOf(pid: number): Promise<number> {
  for (const entry of await readdir('/proc')) {
    const status = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => '');
    if (status.replace(/^.*\) /s, '').split(' ')[1] === String(pid)) return Number(entry);
  }
  throw new Error(`${pid} has no child`);
}
