import { setTimeout as sleep } from 'node:timers/promises';

const TIMEOUT_MS = 60_000;

/**
 * Waits until something holds.
 *
 * @param found - what there is instead, for the error when it does not hold in time
 */
export async function poll(
  holds: () => boolean | Promise<boolean>,
  found: () => string = () => '',
  everyMs = 20,
): Promise<void> {
  const giveUpAt = Date.now() + TIMEOUT_MS;
  while (!(await holds())) {
    if (Date.now() > giveUpAt)
      throw new Error(`it did not happen within ${TIMEOUT_MS / 1000} s:\n${found()}`);
    await sleep(everyMs);
  }
}
