import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds.
 *
 * @param found - what there is instead, for the error when it does not hold in time
 */
export async function poll(
  holds: () => boolean | Promise<boolean>,
  found: () => string = () => '',
  timeoutMs = 60_000,
): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > giveUpAt)
      throw new Error(`it did not happen within ${timeoutMs / 1000} s:\n${found()}`);
    await sleep(20);
  }
}
