import type { Engine } from '../engines/engine.ts';
import { SubmarineError } from '../errors.ts';

/** What an engine may be able to do besides running containers. */
type Capability = 'images' | 'builder' | 'volumes';

const WORDS: Readonly<Record<Capability, string>> = {
  images: 'keeps no images that could be asked for',
  builder: 'builds no images',
  volumes: 'has no volumes',
};

/** @throws SubmarineError when the engine cannot do that */
export function requireCapability<Name extends Capability>(
  engine: Engine,
  name: Name,
): NonNullable<Engine[Name]> {
  const capability = engine[name];
  if (capability !== undefined) return capability;
  throw new SubmarineError({
    kind: 'refused',
    code: 'engine-cannot',
    message: `the engine ${engine.name} ${WORDS[name]}`,
    data: { engine: engine.name, capability: name },
  });
}
