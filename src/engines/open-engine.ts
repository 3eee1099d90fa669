import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { openDocker, openOtherDockers } from './docker/docker-engine.ts';
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

/** What opens those at addresses that were used before, without the one that the options choose. */
const OTHERS: Readonly<Record<EngineName, (options: EngineOptions) => readonly Engine[]>> = {
  docker: openOtherDockers,
};

/**
 * All other engines whose containers may use something of this machine: those of other names, and those of any name at
 * other addresses of this machine that were used before. None of them need answer.
 *
 * @param name - of the engine that is left out as far as the options choose it
 */
export function openOtherEngines(name: EngineName, options: EngineOptions): readonly Engine[] {
  const others = ENGINE_NAMES.filter((other) => other !== name);
  return [
    ...others.map((other) => openEngine(other, options)),
    ...ENGINE_NAMES.flatMap((other) => OTHERS[other](options)),
  ];
}
