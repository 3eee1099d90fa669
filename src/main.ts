import { writeSync } from 'node:fs';

import packageJson from '../package.json' with { type: 'json' };
import type { Host } from './cli/host.ts';

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

/** Runs the command of this process and leaves its exit code there. */
export function start(self: NodeJS.Process): void {
  for (const stream of [self.stdout, self.stderr]) {
    stream.on('error', (error) => stopWriting(self, error));
  }
  const host = { env: self.env, cwd: workingDirectory(self), streams: self };
  void main(self.argv.slice(2), host).then((code) => {
    self.exitCode = code;
  });
}

/** A reader that has seen enough, as in `submarine env list | head -1`, is no error. */
function stopWriting(self: NodeJS.Process, error: NodeJS.ErrnoException): void {
  if (error.code === 'EPIPE') return;
  writeSync(
    2,
    `submarine: the output cannot be written (${error.code ?? error.message})\n  make room, or write it elsewhere\n`,
  );
  self.exit(73);
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
