import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables and the setting by which the client chooses its engine; `default` when it is that of this machine. */
export async function engineKey(env: Environment): Promise<string> {
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME = '/' } = env;
  // The client takes an empty one for none.
  if (DOCKER_HOST !== undefined && DOCKER_HOST !== '') return DOCKER_HOST;
  if (DOCKER_CONTEXT !== undefined && DOCKER_CONTEXT !== '') return `context ${DOCKER_CONTEXT}`;
  const config = await readJson(join(DOCKER_CONFIG ?? join(HOME, '.docker'), 'config.json'));
  return 'currentContext' in config ? `context ${String(config.currentContext)}` : 'default';
}

/** The path of the engine's socket, where it is known without asking the client: no context has a say. */
export async function findSocket(env: Environment): Promise<string | undefined> {
  const key = await engineKey(env);
  if (key === 'default') return '/var/run/docker.sock';
  return key.startsWith('unix://') ? key.slice('unix://'.length) : undefined;
}

/** The object in a JSON file; an empty one when there is none that can be read. */
export async function readJson(path: string): Promise<object> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
