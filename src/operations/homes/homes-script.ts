import { readFile } from 'node:fs/promises';

import { converse } from '../../engines/dialogue.ts';
import { SubmarineError } from '../../errors.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { homesFolder } from './home-folder.ts';

/** How much of the disk each home takes, by its id. */
export async function measureHomes(
  submarine: Pick<Submarine, 'caller'>,
  ids: readonly string[],
  call?: Call,
): Promise<ReadonlyMap<string, number>> {
  const lines = await runScript(submarine, 'sizes', ids, call);
  return new Map(lines.map(([id = '', kib]) => [id, Number(kib) * 1024]));
}

/** @returns the ids of those with files that this user cannot remove */
export async function removeHomes(
  submarine: Pick<Submarine, 'caller'>,
  ids: readonly string[],
  call?: Call,
): Promise<readonly string[]> {
  return (await runScript(submarine, 'remove', ids, call)).map(([id = '']) => id);
}

/** The system's own programs go through folders that containers write without following a link. */
async function runScript(
  submarine: Pick<Submarine, 'caller'>,
  command: 'sizes' | 'remove',
  ids: readonly string[],
  call: Call | undefined,
): Promise<readonly (readonly string[])[]> {
  if (ids.length === 0) return [];
  const { bootstrap, variables: env } = submarine.caller;
  const script = await readFile(new URL('submarine-homes.sh', bootstrap), 'utf8');
  const { exitCode, stdout, stderr } = await converse(
    ['/bin/sh', '-c', script, 'submarine', homesFolder(submarine), command, ...ids],
    { env, signal: call?.signal },
    async () => undefined,
  );
  if (exitCode !== 0) {
    throw new SubmarineError({
      kind: 'internal',
      code: 'homes-script-failed',
      message: `the homes of environments cannot be looked after: ${stderr.trim()}`,
    });
  }
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'));
}
