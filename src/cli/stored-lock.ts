import type { EnvironmentDocument } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import type { Lock } from '../lock/lock.ts';
import { quote } from '../text/quote.ts';
import type { Context } from './context.ts';

/** An environment of the store with its lock, where it has one. */
export interface StoredLock extends EnvironmentDocument {
  readonly lock: Lock | undefined;
}

/**
 * Reads an environment and its lock.
 *
 * @throws EnvironmentNotFoundError when the store does not hold it
 * @throws InvalidFileError when its document or its lock is not what it should be
 */
export async function readStoredLock(name: string, context: Context): Promise<StoredLock> {
  const store = await context.store();
  const document = await store.get(name);
  const text = await store.findLock(name);
  if (text === undefined) return { ...document, lock: undefined };
  const { parseLock } = await import('../lock/lock-file.ts');
  return { ...document, lock: await parseLock(text, store.lockLocation(name)) };
}

/** @throws InvalidDataError when there is none */
export function requireLock({ environment, lock }: StoredLock): Lock {
  if (lock !== undefined) return lock;
  const { name } = environment;
  throw new InvalidDataError(
    `the environment ${quote(name)} has no lock`,
    `lock it: submarine env lock ${name}`,
  );
}

/**
 * The line that locks an environment.
 *
 * @param platforms - all that are wanted, since those that are not named would be locked no longer; none for those that
 *   are locked already
 */
export function lockLine(name: string, platforms: readonly string[] = []): string {
  const options = [...new Set(platforms)].map((platform) => ` --platform ${platform}`);
  return `submarine env lock ${name}${options.join('')}`;
}
