import { spawnSync } from 'node:child_process';
import { cp, readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../../test/support/bed.ts';
import type { BundledProgram } from '../../../test/support/bundle.ts';
import { bundleProgram } from '../../../test/support/bundle.ts';
import { EnvironmentNotFoundError } from '../../errors.ts';
import { documentOf } from '../store.suite.ts';
import { FileStore } from './file-store.ts';

let program: BundledProgram;
let prepared: string;
let store: FileStore;

beforeAll(async () => {
  program = await bundleProgram('test/support/store-program.ts');
});
afterAll(() => program.remove());

/** `demo` with the image `old` and the lock `old`, and another one beside it. */
beforeEach(async () => {
  prepared = await temporaryDirectory();
  const locks = new Map([
    ['demo', 'old\n'],
    ['kept', 'kept\n'],
  ]);
  const made = new FileStore(join(prepared, 'environments.yaml'));
  await made.add([documentOf('kept'), documentOf('demo', 'old')], { locks });
});

interface Outcome {
  readonly folder: string;
  /** Whether the process came to the fault. */
  readonly isFaulty: boolean;
  readonly status: number | null;
  readonly stderr: string;
}

/** Has a process make a change, with a fault in it, on a store of its own. */
async function changeWith(fault: 'die' | 'fail', step: number, command: string): Promise<Outcome> {
  const folder = await temporaryDirectory();
  await cp(prepared, folder, { recursive: true });
  const path = join(folder, 'environments.yaml');
  store = new FileStore(path);
  const { status, stdout, stderr } = spawnSync(process.execPath, [program.path, path, command], {
    env: { FAULT: `${fault}:${step}` },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { folder, isFaulty: stdout === 'fault\n', status, stderr };
}

/** `old old`: the image and the lock of `demo` as a reader sees them. */
async function seen(): Promise<string> {
  try {
    const { environment, lock } = await store.getWithLock('demo');
    return `${environment['docker-image']} ${lock?.trim()}`;
  } catch (error) {
    if (error instanceof EnvironmentNotFoundError) return 'none';
    throw error;
  }
}

/** The next writer makes its change, changes nothing else, and leaves no trace of the one before. */
async function expectNextWriter(folder: string, state: string): Promise<void> {
  await store.add([documentOf('next')]);
  expect(await seen()).toBe(state);
  expect(await store.getWithLock('kept')).toMatchObject({ lock: 'kept\n' });
  const files = await readdir(folder, { recursive: true });
  const locks = state === 'none' ? ['kept.yaml'] : ['demo.yaml', 'kept.yaml'];
  expect(files.toSorted()).toEqual([
    'environments.yaml',
    'environments.yaml.lock',
    ...locks.map((name) => `environments.yaml.lock/${name}`),
  ]);
  if (state !== 'none') return;
  await store.add([documentOf('demo', 'again')]);
  expect(await seen()).toBe('again undefined');
}

describe.each([
  ['replace', ['old old', 'new new']],
  ['delete', ['old old', 'none']],
  ['lock', ['old old', 'old new']],
])('%s of an environment with a lock', (command, [before = '', after = '']) => {
  test('that is killed at any moment leaves the old two or the new two', async () => {
    const states: string[] = [];
    for (let step = 1, isFaulty = true; isFaulty; step += 1) {
      const outcome = await changeWith('die', step, command);
      ({ isFaulty } = outcome);
      expect(outcome.status).toBe(isFaulty ? null : 0);
      const state = await seen();
      states.push(state);
      await expectNextWriter(outcome.folder, state);
    }
    // It was killed before the change, and after it.
    const turn = states.indexOf(after);
    expect(turn).toBeGreaterThan(5);
    expect(states.length).toBeGreaterThan(turn + 1);
    expect(states).toEqual(states.map((_, index) => (index < turn ? before : after)));
  });

  test('on a disk that is full at any moment is made, or refused and undone', async () => {
    for (let step = 1, isFaulty = true; isFaulty; step += 1) {
      const outcome = await changeWith('fail', step, command);
      ({ isFaulty } = outcome);
      const state = await seen();
      if (state === after) expect(outcome).toMatchObject({ status: 0, stderr: '' });
      else {
        expect(state).toBe(before);
        expect(outcome.status).toBe(2);
        expect(outcome.stderr).toMatch(/^cannot-write: .*: no space is left on the disk\n$/);
      }
      await expectNextWriter(outcome.folder, state);
    }
  });
});
