import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds.
 *
 * @param found - what there is instead, for the error when it does not hold within 20 s
 */
export async function poll(
  holds: () => boolean | Promise<boolean>,
  found: () => string = () => '',
): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > giveUpAt) throw new Error(`it did not happen within 20 s:\n${found()}`);
    await sleep(20);
  }
}
