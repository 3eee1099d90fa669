import { join } from 'node:path';
import { Writable } from 'node:stream';

import { expect, test } from '@jest/globals';

import type { Submarine } from '../../src/sdk.ts';
import { openSubmarine, ParametersError } from '../../src/sdk.ts';
import { images, temporaryDirectory } from '../support/bed.ts';

const EXPERIMENT = `kind: experiment
name: hello
environment: demo
command: [echo, 'hello {name}', '--n={n}']
parameters:
  name: {}
  n: { type: integer, default: 1 }
`;

async function opened(): Promise<Submarine> {
  const home = await temporaryDirectory();
  const submarine = await openSubmarine({ home, folder: home, store: join(home, 'store.yaml') });
  await submarine.environments.add({ name: 'demo', 'docker-image': images.plain });
  const file = { bytes: Buffer.from(EXPERIMENT), source: 'experiments' };
  await submarine.experiments.add({ file });
  return submarine;
}

test('experiments are added, listed, run with values, and deleted', async () => {
  const { experiments, runs } = await opened();
  expect((await experiments.list()).map(({ name }) => name)).toEqual(['hello']);
  expect((await experiments.get('hello')).text).toBe(EXPERIMENT);

  let written = '';
  const stdout = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      written += chunk.toString();
      done();
    },
  });
  const request = { experiment: 'hello', parameters: { name: 'you; exit 3', n: 2 } };
  const run = await experiments.run(request, { stdout });
  expect((await run.ended).exitCode).toBe(0);
  expect(written).toBe('hello you; exit 3 --n=2\n');
  expect((await runs.get({ run: run.runId })).request.experiment).toEqual({
    name: 'hello',
    parameters: { name: 'you; exit 3', n: 2 },
  });
  expect(await experiments.show({ ...request, environment: 'demo' })).toContain('--n=2');

  expect(await experiments.delete(['hello', 'hello'])).toEqual(['hello']);
  await expect(experiments.get('hello')).rejects.toMatchObject({ code: 'experiment-not-found' });
});

test('what no compiler would take is refused, and wrong values are told together', async () => {
  const { experiments } = await opened();
  const odd = { experiment: 'hello', parameter: {} } as unknown as { experiment: string };
  await expect(experiments.run(odd)).rejects.toMatchObject({
    kind: 'usage',
    message: 'unknown key "parameter"',
  });
  const running = experiments.run({ experiment: 'hello', parameters: { nam: 'x', n: 1.5 } });
  await expect(running).rejects.toThrow(ParametersError);
  await expect(running).rejects.toMatchObject({
    problems: [
      { parameter: 'nam', reason: 'unknown', nearest: 'name' },
      { parameter: 'name', reason: 'missing' },
      { parameter: 'n', reason: 'invalid' },
    ],
  });
});
