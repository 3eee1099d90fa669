import { once } from 'node:events';
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';

import { expect, test } from '@jest/globals';

import { throwIfAborted } from '../errors.ts';
import { helperPlan } from '../launch/helper-plan.ts';
import { captureRun, converseRun } from './collect-run.ts';
import type { Run, Runs, Streams } from './engine.ts';

const PLAN = helperPlan({ runId: '1', image: 'alpine', command: ['true'] });

/** Runs of which each prints what \`print\` writes, and ends when that has returned or it is aborted. */
function runsOf(
  print: (streams: Streams & { readonly stdout: Writable }) => Promise<number>,
): Runs {
  const start: Runs['start'] = async (_plan, streams, call) => {
    const aborted = new Promise<never>((_, reject) => {
      call?.signal?.addEventListener('abort', () => {
        try {
          throwIfAborted(call.signal);
        } catch (error) {
          reject(error);
        }
      });
    });
    const printed = print(streams as Streams & { readonly stdout: Writable });
    const ended = Promise.race([printed.then((exitCode) => ({ exitCode })), aborted]);
    return { id: '1', ended } as Run;
  };
  return { start } as Runs;
}

test('what a container prints is given back without its last line end', async () => {
  const runs = runsOf(async ({ stdout, stderr }) => {
    stdout.write('one\ntwo\n');
    (stderr as Writable).write('no\n');
    return 3;
  });

  expect(await captureRun(runs, PLAN)).toEqual({ exitCode: 3, stdout: 'one\ntwo', stderr: 'no' });
});

test('a container that is given a stream reads it to its end', async () => {
  const runs = runsOf(async ({ stdin, stdout }) => {
    stdout.write(`got ${await text(stdin as Readable)}`);
    return 0;
  });

  const captured = await captureRun(runs, PLAN, {}, Readable.from(['one ', 'two']));

  expect(captured).toEqual({ exitCode: 0, stdout: 'got one two', stderr: '' });
});

test('a container is answered line by line', async () => {
  const runs = runsOf(async ({ stdin, stdout }) => {
    stdout.write('ask\n');
    const [reply] = (await once(stdin as NodeJS.EventEmitter, 'data')) as [Buffer];
    stdout.write(`got ${reply.toString()}`);
    return 0;
  });

  const answer = async (line: string) => (line === 'ask' ? 'yes' : undefined);
  expect(await converseRun(runs, PLAN, answer)).toMatchObject({ stdout: 'ask\ngot yes\n' });
});

test.each(['stdout', 'stderr'] as const)(
  'a container that never ends its %s is ended at 64 MiB',
  async (name) => {
    let printedBytes = 0;
    const chunk = Buffer.from(`${'x'.repeat(2 ** 20 - 1)}\n`);
    const runs = runsOf(async (streams) => {
      for (; printedBytes < 2 ** 27; printedBytes += chunk.length) {
        const stream = streams[name] as Writable;
        if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), setImmediate()]);
      }
      return 0;
    });

    await expect(captureRun(runs, PLAN)).rejects.toMatchObject({
      kind: 'refused',
      code: 'too-much-output',
    });
  },
);

test('a call that is aborted ends the container', async () => {
  const controller = new AbortController();
  const runs = runsOf(async () => {
    controller.abort(new Error('enough'));
    return new Promise<never>(() => {});
  });

  await expect(captureRun(runs, PLAN, { signal: controller.signal })).rejects.toMatchObject({
    kind: 'interrupted',
  });
});
