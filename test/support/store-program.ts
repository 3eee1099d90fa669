/**
 * A process that works on a store, for tests of several at once, of other users and of what goes wrong: `STORE add
 * NAME…` adds one after another, `STORE list` counts, `STORE replace` gives `demo` a new text and lock, `STORE delete`
 * deletes it, `STORE lock` gives it a new lock.
 *
 * With `FAULT=die:7` in its environment it kills itself before the seventh of the calls that change files, and with
 * `FAULT=die:rename` before the first of that name; with `fail:` that call fails as if the disk were full. It prints
 * `fault` then.
 *
 * It prints a line for each thing done, the kind and the message of an error on stderr, and exits with 2 after one.
 */
import { writeSync } from 'node:fs';
import files from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

import { SubmarineError } from '../../src/errors.ts';
import { FileStore } from '../../src/stores/file/file-store.ts';

const [path = '', command = '', ...names] = process.argv.slice(2);

const commands: Readonly<Record<string, (store: FileStore) => Promise<void>>> = {
  async add() {
    for (const name of names) {
      const environment = { name, 'docker-image': 'alpine' };
      const text = `name: ${name}\ndocker-image: alpine\ndescription: ${'x'.repeat(2000)}\n`;
      await new FileStore(path).add([{ text, environment }]);
      process.stdout.write(`${name}\n`);
    }
  },
  async list(store) {
    process.stdout.write(`${(await store.list()).length}\n`);
  },
  async replace(store) {
    const environment = { name: 'demo', 'docker-image': 'new' };
    const document = { text: 'name: demo\ndocker-image: new\n', environment };
    await store.add([document], { replace: true, locks: new Map([['demo', 'new\n']]) });
  },
  delete: (store) => store.delete(['demo']),
  lock: (store) => store.writeLock('demo', 'new\n'),
};

/** The functions of `node:fs/promises` that change files, and of the handles that `open` gives. */
const CHANGES = [
  'mkdir',
  'open',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'unlink',
  'writeFile',
] as const;
const HANDLE_CHANGES = ['chmod', 'sync', 'writeFile'] as const;

type Functions = Record<string, (...args: readonly unknown[]) => Promise<unknown>>;

function injectFault(kind: string, place: string): void {
  let count = 0;
  const step = async (name: string): Promise<void> => {
    count += 1;
    if (place !== name && place !== String(count)) return;
    writeSync(1, 'fault\n');
    if (kind === 'die') process.kill(process.pid, 'SIGKILL');
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  const wrap = (object: Functions, keys: readonly string[]): void => {
    for (const key of keys) {
      const real = object[key]?.bind(object);
      object[key] = async (...args) => {
        // What is opened to be read is not changed.
        const isChange = key !== 'open' || args[1] === 'wx';
        if (isChange) await step(key);
        const result = await real?.(...args);
        if (isChange && key === 'open') wrap(result as Functions, HANDLE_CHANGES);
        return result;
      };
    }
  };
  wrap(files as unknown as Functions, CHANGES);
  syncBuiltinESMExports();
}

const [kind, place = ''] = process.env['FAULT']?.split(':') ?? [];
if (kind !== undefined) injectFault(kind, place);
try {
  await commands[command]?.(new FileStore(path));
} catch (error) {
  const isExpected = error instanceof SubmarineError;
  process.stderr.write(isExpected ? `${error.kind}: ${error.message}\n` : `${String(error)}\n`);
  process.exitCode = isExpected ? 2 : 1;
}
