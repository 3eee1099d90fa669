import { expect, test } from '@jest/globals';

import type { Run, RunEnd } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import { LaunchedRun } from './launched-run.ts';

const GONE = new SubmarineError({
  kind: 'refused',
  code: 'mount-source-missing',
  message: 'bind source path does not exist',
});

/** A run that only has an end. */
function endsWith(id: string, ended: Promise<RunEnd>): Run {
  ended.catch(() => {});
  return { id, ended } as Run;
}

function launch(...ends: readonly Promise<RunEnd>[]) {
  const done: string[] = [];
  const runs = ends.map((end, index) => endsWith(`run-${index}`, end));
  const [first = endsWith('none', Promise.reject(GONE)), ...others] = runs;
  const run = new LaunchedRun(first, {
    start: async () => {
      done.push('start');
      return others.shift() ?? first;
    },
    mend: async () => void done.push('mend'),
    runId: 'a1b2c3d4',
    detached: false,
    fail: async (error) => {
      done.push('fail');
      return error;
    },
    finish: async () => {
      done.push('finish');
      return { installed: ['humanize 4.10.0'] };
    },
  });
  return { run, done };
}

test('a run tells at its end what was installed in it', async () => {
  const { run, done } = launch(Promise.resolve({ exitCode: 3 }));

  expect(await run.ended).toEqual({ exitCode: 3, installed: ['humanize 4.10.0'] });
  expect(done).toEqual(['finish']);
});

test('a run whose kernel is gone when the engine looks for it is started again, once', async () => {
  const { run, done } = launch(Promise.reject(GONE), Promise.resolve({ exitCode: 0 }));

  expect(await run.ended).toMatchObject({ exitCode: 0 });
  expect(run.id).toBe('run-1');
  expect(done).toEqual(['mend', 'start', 'finish']);
});

test('a run that finds its kernel gone twice fails, and is tidied up after', async () => {
  const { run, done } = launch(Promise.reject(GONE), Promise.reject(GONE));

  await expect(run.ended).rejects.toBe(GONE);
  expect(done).toEqual(['mend', 'start', 'fail']);
});

test('another refusal is told as it is', async () => {
  const refused = new SubmarineError({ kind: 'refused', code: 'other', message: 'no' });
  const { run, done } = launch(Promise.reject(refused));

  await expect(run.ended).rejects.toBe(refused);
  expect(done).toEqual(['fail']);
});
