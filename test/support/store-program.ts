/**
 * A process that works on a store, for tests of several at once: `STORE add NAME…`, `STORE hold`, `STORE list`. It
 * prints a line for each thing done, on stderr the message, and exits with the code of the error.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { SubmarineError } from '../../src/errors.ts';
import { prepareTarget } from '../../src/store/atomic-file.ts';
import { withFileLock } from '../../src/store/file-lock.ts';
import { FileStore } from '../../src/store/file-store.ts';

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function work(path: string, command: string, names: readonly string[]): Promise<void> {
  const store = new FileStore(path);
  if (command === 'hold') {
    await withFileLock(await prepareTarget(path), {}, async () => {
      say('held');
      await sleep(60_000);
    });
  }
  for (const name of names) {
    const environment = { name, 'docker-image': 'alpine' };
    const text = `name: ${name}\ndocker-image: alpine\ndescription: ${'x'.repeat(2000)}\n`;
    await store.add([{ text, environment }]);
    say(name);
  }
  if (command === 'list') say(`${(await store.list()).length}`);
}

try {
  const [path = '', command = '', ...names] = process.argv.slice(2);
  await work(path, command, names);
} catch (error) {
  const isExpected = error instanceof SubmarineError;
  process.stderr.write(isExpected ? `${error.message}\n  ${error.hint}\n` : `${String(error)}\n`);
  process.exitCode = isExpected ? error.exitCode : 1;
}
