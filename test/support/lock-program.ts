/**
 * A process that takes the lock of a file, for tests of several at once: `FILE hold` says so and stays, `FILE count LOG`
 * takes it again and again, writes into the log when it comes and goes, and says so the first time.
 */
import { appendFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { withFileLock } from '../../src/files/file-lock.ts';

const [target = '', command = '', log = ''] = process.argv.slice(2);

async function count(round: number): Promise<void> {
  await withFileLock(target, {}, async () => {
    await appendFile(log, `+${process.pid} ${round}\n`);
    if (round === 0) process.stdout.write('held\n');
    await sleep(round % 4);
    await appendFile(log, `-${process.pid} ${round}\n`);
  });
}

if (command === 'hold') {
  await withFileLock(target, {}, async () => {
    process.stdout.write('held\n');
    await sleep(60_000);
  });
}
if (command === 'count') for (let round = 0; ; round += 1) await count(round);
