import { posix } from 'node:path';

import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { BOOTSTRAP, SHELL } from './bootstrap.ts';
import type { LaunchRequest } from './launch-request.ts';

/**
 * What happens by a key of the terminal beside what is typed to the command: a person leaves the command running, by the
 * keys that they chose; Ctrl-Z pauses it and stops whoever follows it; Ctrl-C is told to them; or nothing.
 */
export type TerminalKey =
  | { readonly does: 'leave'; readonly keys: string }
  | { readonly does: 'suspend' | 'interrupt' | 'nothing' };

/** What the keys of a launch do. In a shell Ctrl-Z belongs to the jobs in it. */
export function terminalKey({ detachKeys, tellsInterrupt, command }: LaunchRequest): TerminalKey {
  if (detachKeys !== undefined) return { does: 'leave', keys: detachKeys };
  if (tellsInterrupt === true) return { does: 'interrupt' };
  return { does: isInteractiveShell(command) ? 'nothing' : 'suspend' };
}

const SHELLS = new Set([
  ...['sh', 'bash', 'zsh', 'fish', 'dash', 'ash', 'ksh', 'mksh', 'csh', 'tcsh', 'nu', 'xonsh'],
  // What they show are shells.
  ...['tmux', 'screen'],
]);

/** Whether a command is a shell that reads a person's commands, and none of a file or an argument. */
export function isInteractiveShell(command: readonly string[]): boolean {
  const [program = '', ...words] = command;
  if (program === BOOTSTRAP) return words[0] === SHELL[1];
  return (
    SHELLS.has(posix.basename(program)) &&
    words.every((word) => /^[-+]/.test(word) && !/^-[a-z]*c/.test(word))
  );
}

/** @throws UsageError when no engine knows such keys */
export function checkDetachKeys(keys: string): void {
  if (/^(?:ctrl-[a-z@^[_\\\]]|[a-zA-Z])(?:,(?:ctrl-[a-z@^[_\\\]]|[a-zA-Z]))*$/.test(keys)) return;
  throw new UsageError(
    `invalid keys ${quote(keys)}`,
    'write them as ctrl-p,ctrl-q: letters, and ctrl- with a letter or one of @ ^ [ _ \\ ]',
    { code: 'invalid-keys' },
  );
}
