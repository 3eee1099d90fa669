import { join } from 'node:path';

import { readJsonObject } from '../../files/private-json.ts';
import type { Variables } from '../../variables.ts';

/** The variables and the setting by which the client chooses its engine; `default` when it is that of this machine. */
export function engineKey(env: Variables): string {
  const { DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, HOME = '/' } = env;
  // The client takes an empty one for none.
  if (DOCKER_HOST !== undefined && DOCKER_HOST !== '') return DOCKER_HOST;
  if (DOCKER_CONTEXT !== undefined && DOCKER_CONTEXT !== '') return `context ${DOCKER_CONTEXT}`;
  const config = readJsonObject(join(DOCKER_CONFIG ?? join(HOME, '.docker'), 'config.json'));
  return 'currentContext' in config ? `context ${String(config.currentContext)}` : 'default';
}

/** The path of the engine's socket, where it is known without asking the client: no context has a say. */
export function findSocket(env: Variables): string | undefined {
  const key = engineKey(env);
  if (key === 'default') return '/var/run/docker.sock';
  return key.startsWith('unix://') ? key.slice('unix://'.length) : undefined;
}
