import type { ChildProcess } from 'node:child_process';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import type { BundledProgram } from '../../../test/support/bundle.ts';
import { bundleProgram } from '../../../test/support/bundle.ts';
import { withRandom } from '../../../test/support/random.ts';
import { FileStore } from './file-store.ts';

let folder = '';
let path = '';
let program: BundledProgram;

beforeAll(async () => {
  program = await bundleProgram('test/support/store-program.ts');
});
afterAll(() => program.remove());
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'submarine-store-')));
  await chmod(folder, 0o755);
  path = join(folder, 'environments.yaml');
});
afterEach(async () => {
  await chmod(folder, 0o755);
  await rm(folder, { recursive: true, force: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const resultOf = async (child: ChildProcess): Promise<Result> => {
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('the streams are no pipes');
  const [out, err] = await Promise.all([text(stdout), text(stderr), once(child, 'exit')]);
  return { code: child.exitCode, stdout: out, stderr: err };
};
const start = (...args: string[]): ChildProcess =>
  spawn(process.execPath, [program.path, path, ...args]);

/** Runs the program as somebody who is not root, since root may write anything. */
const runAsUser = (...args: string[]): Promise<Result> => {
  const ids = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  return resultOf(spawn(process.execPath, [program.path, path, ...args], ids));
};
const runInShell = (script: string, ...args: string[]): Promise<Result> =>
  resultOf(spawn('sh', ['-c', script, process.execPath, program.path, path, ...args]));

const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}-${index}`);

describe('several processes', () => {
  test('that add at once lose nothing', async () => {
    const all = Array.from({ length: 10 }, (_, index) => names(`writer${index}`, 5));
    const results = await Promise.all(all.map((own) => resultOf(start('add', ...own))));
    expect(results.map(({ code, stderr }) => ({ code, stderr }))).toEqual(
      all.map(() => ({ code: 0, stderr: '' })),
    );
    const held = (await new FileStore(path).list()).map(({ environment }) => environment?.name);
    expect(held).toEqual(all.flat().toSorted());
    expect(await readdir(folder)).toEqual(['environments.yaml']);
  });

  test('that are killed at random moments lose nothing that they said was done', () =>
    withRandom(async (random) => {
      const done: string[] = [];
      const reader = new FileStore(path);
      const over = new AbortController();
      const writer = async (id: number, moments: readonly number[]): Promise<void> => {
        for (const [round, moment] of moments.entries()) {
          const child = start('add', ...names(`w${id}-${round}`, 100));
          const result = resultOf(child);
          if (child.stdout !== null) await once(child.stdout, 'data');
          await sleep(moment * 60);
          child.kill('SIGKILL');
          const { stdout, stderr } = await result;
          done.push(...stdout.split('\n').slice(0, -1));
          expect(stderr).toBe('');
        }
      };
      const watch = async (): Promise<void> => {
        for (let most = 0; !over.signal.aborted; await sleep(5)) {
          const found = await reader.list();
          expect(found.flatMap(({ problems }) => problems)).toEqual([]);
          expect(found.length).toBeGreaterThanOrEqual(most);
          most = found.length;
        }
      };
      const watching = watch();
      const moments = () => Array.from({ length: 8 }, random);
      const writers = [1, 2, 3].map((id) => writer(id, moments()));
      await Promise.all(writers).finally(() => over.abort());
      await watching;
      const held = new Set((await reader.list()).map(({ environment }) => environment?.name));
      expect(done.filter((name) => !held.has(name))).toEqual([]);
      expect(done.length).toBeGreaterThanOrEqual(3 * 8);
    }));

  test('go on at once behind one that died while it wrote, and clear up after it', async () => {
    await writeFile(path, 'name: old\ndocker-image: alpine\n');
    const env = { FAULT: 'die:rename' };
    await resultOf(spawn(process.execPath, [program.path, path, 'add', 'new'], { env }));
    expect(await readFile(path, 'utf8')).toBe('name: old\ndocker-image: alpine\n');
    expect(await readdir(folder)).toContain('.environments.yaml.tmp');

    const begin = performance.now();
    expect(await resultOf(start('add', 'new'))).toMatchObject({ code: 0, stderr: '' });
    expect(performance.now() - begin).toBeLessThan(20_000);
    expect(await readdir(folder)).toEqual(['environments.yaml']);
  });
});

describe('a store that cannot be written stays as it is', () => {
  const old = 'name: old\ndocker-image: alpine\n';

  test('in a folder of somebody else, who may still read it', async () => {
    await writeFile(path, old, { mode: 0o644 });
    await chmod(folder, 0o555);
    const { code, stderr } = await runAsUser('add', 'new');
    expect(code).toBe(2);
    expect(stderr).toBe(`cannot-write: cannot write the store "${path}": permission denied\n`);
    expect(await runAsUser('list')).toMatchObject({ code: 0, stdout: '1\n' });
    expect(await readFile(path, 'utf8')).toBe(old);
  });

  test('when its owner made it read-only, although the folder could be written', async () => {
    await writeFile(path, old);
    await chmod(path, 0o444);
    await chmod(folder, 0o777);
    expect(await runAsUser('add', 'new')).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^cannot-write: /),
    });
    expect(await readFile(path, 'utf8')).toBe(old);
    expect(await readdir(folder)).toEqual(['environments.yaml']);
  });

  test('when it may not even be read', async () => {
    await writeFile(path, old);
    await chmod(path, 0o200);
    await chmod(folder, 0o777);
    for (const args of [['list'], ['add', 'new']]) {
      const { code, stderr } = await runAsUser(...args);
      expect(code).toBe(2);
      expect(stderr).toBe(`invalid: cannot read the store "${path}": permission denied\n`);
    }
  });

  test('when the limit on file sizes is reached', async () => {
    await writeFile(path, old);
    const { code, stdout, stderr } = await runInShell(
      'ulimit -f 8; exec "$0" "$@"',
      'add',
      ...names('x', 20),
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^cannot-write: /);
    expect(stderr).toContain('it is larger than a file may be here\n');
    await expectWhole(stdout);
  });

  test('when the disk is full', async () => {
    await mkdir(join(folder, 'small'));
    await writeFile(path, old);
    // The mount lives in a namespace of its own and goes with it; who is not root becomes root there. Where neither
    // may mount anything, a limit on the size of files, which needs no permission, stands for the full disk.
    const namespace = process.getuid?.() === 0 ? ['-m'] : ['-rm'];
    const mount = ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', join(folder, 'small')];
    const mayMount = spawnSync('unshare', [...namespace, ...mount]).status === 0;
    if (!mayMount)
      process.stderr.write('no mount is permitted: ulimit -f stands for a full disk\n');
    const script = [
      mayMount ? mount.join(' ') : 'ulimit -f 64',
      'cp environments.yaml small/',
      '"$0" "$1" small/environments.yaml add $2',
      'code=$?',
      'ls -A small >&2',
      'cp small/environments.yaml .',
      'exit $code',
    ].join('\n');
    const shell = ['sh', '-c', script, process.execPath, program.path, names('x', 40).join(' ')];
    const [command = '', ...args] = mayMount ? ['unshare', ...namespace, ...shell] : shell;
    const { code, stdout, stderr } = await resultOf(spawn(command, args, { cwd: folder }));
    const reason = mayMount ? 'no space is left on the disk' : 'it is larger than a file may be';
    expect(stderr).toMatch(new RegExp(`^cannot-write: .*: ${reason}.*\\nenvironments.yaml\\n$`));
    expect(code).toBe(2);
    await expectWhole(stdout);
  });
});

/** The store holds the old environment and each that the process said it added, whole. */
async function expectWhole(stdout: string): Promise<void> {
  const added = stdout.split('\n').slice(0, -1);
  expect(added.length).toBeGreaterThan(0);
  const entries = await new FileStore(path).list();
  expect(entries.flatMap(({ problems }) => problems)).toEqual([]);
  expect(entries.map(({ environment }) => environment?.name)).toEqual(['old', ...added].toSorted());
  expect(await readdir(folder)).not.toContain('.environments.yaml.tmp');
}
