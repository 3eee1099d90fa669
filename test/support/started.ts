import type { ChildProcess } from 'node:child_process';

import { afterEach } from '@jest/globals';

const started: ChildProcess[] = [];

/** Has a process ended with the test, also with one that fails. */
export function endWithTest(child: ChildProcess): void {
  started.push(child);
}

afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGTERM');
});
