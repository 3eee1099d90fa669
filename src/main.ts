import { writeFileSync, writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import packageJson from '../package.json' with { type: 'json' };
import type { Host } from './cli/host.ts';
import { keepCompiledCode } from './cli/code-cache.ts';
import { ExitCode } from './cli/exit-codes.ts';
import { once } from './once.ts';

/** The folder of the package, which holds `schemas/`, `bootstrap/` and `examples/`. */
const PACKAGE_ROOT = new URL('..', import.meta.url);

/**
 * The whole command.
 *
 * @param argv - what stands behind `submarine` on the command line
 * @returns the exit code; errors have been printed by then
 */
export async function main(argv: readonly string[], host: Host): Promise<number> {
  // Answered before anything else is loaded: 33 ms instead of 44, beside 30 for an empty Node.
  if (argv.length === 1 && (argv[0] === '--version' || argv[0] === '-V')) {
    host.streams.stdout.write(`${packageJson.version}\n`);
    return 0;
  }
  const { runProgram } = await import('./cli/program.ts');
  return runProgram(argv, host, { version: packageJson.version, root: PACKAGE_ROOT });
}

const STDOUT = 1;

/** Runs the command of this process and leaves its exit code there. */
export function start(self: NodeJS.Process): void {
  keepCompiledCode(fileURLToPath(new URL('dist', PACKAGE_ROOT)), self);
  let unwritten = false;
  // Each is opened when it is first looked at, which takes Node a millisecond.
  const watched = (name: 'stdout' | 'stderr') =>
    once(() => {
      const stream = self[name];
      return stream.on('error', (error: NodeJS.ErrnoException) => {
        if (unwritten || isUnread(error, stream)) return;
        // The process goes on: it may have a container to look after.
        unwritten = true;
        self.exitCode = ExitCode.cannotWrite;
        sayUnwritten(error);
      });
    });
  const [stdout, stderr] = [watched('stdout'), watched('stderr')];
  const host: Host = {
    env: self.env,
    cwd: workingDirectory(self),
    user: fileUser(self),
    streams: {
      get stdin() {
        return self.stdin;
      },
      get stdout() {
        return stdout();
      },
      get stderr() {
        return stderr();
      },
    },
    answer: (text) => {
      try {
        writeFileSync(STDOUT, text);
      } catch {
        // A pipe may be full for a moment, or closed.
        stdout().write(text);
      }
    },
    signals: self,
  };
  void main(self.argv.slice(2), host).then((code) => {
    self.exitCode = unwritten && code === ExitCode.ok ? ExitCode.cannotWrite : code;
  });
}

/** Whose files the process may write: Windows knows no numbers. */
function fileUser({ geteuid, getegid }: NodeJS.Process): Host['user'] {
  return geteuid && getegid && { uid: geteuid(), gid: getegid() };
}

/** A reader that has seen enough, as in `submarine env list | head -1`, or a terminal that was closed, is no error. */
function isUnread({ code }: NodeJS.ErrnoException, { isTTY }: NodeJS.WriteStream): boolean {
  return code === 'EPIPE' || (code === 'EIO' && isTTY);
}

function sayUnwritten({ code, message }: NodeJS.ErrnoException): void {
  try {
    writeSync(
      2,
      `submarine: the output cannot be written (${code ?? message})\n  make room, or write it elsewhere\n`,
    );
  } catch {
    // It is stderr itself that cannot be written.
  }
}

/**
 * A folder that was deleted has no path any more; the shell still knows what it was called. No process can be started
 * in it, so this one leaves it.
 */
function workingDirectory(self: NodeJS.Process): string {
  try {
    return self.cwd();
  } catch {
    self.chdir('/');
    return self.env['PWD'] ?? '/';
  }
}
