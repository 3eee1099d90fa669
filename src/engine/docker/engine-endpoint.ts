import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The variables and the setting by which the client chooses its engine; `default` when it is that of this machine. */
export function engineKey(env: Environment): string {
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME = '/' } = env;
  // The client takes an empty one for none.
  if (DOCKER_HOST !== undefined && DOCKER_HOST !== '') return DOCKER_HOST;
  if (DOCKER_CONTEXT !== undefined && DOCKER_CONTEXT !== '') return `context ${DOCKER_CONTEXT}`;
  const config = readJson(join(DOCKER_CONFIG ?? join(HOME, '.docker'), 'config.json'));
  return 'currentContext' in config ? `context ${String(config.currentContext)}` : 'default';
}

/** The path of the engine's socket, where it is known without asking the client: no context has a say. */
export function findSocket(env: Environment): string | undefined {
  const key = engineKey(env);
  if (key === 'default') return '/var/run/docker.sock';
  return key.startsWith('unix://') ? key.slice('unix://'.length) : undefined;
}

/**
 * The object in a JSON file; an empty one when there is none that can be read. At once, since all that a start asks
 * waits for it: promises of small files take longer than the files.
 */
export function readJson(path: string): object {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
