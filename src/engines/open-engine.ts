import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { openDocker } from './docker/docker-engine.ts';
import type { EngineName } from './engine-names.ts';
import { ENGINE_NAMES } from './engine-names.ts';
import type { Engine, EngineOptions } from './engine.ts';

const OPENERS: Readonly<Record<EngineName, (options: EngineOptions) => Engine>> = {
  docker: openDocker,
};

/** @throws UsageError when there is no engine with that name */
export function openEngine(name: string, options: EngineOptions): Engine {
  if (Object.hasOwn(OPENERS, name)) return OPENERS[name as EngineName](options);
  throw new UsageError(
    `unknown engine ${quote(name)}`,
    `the engines are: ${ENGINE_NAMES.join(', ')}`,
    { code: 'unknown-engine', data: { engine: name } },
  );
}
