import type { Engine } from '../engines/engine.ts';
import { imageRepository } from '../environment/image-reference.ts';
import { ExitCode, InvalidDataError, SubmarineError } from '../errors.ts';
import type { ImageFacts, LaunchRequest } from '../launch/launch-request.ts';
import type { LockedImage } from '../lock/lock.ts';

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
  readonly frozen: boolean;
  /** Whether one that is not here stays away. */
  readonly dryRun: boolean;
  /** Says one line to the person. */
  readonly note: (line: string) => void;
}

/**
 * The image of a launch, fetched first where that is to be done: the one that is locked, else the one that the
 * environment names.
 *
 * @throws SubmarineError with exit code 125 when it is not to be had
 * @throws InvalidDataError when only the locked one will do, and its id is that of another engine
 */
export async function presentImage(engine: Engine, request: ImageRequest): Promise<PresentImage> {
  const { reference, locked } = request;
  if (locked?.digest !== undefined) return byDigest(engine, locked.digest, request);
  if (locked?.local !== undefined) return byLocalId(engine, locked.local, request);
  return { name: reference, facts: await obtain(engine, reference, request) };
}

/** The image of that digest, whatever the reference means by now. */
async function byDigest(
  engine: Engine,
  digest: string,
  request: ImageRequest,
): Promise<PresentImage> {
  const { reference, note } = request;
  const name = `${imageRepository(reference)}@${digest}`;
  const named = await engine.findImage(reference);
  if (named?.digests.some((held) => held.endsWith(`@${digest}`)) === true) {
    // An engine finds a digest by the repository that it came from alone, which may be a mirror.
    return { name: named.digests.includes(name) ? name : reference, facts: named };
  }
  const facts = await obtain(engine, name, { ...request, pull: withoutRefresh(request) }).catch(
    (error: unknown) => {
      throw named === undefined ? error : isAnother(error, reference);
    },
  );
  if (named !== undefined) {
    note(`submarine: ${reference} is another image than when it was locked; the locked one runs`);
  }
  return { name, facts };
}

/** What is here cannot be taken for what was locked, which is not to be had. */
function isAnother(error: unknown, reference: string): unknown {
  if (!(error instanceof SubmarineError) || error.exitCode !== ExitCode.engineRefused) return error;
  return new SubmarineError(
    `${error.message}; ${reference} is another image than when it was locked`,
    `${error.hint}; to take what it is now, lock again`,
    error.exitCode,
    { cause: error },
  );
}

/** What has a digest never changes, so there is nothing newer to fetch. */
function withoutRefresh({ pull }: ImageRequest): ImageRequest['pull'] {
  return pull === 'always' ? 'missing' : pull;
}

/** An id means something to the engine that gave it, and nothing to any other. */
async function byLocalId(engine: Engine, id: string, request: ImageRequest): Promise<PresentImage> {
  const { reference, frozen, note } = request;
  const named = await engine.findImage(reference);
  if (named?.id === id) return { name: reference, facts: named };
  const facts = await engine.findImage(id);
  if (facts !== undefined) {
    const what =
      named === undefined ? 'no image any more' : 'another image than when it was locked';
    note(`submarine: ${reference} is ${what}; the locked one runs`);
    return { name: id, facts };
  }
  const missing = `the locked image of ${reference} was never pushed and is not on this engine`;
  if (frozen) {
    throw new InvalidDataError(
      missing,
      'push it and lock again, or leave out --frozen and SUBMARINE_FROZEN',
    );
  }
  note(`submarine: ${missing}`);
  note('  the image of that name runs; lock again where it is the right one');
  return { name: reference, facts: await obtain(engine, reference, request) };
}

async function obtain(
  engine: Engine,
  image: string,
  { pull, platform, dryRun }: ImageRequest,
): Promise<ImageFacts | undefined> {
  const held = pull === 'always' && !dryRun ? undefined : await engine.findImage(image);
  const found = held !== undefined && isFor(held, platform) ? held : undefined;
  if (found !== undefined || dryRun) return found;
  if (pull !== 'never') {
    await engine.pullImage(image, platform);
    const pulled = await engine.findImage(image);
    if (pulled !== undefined) return pulled;
  }
  throw new SubmarineError(
    `the image ${image} is not here${held === undefined ? '' : ` for ${platform}`}`,
    `fetch it: docker pull ${image}, or leave --pull never and --offline out`,
    ExitCode.engineRefused,
  );
}

/** An engine keeps one image under a name, which may be another platform's: `linux/arm64/v8` is for `linux/arm64`. */
function isFor(facts: ImageFacts, platform: string | undefined): boolean {
  if (platform === undefined || !platform.includes('/')) return true;
  const wanted = platform.split('/').slice(0, 2).join('/');
  return facts.platform.split('/').slice(0, 2).join('/') === wanted;
}
