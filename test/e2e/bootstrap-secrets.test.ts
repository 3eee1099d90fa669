import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { describe, expect, test } from '@jest/globals';

import { secretText } from '../../src/launch/secrets.ts';
import { docker as runDocker } from '../../tools/run.js';
import { docker, dockerOutput, images, temporaryDirectory } from '../support/bed.ts';
import { readEnvironment, start } from '../support/bootstrap.ts';
import { logsWith, startDetached } from '../support/detached.ts';
import { fifoOf } from '../support/fifo.ts';
import { finishedKernel, inKernel } from '../support/finished-kernel.ts';

const SHELLS = {
  'dash, and bash for scripts': images.test,
  'bash as sh': images.shBash,
  dash: images.shDash,
  busybox: images.shBusybox,
};
const VALUES = {
  QUOTES: "'it''s'",
  EMPTY: '',
  MULTILINE: "one\nexport FORGED='x'\n\nthree\n",
  SHELL_WORDS: '$HOME `id` $(id) \\ \\n "',
  ACCENT: 'é',
  // As the kernel has it, too.
  PLAIN_HOME: 'mine',
};
const TEXT = Object.entries(VALUES)
  .map(([name, value]) => `export ${name}='${value.replaceAll("'", String.raw`'\''`)}'\n`)
  .join('');

function mounted(source: string): readonly string[] {
  return [`--mount=type=bind,source=${source},target=/secrets,readonly`];
}

describe.each(Object.entries(SHELLS))('secrets in a FIFO, with %s', (_, image) => {
  test.each([undefined, 'plain', 'odd'])(
    'are read once and win over the kernel %s',
    async (kernel) => {
      const { exitCode, stdout, stderr } = await start({
        image,
        variables: { SUBMARINE_SECRETS: '/secrets', SUBMARINE_GIVEN: 'OTHER', OTHER: '1' },
        options: [...mounted(await fifoOf(TEXT)), '--user=12345'],
        command: ['env', '-0'],
        ...(kernel === undefined ? {} : { kernel }),
      });

      const env = readEnvironment(stdout);
      expect([exitCode, stderr]).toEqual([0, kernel === 'odd' ? expect.any(String) : '']);
      expect(env).toMatchObject({ ...VALUES, OTHER: '1' });
      expect(Object.keys(env).filter((name) => /FORGED|SUBMARINE_|boot_/.test(name))).toEqual([]);
    },
  );

  test('are seen by the scripts of the kernel, and are not kept for a command that enters', async () => {
    const script = 'export FROM_SCRIPT="$QUOTES"; QUOTES=\n';
    const { options, variables, ...request } = inKernel(
      await finishedKernel({ 'etc/conda/activate.d/a.sh': script }),
    );
    const id = await startDetached({
      ...{ ...request, image, options: [...options, ...mounted(await fifoOf(TEXT))] },
      variables: { ...variables, SUBMARINE_SECRETS: '/secrets' },
      command: ['sh', '-c', 'echo "$QUOTES $FROM_SCRIPT"; echo ready; exec sleep 60'],
    });
    const logs = await logsWith(id, 'ready');

    const entered = await docker(
      ...['exec', id, '/submarine-bootstrap.sh', '--enter', '--', 'sh', '-c'],
      'cat /tmp/submarine-r1.env; env',
    );

    expect(logs).toBe(`${VALUES.QUOTES} ${VALUES.QUOTES}\nready`);
    expect(entered.exitCode).toBe(0);
    // What a script makes of a secret is the kernel's, as what it makes of a variable.
    expect(entered.stdout).not.toMatch(/\b(?:QUOTES|MULTILINE|SHELL_WORDS|SUBMARINE_SECRETS)\b/);
    expect(await dockerOutput('inspect', id)).not.toContain("it''s");
  });
});

describe.each(Object.entries(SHELLS))('secret files, with %s', (_, image) => {
  test('come byte for byte, for their user alone, beside variables', async () => {
    const bytes = Buffer.from(Array.from({ length: 3000 }, (_value, index) => index % 256));
    const files = [
      { name: 'all-bytes', bytes },
      { name: 'empty', bytes: Buffer.from('') },
      { name: 'hidden', bytes: Buffer.from("it's\n\n") },
    ];
    const text = secretText([{ name: 'PLAIN_HOME', value: 'mine' }], files);
    const script =
      'cd /run/secrets; ls -ln | tail -n +2 | cut -c1-10; sha256sum <all-bytes | cut -c1-64; od -An -c hidden; echo "$PLAIN_HOME"';
    const { exitCode, stdout, stderr } = await start({
      image,
      variables: { SUBMARINE_SECRETS: '/secrets' },
      options: [
        ...mounted(await fifoOf(text)),
        ...['--user=12345', '--read-only', '--tmpfs=/run/secrets:mode=0700,uid=12345'],
      ],
      command: ['sh', '-c', script],
    });
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout.split('\n').map((line) => line.trim().replaceAll(/ +/g, ' '))).toEqual([
      ...[
        '-r--------',
        '-r--------',
        '-r--------',
        createHash('sha256').update(bytes).digest('hex'),
      ],
      ...[String.raw`i t ' s \n \n`, 'mine'],
    ]);
  });
});

test.each([
  ['a name with a path', 'files 1\nfile ../x\n=a\n.\n'],
  ['a number that is none', 'files x\n'],
  ['no name', 'files 1\n=a\n.\n'],
])('%s among secret files is refused', async (_, text) => {
  const { exitCode, stdout } = await start({
    variables: { SUBMARINE_SECRETS: '/secrets' },
    options: [...mounted(await fifoOf(text)), '--tmpfs=/run/secrets'],
    command: ['echo', 'started'],
  });
  expect([exitCode, stdout]).toEqual([65, '']);
});

test('secret files that come in part end the start', async () => {
  const { exitCode, stdout } = await start({
    variables: { SUBMARINE_SECRETS: '/secrets' },
    options: [...mounted(await fifoOf('files 2\nfile a\n=a\n.\n')), '--tmpfs=/run/secrets'],
    command: ['echo', 'started'],
  });
  expect([exitCode, stdout]).toEqual([75, '']);
});

test('secrets that are written into a file in the running container are waited for, and removed', async () => {
  const variables = { SUBMARINE_SECRETS: '/run/submarine/secrets' };
  const options = ['--read-only', '--user=12345', '--tmpfs=/run/submarine:mode=0700,uid=12345'];
  const command = ['sh', '-c', 'echo "$QUOTES"; ls -A /run/submarine; echo ready; exec sleep 60'];
  const id = await startDetached({ variables, options, command });
  const write = 'cd /run/submarine; cat >new; mv new secrets';

  await runDocker(['exec', '--interactive', id, 'sh', '-c', write], { input: TEXT });

  expect(await logsWith(id, 'ready')).toBe(`${VALUES.QUOTES}\nready`);
});

test.each([
  ['a command', 'touch /tmp/ran\n'],
  ['a command behind a value', "export A='1'; touch /tmp/ran\n"],
  ['a value without quotes', 'export A=1\n'],
  ['a quote that is not closed', "export A='1\n"],
  ["a name of the bootstrap's", "export boot_prefix='/x'\n"],
  ["a name of the contract's", "export SUBMARINE_PREFIX='/x'\n"],
])('%s among the secrets is refused and not run', async (_, text) => {
  const { exitCode, stdout, stderr } = await start({
    variables: { SUBMARINE_SECRETS: '/secrets' },
    options: mounted(await fifoOf(text)),
    command: ['echo', 'started'],
  });

  expect([exitCode, stdout]).toEqual([65, '']);
  expect(stderr).toMatch(/^submarine: the secrets of this start are not lines of shell.*\n .*$/);
});

test('secrets that its user may not read are refused', async () => {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, 'secrets'), TEXT, { mode: 0o600 });

  const { exitCode, stderr } = await start({
    variables: { SUBMARINE_SECRETS: '/secrets' },
    options: [...mounted(join(folder, 'secrets')), '--user=12345'],
    command: ['true'],
  });

  expect(exitCode).toBe(65);
  expect(stderr).toContain('the secrets in /secrets cannot be read');
});

test('a file of secrets that stays would be found by the command, so the start ends', async () => {
  const folder = await temporaryDirectory();
  await writeFile(join(folder, 'secrets'), TEXT);
  await chmod(folder, 0o755);

  const { exitCode } = await start({
    variables: { SUBMARINE_SECRETS: '/secrets' },
    options: mounted(join(folder, 'secrets')),
    command: ['true'],
  });

  expect(exitCode).toBe(65);
  expect(await readdir(folder)).toEqual(['secrets']);
});

test('secrets that do not come within 30 s, as a file or through a FIFO, end the start', async () => {
  const fifo = join(await temporaryDirectory(), 'fifo');
  await promisify(execFile)('mkfifo', ['-m', '600', fifo]);
  const begin = performance.now();

  const ended = await Promise.all([
    start({ variables: { SUBMARINE_SECRETS: '/tmp/secrets' }, command: ['true'] }),
    start({
      variables: { SUBMARINE_SECRETS: '/secrets' },
      options: mounted(fifo),
      command: ['true'],
    }),
  ]);

  for (const { exitCode, stderr } of ended) {
    expect([exitCode, stderr]).toEqual([75, expect.stringContaining('have not come within 30 s')]);
  }
  expect(performance.now() - begin).toBeGreaterThan(29_000);
});
