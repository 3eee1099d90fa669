import type { Engine } from '../../engines/engine.ts';
import { imageRepository } from '../../environment/image-reference.ts';
import { SubmarineError } from '../../errors.ts';
import type { ImageFacts } from '../../launch/launch-request.ts';
import type { LockedImage } from '../../lock/lock.ts';
import { requireCapability } from '../capabilities.ts';
import type { Call } from '../events.ts';
import { tellStep, warn } from '../events.ts';
import { isUnavailable } from '../if-engine-answers.ts';
import type { Submarine } from '../submarine.ts';

/** An image as a lock has it, and what is known of it. */
export interface ImageToLock {
  readonly locked: LockedImage;
  /** Undefined where no engine has it. */
  readonly facts: ImageFacts | undefined;
  /** Undefined where it does not answer. */
  readonly engine: Engine | undefined;
}

interface ImageOptions {
  readonly engine?: string | undefined;
  readonly offline?: boolean | undefined;
  /** As an older lock has it, which holds whatever the reference means by now. */
  readonly kept: LockedImage | undefined;
}

/** Finds out which image a reference means now; where that cannot be found out it stays open, and is said to. */
export async function lockImage(
  reference: string,
  { offline = false, kept, ...options }: ImageOptions,
  submarine: Submarine,
  call?: Call,
): Promise<ImageToLock> {
  const engine = await submarine.engine(options.engine);
  const images = requireCapability(engine, 'images');
  const name = exactName(reference, kept);
  const locked = kept ?? asNamed(reference);
  let facts: ImageFacts | undefined;
  try {
    facts = await images.find(name, call);
    // An id means nothing to another engine, and no registry knows it.
    if (facts === undefined && kept?.local !== undefined) {
      return lockImage(reference, { ...options, offline, kept: undefined }, submarine, call);
    }
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const why = error.message;
    if (isOpen(locked)) warn(call, { code: 'image-open', image: reference, why });
    return { locked, facts: undefined, engine: undefined };
  }
  facts ??= await pull(engine, name, offline, call);
  if (facts === undefined || !isOpen(locked)) return { locked, facts, engine };
  return { locked: lockedAs(reference, facts), facts, engine };
}

function exactName(reference: string, kept: LockedImage | undefined): string {
  if (kept?.digest !== undefined) return `${imageRepository(reference)}@${kept.digest}`;
  return kept?.local ?? reference;
}

/** A reference may say its digest itself. */
function asNamed(reference: string): LockedImage {
  const [, digest] = /@(sha256:[0-9a-f]{64})$/.exec(reference) ?? [];
  return { reference, ...(digest === undefined ? {} : { digest }) };
}

function isOpen({ digest, local }: LockedImage): boolean {
  return digest === undefined && local === undefined;
}

async function pull(
  engine: Engine,
  image: string,
  offline: boolean,
  call: Call | undefined,
): Promise<ImageFacts | undefined> {
  const why = offline ? 'nothing is fetched offline' : await tryPull(engine, image, call);
  if (why === undefined) return requireCapability(engine, 'images').find(image, call);
  const code = image.includes('@sha256:') ? 'image-absent' : 'image-open';
  warn(call, { code, image, why });
  return undefined;
}

/** @returns why it cannot be had */
async function tryPull(
  engine: Engine,
  image: string,
  call: Call | undefined,
): Promise<string | undefined> {
  try {
    tellStep(call, { step: 'pulling', image });
    await requireCapability(engine, 'images').pull(image, undefined, call);
    return undefined;
  } catch (error) {
    if (error instanceof SubmarineError && error.kind === 'refused') return error.message;
    throw error;
  }
}

/**
 * An image as a lock names it: by the digest that the registry of its name gave it, else by its id.
 *
 * A digest of another repository is that of an image which was given a name of its own, and never pushed by it.
 */
export function lockedAs(reference: string, { id, digests }: ImageFacts): LockedImage {
  const repository = imageRepository(reference);
  const known = digests.find((held) => imageRepository(held) === repository);
  return known === undefined
    ? { reference, local: id }
    : { reference, digest: known.slice(known.indexOf('@') + 1) };
}
