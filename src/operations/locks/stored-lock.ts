import type { EnvironmentDocument } from '../../environment/environment.ts';
import { InvalidDataError } from '../../errors.ts';
import type { Lock } from '../../lock/lock.ts';
import { quote } from '../../text/quote.ts';
import type { Submarine } from '../submarine.ts';

/** An environment of the store with its lock, where it has one. */
interface StoredLock extends EnvironmentDocument {
  readonly lock: Lock | undefined;
}

/**
 * Reads an environment and its lock.
 *
 * @throws EnvironmentNotFoundError when the store does not hold it
 * @throws InvalidFileError when its document or its lock is not what it should be
 */
export async function readStoredLock(
  name: string,
  { store }: Pick<Submarine, 'store'>,
): Promise<StoredLock> {
  const { lock: text, ...document } = await store.getWithLock(name);
  if (text === undefined) return { ...document, lock: undefined };
  const { parseLock } = await import('../../lock/lock-file.ts');
  return { ...document, lock: await parseLock(text, store.lockLocation(name)) };
}

/** @throws InvalidDataError when there is none */
export function requireLock({ environment, lock }: StoredLock): Lock {
  if (lock !== undefined) return lock;
  throw new NoLockError(environment.name);
}

/** The environment has not been locked. */
export class NoLockError extends InvalidDataError {
  /** @param platforms - those that it should be locked for; none for the image's */
  constructor(name: string, platforms: readonly string[] = []) {
    super(`the environment ${quote(name)} has no lock`, undefined, {
      code: 'no-lock',
      data: { name, platforms },
    });
  }
}
