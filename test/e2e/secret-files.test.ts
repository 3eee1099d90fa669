import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { dockerOutput, images } from '../support/bed.ts';
import { fifoOf } from '../support/fifo.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const VALUE = 's3cret-$value\n';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
  await writeFile(join(user.project, 'key'), VALUE);
});

function run(script: string, ...options: string[]) {
  const env = { API_KEY: 'from-variable' };
  const argv = ['run', '--env', 'plain', ...options, '--', 'sh', '-c', script];
  return user.run(argv, { env });
}

const BOTH = ['--secret', 'key=file:key', '--secret', 'API_KEY'];
const SHOW = 'cd /run/secrets && cat key API_KEY && echo && stat -c "%a %u %n" *';

describe.each([
  ['the caller', 0, []],
  ['another user', 12_345, ['--user', '12345:1', '--engine-arg=--read-only']],
  ['a user whom the image alone knows', 65_534, ['--user', 'nobody']],
] as const)('secrets of %s', (_, uid, options) => {
  test('are files in memory for that user alone', async () => {
    expect(await run(SHOW, ...BOTH, ...options)).toEqual({
      code: 0,
      stdout: `${VALUE}from-variable\n400 ${uid} API_KEY\n400 ${uid} key\n`,
      stderr: '',
    });
  });
});

test('secrets of a detached run are seen by who enters it, and by no argument, inspection or record', async () => {
  const script = 'echo ready; exec sleep 60';
  const { stdout } = await run(script, ...BOTH, '--detach', '--record-env');
  const id = stdout.trim();
  const label = `label=submarine.run=${id}`;
  const container = await dockerOutput('ps', '--quiet', '--filter', label);
  const inspected = await dockerOutput('inspect', container.trim());
  const record = await readFile(
    join(user.home, '.local/state/submarine/runs', `${id}.yaml`),
    'utf8',
  );
  const entered = await user.run(['exec', id, '--', 'cat', '/run/secrets/key']);
  await user.run(['rm', '--force', id]);

  expect(entered).toEqual({ code: 0, stdout: VALUE, stderr: '' });
  for (const text of [inspected, record]) expect(text).not.toMatch(/s3cret|from-variable/);
  expect(record).toContain('"API_KEY":{"variable":"API_KEY"}');
});

test('a secret may come through a pipe, as that of a shell is', async () => {
  const pipe = await fifoOf(VALUE);
  expect(await run('cat /run/secrets/key', '--secret', `key=file:${pipe}`)).toMatchObject({
    ...{ code: 0, stdout: VALUE },
  });
});

test('a dry run names secrets and shows no value', async () => {
  const { stdout, stderr } = await run('true', ...BOTH, '--dry-run');
  expect(stderr).toBe('the secrets key, API_KEY are handed over when it has started\n');
  expect(stdout).not.toMatch(/s3cret|from-variable/);
});

test('a rerun reads them again, and says which is not there any more', async () => {
  await run('cat /run/secrets/*', ...BOTH);
  const env = { API_KEY: 'another' };
  expect(await user.run(['rerun', '@last'], { env })).toMatchObject({
    ...{ code: 0, stdout: `another${VALUE}` },
  });
  expect(await user.run(['rerun', '@last'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('the secret "API_KEY" is not there'),
  });
  expect(await user.run(['rerun', '--secret', 'API_KEY=file:key', '@last'])).toMatchObject({
    ...{ code: 0, stdout: `${VALUE}${VALUE}` },
  });
});

describe('a secret that cannot be given is refused before anything starts:', () => {
  beforeAll(async () => {
    await mkdir(join(user.project, 'folder'));
    await writeFile(join(user.project, 'large'), Buffer.alloc(2 * 1024 ** 2));
  });

  test.each([
    ['a file that is missing', 'x=file:missing', /^submarine: the secret "x" is not there: cannot/],
    ['a file that cannot be read', 'x=file:/proc/self/mem', /: cannot read "\/proc\/self\/mem"/],
    ['a folder', 'x=file:folder', /cannot read ".*\/folder": it is a folder/],
    ['2 MiB', 'x=file:large', /^submarine: the secret "x" is larger than 1 MiB/],
    ['a variable that is not set', 'NOT_SET', /there is no variable NOT_SET/],
    ['a name that is a path', '../x=env:API_KEY', /^submarine: invalid secret/],
    ['another source', 'x=url:y', /^submarine: invalid secret/],
  ])('%s', async (_, given, message) => {
    expect(await run('echo started', '--secret', given)).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(message),
    });
  });
});
