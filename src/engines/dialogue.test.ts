import { expect, test } from '@jest/globals';

import { InterruptedError } from '../errors.ts';
import { converse } from './dialogue.ts';

const options = { env: { PATH: process.env['PATH'] } };
const ASKS =
  'echo said; for n in 1 2; do echo "ask $n"; read -r x || x=nothing; echo "got $x"; done; echo err >&2; exit 3';

test('a program is answered line by line, and what it printed is given back', async () => {
  const answer = async (line: string) => (line.startsWith('ask') ? `to ${line}` : undefined);

  const captured = await converse(['/bin/sh', '-c', ASKS], options, answer);

  expect(captured).toEqual({
    exitCode: 3,
    stdout: 'said\nask 1\ngot to ask 1\nask 2\ngot to ask 2\n',
    stderr: 'err\n',
  });
});

test('a program that gets no answer finds the end of its input, and the failure is told', async () => {
  const lines: string[] = [];
  const answer = async (line: string) => {
    lines.push(line);
    throw new Error('no answer');
  };

  await expect(converse(['/bin/sh', '-c', ASKS], options, answer)).rejects.toThrow('no answer');
  expect(lines).toEqual(['said']);
});

test('a program that is not there is an error of its own', async () => {
  await expect(
    converse(['/no/such/program'], options, async () => undefined),
  ).rejects.toMatchObject({
    code: 'ENOENT',
  });
});

test('a program that is aborted is ended, and the reason is told', async () => {
  const controller = new AbortController();
  const reason = new InterruptedError('SIGINT');
  const answer = async (line: string) => {
    if (line.startsWith('ask')) controller.abort(reason);
    return undefined;
  };
  const aborted = { ...options, signal: controller.signal };

  await expect(converse(['/bin/sh', '-c', ASKS], aborted, answer)).rejects.toBe(reason);
});

test('a program that a signal ends has the exit code of a shell for it', async () => {
  const killed = await converse(
    ['/bin/sh', '-c', 'echo said; kill -KILL $$'],
    options,
    async () => undefined,
  );

  expect(killed).toEqual({ exitCode: 137, stdout: 'said\n', stderr: '' });
});
