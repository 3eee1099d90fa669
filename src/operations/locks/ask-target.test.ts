import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { afterEach, beforeEach, expect, test } from '@jest/globals';

import type { Engine, Run, Runs } from '../../engines/engine.ts';
import { askTarget } from './ask-target.ts';
import type { LockWork } from './lock-work.ts';

let host = '';

beforeEach(async () => {
  host = await mkdtemp(join(tmpdir(), 'submarine-target-'));
});
afterEach(() => rm(host, { recursive: true }));

/** A machine whose system has that release; its containers have the libc of their image. */
function machine(release: string, questions: string[] = []): Engine {
  const runs: Partial<Runs> = {
    start: async ({ arguments: [, question = ''] }, { stdout }) => {
      questions.push(question);
      const libc = question.includes('getconf') ? 'glibc 2.36\n' : '';
      if (stdout instanceof Writable) stdout.write(`${libc}${release}\n`);
      return { ended: Promise.resolve({ exitCode: 0 }) } as Run;
    },
  };
  return { name: 'docker', runs } as Engine;
}

function ask(engine: Engine) {
  const facts = {
    id: 'sha256:1',
    entrypoint: [],
    platform: 'linux/amd64',
    digests: [],
    labels: {},
  };
  const work: unknown = {
    request: { before: undefined },
    image: { locked: { reference: 'alpine' }, facts, engine },
    submarine: { caller: { variables: {}, folders: { host } } },
  };
  return askTarget('linux-64', work as LockWork);
}

test('the libc of an image is remembered, and the system of the machine never', async () => {
  const first = await ask(machine('6.1.0-18-amd64'));
  const questions: string[] = [];
  const second = await ask(machine('6.12.3', questions));

  expect(first).toEqual({ platform: 'linux-64', glibc: '2.36', linux: '6.1.0-18-amd64' });
  expect(second).toEqual({ platform: 'linux-64', glibc: '2.36', linux: '6.12.3' });
  expect(questions).toEqual(['uname -r']);
  expect(await readFile(join(host, 'libcs.json'), 'utf8')).not.toContain('6.1');
});
