import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { EngineCall, Volumes } from '../engine.ts';
import { explain } from './docker-messages.ts';

/** The volumes of the engine. */
export function dockerVolumes(client: Client): Volumes {
  const folderOf = async (name: string, call: EngineCall = {}) => inspect(name, client, call);
  return {
    has: async (name, call) => (await folderOf(name, call)) !== undefined,
    folder: async (name, call) => (await folderOf(name, call)) || undefined,
  };
}

/**
 * Where a volume lies; empty for one that its driver keeps nowhere, and undefined when there is none of that name.
 *
 * @throws SubmarineError when the engine does not answer
 * @see https://docs.docker.com/reference/cli/docker/volume/inspect/
 */
async function inspect(
  name: string,
  client: Client,
  { signal }: EngineCall,
): Promise<string | undefined> {
  const asked = ['volume', 'inspect', '--format', '{{.Mountpoint}}', '--', name];
  const { exitCode, stdout, stderr } = await callClient(client, asked, signal);
  if (exitCode === 0) return stdout;
  if (/no such volume/i.test(stderr)) return undefined;
  throw explain(stderr, '');
}
