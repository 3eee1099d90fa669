import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { DockerOptions } from './docker/docker-options.ts';
import { DockerEngine } from './docker/docker-engine.ts';
import type { Engine } from './engine.ts';

/** The engines that there are. The list is fixed: no path is ever taken from a configuration. */
export const ENGINES = ['docker'] as const;

/** @throws UsageError when there is no engine of that name */
export function createEngine(name = 'docker', options: DockerOptions): Engine {
  if (name !== 'docker') {
    throw new UsageError(
      `there is no engine ${quote(name)}`,
      `the engines are: ${ENGINES.join(', ')}`,
    );
  }
  return new DockerEngine(options);
}
