import type { Engine } from '../../engines/engine.ts';
import { imageRepository } from '../../environment/image-reference.ts';
import { ExitCode, SubmarineError } from '../../errors.ts';
import type { ImageFacts } from '../../launch/launch-request.ts';
import type { LockedImage } from '../../lock/lock.ts';
import type { Context } from '../context.ts';

/** An image as a lock has it, and what is known of it. */
export interface ImageToLock {
  readonly locked: LockedImage;
  /** Undefined where no engine has it. */
  readonly facts: ImageFacts | undefined;
  /** Undefined where it does not answer. */
  readonly engine: Engine | undefined;
}

interface ImageOptions {
  readonly engine?: string;
  readonly offline?: boolean;
  /** As an older lock has it, which holds whatever the reference means by now. */
  readonly kept: LockedImage | undefined;
}

/** Finds out which image a reference means now; where that cannot be found out it stays open, and is said to. */
export async function lockImage(
  reference: string,
  { offline = false, kept, ...options }: ImageOptions,
  context: Context,
): Promise<ImageToLock> {
  const { io } = context;
  const engine = await context.engine(options.engine);
  const name = exactName(reference, kept);
  const locked = kept ?? asNamed(reference);
  let facts: ImageFacts | undefined;
  try {
    facts = await engine.findImage(name);
    // An id means nothing to another engine, and no registry knows it.
    if (facts === undefined && kept?.local !== undefined) {
      return lockImage(reference, { ...options, offline, kept: undefined }, context);
    }
  } catch (error) {
    if (!(error instanceof SubmarineError) || error.exitCode !== ExitCode.engineUnavailable) {
      throw error;
    }
    if (isOpen(locked)) {
      io.note(`submarine: warning: ${error.message}, so the image ${reference} stays open`);
    }
    return { locked, facts: undefined, engine: undefined };
  }
  facts ??= await pull(engine, name, offline, context);
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
  reference: string,
  offline: boolean,
  { io }: Context,
): Promise<ImageFacts | undefined> {
  const refused = offline
    ? 'it is not here, and --offline fetches nothing'
    : await tryPull(engine, reference);
  if (refused === undefined) return engine.findImage(reference);
  const open = reference.includes('@sha256:') ? '' : `, so the image ${reference} stays open`;
  io.note(`submarine: warning: ${refused}${open}`);
  return undefined;
}

/** @returns why it cannot be had */
async function tryPull(engine: Engine, reference: string): Promise<string | undefined> {
  try {
    await engine.pullImage(reference, undefined);
    return undefined;
  } catch (error) {
    if (error instanceof SubmarineError && error.exitCode === ExitCode.engineRefused) {
      return error.message;
    }
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
