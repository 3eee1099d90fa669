/**
 * A process that works on a store, for tests of several at once and of other users: `STORE add NAME…` adds one after
 * another, `STORE list` counts, `STORE stop` dies in the middle of a write. It prints a line for each thing done, the
 * message of an error on stderr, and exits with its code.
 */
import { SubmarineError } from '../../src/errors.ts';
import { prepareTarget, replaceFile } from '../../src/files/atomic-file.ts';
import { withFileLock } from '../../src/files/file-lock.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';

const [path = '', command = '', ...names] = process.argv.slice(2);

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async add() {
    for (const name of names) {
      const environment = { name, 'docker-image': 'alpine' };
      const text = `name: ${name}\ndocker-image: alpine\ndescription: ${'x'.repeat(2000)}\n`;
      await new FileStore(path).add([{ text, environment }]);
      process.stdout.write(`${name}\n`);
    }
  },
  async list() {
    process.stdout.write(`${(await new FileStore(path).list()).length}\n`);
  },
  async stop() {
    const target = await prepareTarget(path);
    await withFileLock(target, {}, () =>
      replaceFile(target, 'half', async () => void process.kill(process.pid, 'SIGKILL')),
    );
  },
};

try {
  await commands[command]?.();
} catch (error) {
  const isExpected = error instanceof SubmarineError;
  process.stderr.write(isExpected ? `${error.kind}: ${error.message}\n` : `${String(error)}\n`);
  process.exitCode = isExpected ? 2 : 1;
}
