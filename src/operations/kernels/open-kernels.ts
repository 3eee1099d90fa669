import type { Engine } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { CacheShell } from '../../kernel-cache/cache-shell.ts';
import { KernelCache } from '../../kernel-cache/kernel-cache.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import { KERNEL_VOLUME } from '../../kernel-cache/kernel-place.ts';
import type { EngineFacts, ImageFacts } from '../../launch/launch-request.ts';
import { requireCapability } from '../capabilities.ts';
import type { Call } from '../events.ts';
import { ifEngineAnswers } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';

/** An engine, whose containers use the kernels. */
export interface EngineChoice {
  /** Without it the one that the settings name. */
  readonly engine?: string | undefined;
}

/** The kernels of this user, and the engine whose containers use them. */
interface OpenKernels {
  readonly cache: KernelCache;
  readonly engine: Engine;
}

/**
 * Opens the cache of kernels where it is: in a folder of this machine, for which no engine is needed, or in a volume of
 * an engine elsewhere.
 *
 * @throws SubmarineError of the kind `not-found` when the engine has no image in whose container the volume could be
 *   looked at
 */
export async function openKernels(
  submarine: Submarine,
  engineName: string | undefined,
  call: Call | undefined,
): Promise<OpenKernels> {
  const engine = await submarine.engine(engineName);
  let image: Promise<ImageFacts | undefined> | undefined;
  const findImage = () => (image ??= findHelperImage(engine, submarine, call));
  const facts = await ifEngineAnswers(engine.facts(findImage, call));
  const shell = await openShell(engine, facts, findImage, submarine);
  return { engine, cache: new KernelCache(shell, submarine.caller.folders.host) };
}

async function openShell(
  engine: Engine,
  facts: EngineFacts | undefined,
  findImage: () => Promise<ImageFacts | undefined>,
  { caller, cacheFolder }: Submarine,
): Promise<CacheShell> {
  const { readCacheScript } = await import('../../kernel-cache/cache-script.ts');
  const { folderShell, volumeShell } = await import('../../kernel-cache/cache-shell.ts');
  const script = await readCacheScript(caller.bootstrap);
  if (facts?.remote !== true) return folderShell(cacheFolder, script, caller.variables);
  const image = await findImage();
  if (image === undefined) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'no-image-for-volume',
      message:
        'the kernels are in a volume of an engine elsewhere, which has no image to look at it with',
      data: { engine: engine.name },
    });
  }
  const { runs } = engine;
  const volumes = requireCapability(engine, 'volumes');
  return volumeShell(KERNEL_VOLUME, script, { runs, volumes, image: image.id });
}

/**
 * An image that the engine has: one of the store's environments, those first whose kernels are built and which hold
 * conda for it and so all usual programs; else one of a container of ours.
 */
async function findHelperImage(
  engine: Engine,
  { store }: Submarine,
  call: Call | undefined,
): Promise<ImageFacts | undefined> {
  const images = requireCapability(engine, 'images');
  const environments = (await store.list()).flatMap(({ environment }) => environment ?? []);
  const builds = (image: string): boolean =>
    environments.some(
      ({ kernel, 'docker-image': used }) =>
        used === image && kernel !== undefined && hasDependencies(kernel),
    );
  const named = [...new Set(environments.map((environment) => environment['docker-image']))];
  const candidates = [...named.filter(builds), ...named.filter((image) => !builds(image))];
  for (const image of candidates) {
    const found = await images.find(image, call);
    if (found !== undefined) return found;
  }
  const [container] = await engine.runs.list({}, call);
  return container === undefined ? undefined : images.find(container.image, call);
}
