import type { EnvironmentDocument } from '../../environment/environment.ts';
import { InvalidDataError } from '../../errors.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import type { Lock } from '../../lock/lock.ts';
import { quote } from '../../text/quote.ts';
import type { RecordedChoices } from '../runs/recorded-run.ts';
import { chosenEnvironment, isOfRun } from '../environments/choose-environment.ts';
import type { Submarine } from '../submarine.ts';

/** An environment of the store with its lock, where it has one. */
interface StoredLock extends EnvironmentDocument {
  readonly lock: Lock | undefined;
}

/**
 * Reads an environment and its lock; those of a run where the name is `run:ID`.
 *
 * @throws EnvironmentNotFoundError when the store does not hold it
 * @throws InvalidFileError when its document or its lock is not what it should be
 */
export async function readStoredLock(name: string, submarine: Submarine): Promise<StoredLock> {
  const { store } = submarine;
  if (isOfRun(name)) {
    const { recorded, ...document } = await chosenEnvironment(submarine, name);
    return { ...document, lock: recorded && wholeLock(recorded, document) };
  }
  const { lock: text, ...document } = await store.getWithLock(name);
  if (text === undefined) return { ...document, lock: undefined };
  const { parseLock } = await import('../../lock/lock-file.ts');
  return { ...document, lock: await parseLock(text, store.lockLocation(name)) };
}

/** The lock of a run's environment; undefined where its packages were not locked. */
export function wholeLock(
  { lock }: RecordedChoices,
  { environment: { kernel } }: EnvironmentDocument,
): Lock | undefined {
  const hasNone = kernel === undefined || !hasDependencies(kernel);
  return hasNone || Object.keys(lock.platforms).length > 0 ? lock : undefined;
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
