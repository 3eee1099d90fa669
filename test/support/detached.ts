import { afterEach } from '@jest/globals';
import { docker, dockerOutput } from './bed.ts';
import type { Start } from './bootstrap.ts';
import { startArguments } from './bootstrap.ts';
import { poll } from './poll.ts';

const containers: string[] = [];

afterEach(async () => {
  if (containers.length > 0) await docker('rm', '--force', ...containers.splice(0));
});

/** Starts a container that stays until the end of the test, whatever comes of that. Returns its id. */
export async function startDetached(request: Start): Promise<string> {
  const id = await dockerOutput('run', '--detach', '--init', ...startArguments(request));
  containers.push(id);
  return id;
}

/** What a container has printed, as soon as it has printed the text. */
export async function logsWith(id: string, text: string): Promise<string> {
  let logs = '';
  await poll(async () => {
    logs = await dockerOutput('logs', id);
    return logs.includes(text);
  });
  return logs;
}
