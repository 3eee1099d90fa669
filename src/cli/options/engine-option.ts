import { Option } from 'commander';

import { DEFAULT_ENGINE, ENGINE_NAMES } from '../../engines/engine-names.ts';

/** Which engine. */
export function engineOption(): Option {
  return new Option(
    '--engine <engine>',
    `the container engine, ${DEFAULT_ENGINE} by default`,
  ).choices(ENGINE_NAMES);
}
