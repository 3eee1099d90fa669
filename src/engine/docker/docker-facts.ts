import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { EngineFacts } from '../../launch/launch-request.ts';
import { callDocker } from './docker-client.ts';
import { explain } from './docker-messages.ts';
import { engineKey, readJson } from './engine-endpoint.ts';

interface Asker {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cacheFolder: string;
}

/**
 * What is known of the engine that the client speaks to. Asking takes two calls of the client, so the answer is kept
 * in `engines.json` of the cache folder, under what chooses the engine.
 *
 * @throws SubmarineError with exit code 69 when the engine does not answer
 */
export async function askEngineFacts({ env, cacheFolder }: Asker): Promise<EngineFacts> {
  const path = join(cacheFolder, 'engines.json');
  const [key, known] = await Promise.all([engineKey(env), readKnown(path)]);
  const remembered = known[key];
  if (remembered !== undefined && 'memoryBytes' in remembered) return remembered;
  const facts = await ask(env);
  await remember(path, { ...known, [key]: facts });
  return facts;
}

/** What cannot be remembered is asked again the next time. */
async function remember(path: string, known: Record<string, EngineFacts>): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(known, undefined, 2)}\n`);
  } catch {
    // As if it had been forgotten.
  }
}

async function ask(env: Asker['env']): Promise<EngineFacts> {
  const [endpoint, info] = await Promise.all([
    env['DOCKER_HOST'] ??
      callDocker(['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'], env).then(
        ({ stdout }) => stdout,
      ),
    callDocker(
      ['info', '--format', '{{.MemTotal}} {{json .SecurityOptions}} {{.OperatingSystem}}'],
      env,
    ),
  ]);
  const memoryBytes = Number.parseInt(info.stdout, 10);
  // Some clients end with 0 though no engine answered them, and then tell of a machine without memory.
  if (info.exitCode !== 0 || !(memoryBytes > 0)) throw explain(info.stderr, '');
  return {
    remote: endpoint !== '' && !/^(unix|npipe):/.test(endpoint),
    mapsUsers: process.platform !== 'linux' || /name=rootless|Docker Desktop/.test(info.stdout),
    memoryBytes,
  };
}

async function readKnown(path: string): Promise<Record<string, EngineFacts>> {
  return (await readJson(path)) as Record<string, EngineFacts>;
}
