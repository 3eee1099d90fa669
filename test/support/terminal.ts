import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { poll } from './poll.ts';
import { endWithTest } from './started.ts';

/** A program in a real terminal of 100 columns and 30 rows. */
export interface Terminal {
  /** Of the program; it leads a session of its own. */
  readonly pid: number;
  /** All that came on the screen. */
  readonly output: () => string;
  readonly until: (text: string) => Promise<void>;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  /** Closes the terminal, as a person closes its window. */
  readonly close: () => void;
  /** The program's exit code. */
  readonly end: () => Promise<number>;
}

interface Message {
  readonly pid?: number;
  readonly data?: string;
  readonly exitCode?: number;
}

export async function startInTerminal(
  program: string,
  args: readonly string[],
  options: { readonly env: Readonly<Record<string, string | undefined>>; readonly cwd: string },
): Promise<Terminal> {
  const path = fileURLToPath(new URL('terminal-process.js', import.meta.url));
  const host = fork(path, [program, ...args], { ...options, execArgv: [] });
  endWithTest(host);
  let output = '';
  let pid = 0;
  const ended = new Promise<number>((resolve) => {
    host.on('message', (message: Message) => {
      pid = message.pid ?? pid;
      output += message.data ?? '';
      if (message.exitCode !== undefined) resolve(message.exitCode);
    });
  });
  await poll(() => pid !== 0);
  return {
    pid,
    output: () => output,
    until: (text) =>
      poll(
        () => output.includes(text),
        () => output,
      ),
    type: (write) => void host.send({ write }),
    resize: (...size) => void host.send({ size }),
    close: () => void host.kill('SIGKILL'),
    end: () => ended,
  };
}
