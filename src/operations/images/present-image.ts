import type { Engine } from '../../engines/engine.ts';
import { imageRepository } from '../../environment/image-reference.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import type { ImageFacts, LaunchRequest } from '../../launch/launch-request.ts';
import type { LockedImage } from '../../lock/lock.ts';
import { requireCapability } from '../capabilities.ts';
import type { Call } from '../events.ts';
import { tellStep, warn } from '../events.ts';

/** An image as an engine is to start it. */
export interface PresentImage {
  /** The name to start it by. */
  readonly name: string;
  /** Undefined where it is not here and nothing is to be fetched. */
  readonly facts: ImageFacts | undefined;
}

export interface ImageRequest extends Pick<LaunchRequest, 'pull' | 'platform'> {
  /** As the environment names it. */
  readonly reference: string;
  /** What the lock says of it, where one is used. */
  readonly locked: LockedImage | undefined;
  /** Whether nothing may run in the place of what is locked. */
  readonly mustBeLocked: boolean;
  /** The run whose image it is, where it is that of a record. */
  readonly run?: string | undefined;
  /** Whether one that is not here stays away. */
  readonly dryRun: boolean;
  /** Asked before anything is fetched; may throw. */
  readonly beforePull: () => Promise<void>;
}

/**
 * The image of a launch, fetched first where that is to be done: the one that is locked, else the one that the
 * environment names.
 *
 * @throws SubmarineError of the kind `refused` when it is not to be had
 * @throws InvalidDataError when only the locked one will do, and its id is that of another engine
 */
export async function presentImage(
  engine: Engine,
  request: ImageRequest,
  call?: Call,
): Promise<PresentImage> {
  const { reference, locked, run } = request;
  if (locked?.digest !== undefined) {
    const image = byDigest(engine, locked.digest, request, call);
    return run === undefined ? image : image.catch((error: unknown) => ofRun(error, run, request));
  }
  if (locked?.local !== undefined) return byLocalId(engine, locked.local, request, call);
  return { name: reference, facts: await obtain(engine, reference, request, call) };
}

/** A registry may have removed what a run was started in. */
function ofRun(error: unknown, run: string, { reference }: ImageRequest): never {
  if (!(error instanceof SubmarineError) || error.kind !== 'refused') throw error;
  throw runImageGone(run, reference, error.message, error);
}

function runImageGone(run: string, image: string, why: string, cause?: unknown): InvalidDataError {
  return new InvalidDataError(`the image of the run ${run} is gone: ${why}`, undefined, {
    code: 'run-image-gone',
    data: { run, image },
    cause,
  });
}

/** The image of that digest, whatever the reference means by now. */
async function byDigest(
  engine: Engine,
  digest: string,
  request: ImageRequest,
  call: Call | undefined,
): Promise<PresentImage> {
  const { reference } = request;
  const name = `${imageRepository(reference)}@${digest}`;
  const named = await requireCapability(engine, 'images').find(reference, call);
  if (named?.digests.some((held) => held.endsWith(`@${digest}`)) === true) {
    // An engine finds a digest by the repository that it came from alone, which may be a mirror.
    return { name: named.digests.includes(name) ? name : reference, facts: named };
  }
  const exact = { ...request, pull: withoutRefresh(request) };
  const facts = await obtain(engine, name, exact, call).catch((error: unknown) => {
    throw named === undefined ? error : isAnother(error, reference);
  });
  if (named !== undefined) warn(call, { code: 'image-moved', image: reference, isGone: false });
  return { name, facts };
}

/** What is here cannot be taken for what was locked, which is not to be had. */
function isAnother(error: unknown, reference: string): unknown {
  if (!(error instanceof SubmarineError) || error.kind !== 'refused') return error;
  return new SubmarineError({
    kind: 'refused',
    code: 'locked-image-not-here',
    message: `${error.message}; ${reference} is another image than when it was locked`,
    data: { ...error.data, why: error.code },
    cause: error,
  });
}

/** What has a digest never changes, so there is nothing newer to fetch. */
function withoutRefresh({ pull }: ImageRequest): ImageRequest['pull'] {
  return pull === 'always' ? 'missing' : pull;
}

/** An id means something to the engine that gave it, and nothing to any other. */
async function byLocalId(
  engine: Engine,
  id: string,
  request: ImageRequest,
  call: Call | undefined,
): Promise<PresentImage> {
  const { reference, mustBeLocked, run } = request;
  const images = requireCapability(engine, 'images');
  const named = await images.find(reference, call);
  if (named?.id === id) return { name: reference, facts: named };
  const facts = await images.find(id, call);
  if (facts !== undefined) {
    warn(call, { code: 'image-moved', image: reference, isGone: named === undefined });
    return { name: id, facts };
  }
  if (mustBeLocked && run !== undefined) {
    const why = `${reference} was never pushed and is not on this engine`;
    throw runImageGone(run, reference, why);
  }
  if (mustBeLocked) {
    throw new InvalidDataError(
      `the locked image of ${reference} was never pushed and is not on this engine`,
      undefined,
      { code: 'locked-image-missing', data: { image: reference } },
    );
  }
  warn(call, { code: 'locked-image-missing', image: reference });
  return { name: reference, facts: await obtain(engine, reference, request, call) };
}

async function obtain(
  engine: Engine,
  image: string,
  { pull, platform, dryRun, beforePull }: ImageRequest,
  call: Call | undefined,
): Promise<ImageFacts | undefined> {
  const images = requireCapability(engine, 'images');
  const held = pull === 'always' && !dryRun ? undefined : await images.find(image, call);
  const found = held !== undefined && isFor(held, platform) ? held : undefined;
  if (found !== undefined || dryRun) return found;
  if (pull !== 'never') {
    await beforePull();
    tellStep(call, { step: 'pulling', image });
    await images.pull(image, platform, call);
    const pulled = await images.find(image, call);
    if (pulled !== undefined) return pulled;
  }
  throw new SubmarineError({
    kind: 'refused',
    code: 'image-not-here',
    message: `the image ${image} is not here${held === undefined ? '' : ` for ${platform}`}`,
    data: { engine: engine.name, image },
  });
}

/** An engine keeps one image under a name, which may be another platform's: `linux/arm64/v8` is for `linux/arm64`. */
function isFor(facts: ImageFacts, platform: string | undefined): boolean {
  if (platform === undefined || !platform.includes('/')) return true;
  const wanted = platform.split('/').slice(0, 2).join('/');
  return facts.platform.split('/').slice(0, 2).join('/') === wanted;
}
