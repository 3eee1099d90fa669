import type { CacheShell } from '../kernel-cache/cache-shell.ts';
import { KernelCache } from '../kernel-cache/kernel-cache.ts';
import type { Engine } from '../engines/engine.ts';
import { ExitCode, SubmarineError } from '../errors.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import type { EngineFacts, ImageFacts } from '../launch/launch-request.ts';
import type { Context } from './context.ts';
import { ifEngineAnswers } from './if-engine-answers.ts';

/** The named volume that kernels lie in where the engine is elsewhere. */
const VOLUME = 'submarine';

/** The kernels of this user, and the engine whose containers use them. */
export interface OpenCache {
  readonly cache: KernelCache;
  readonly engine: Engine;
}

/**
 * Opens the cache of kernels where it is: in a folder of this machine, for which no engine is needed, or in a volume of
 * an engine elsewhere.
 *
 * @param engineName - what `--engine` says
 * @throws SubmarineError with exit code 66 when the engine has no image in whose container the volume could be looked at
 */
export async function openCache(
  engineName: string | undefined,
  context: Context,
): Promise<OpenCache> {
  const engine = await context.engine(engineName);
  let image: Promise<ImageFacts | undefined> | undefined;
  const findImage = () => (image ??= findHelperImage(engine, context));
  const facts = await ifEngineAnswers(engine.facts(findImage));
  return { engine, cache: new KernelCache(await openShell(engine, facts, findImage, context)) };
}

async function openShell(
  engine: Engine,
  facts: EngineFacts | undefined,
  findImage: () => Promise<ImageFacts | undefined>,
  context: Context,
): Promise<CacheShell> {
  const { readCacheScript } = await import('../kernel-cache/cache-script.ts');
  const { folderShell, volumeShell } = await import('../kernel-cache/cache-shell.ts');
  const script = await readCacheScript(new URL('bootstrap/', context.package.root));
  if (facts?.remote !== true) {
    return folderShell(await context.cacheFolder(), script, context.host.env);
  }
  const image = await findImage();
  if (image === undefined) {
    throw new SubmarineError(
      'the kernels are in a volume of an engine elsewhere, which has no image to look at it with',
      'fetch the image of one of your environments: docker pull IMAGE',
      ExitCode.notFound,
    );
  }
  return volumeShell(VOLUME, script, { engine, image: image.id });
}

/**
 * An image that the engine has: one of the store's environments, those first whose kernels are built and which hold
 * conda for it and so all usual programs; else one of a container of ours.
 */
async function findHelperImage(engine: Engine, context: Context): Promise<ImageFacts | undefined> {
  const documents = await (await context.store()).list();
  const environments = documents.flatMap(({ environment }) => environment ?? []);
  const builds = (image: string): boolean =>
    environments.some(
      ({ kernel, 'docker-image': used }) =>
        used === image && kernel !== undefined && hasDependencies(kernel),
    );
  const images = [...new Set(environments.map((environment) => environment['docker-image']))];
  const candidates = [...images.filter(builds), ...images.filter((image) => !builds(image))];
  for (const image of candidates) {
    const found = await engine.findImage(image);
    if (found !== undefined) return found;
  }
  const [container] = await engine.containers();
  return container === undefined ? undefined : engine.findImage(container.image);
}
