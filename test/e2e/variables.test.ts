import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
});

/** Starts a command in a new container, or another one in a container that runs meanwhile. */
const WAYS: Readonly<
  Record<string, (options: readonly string[], script: string) => Promise<Outcome>>
> = {
  run: (options, script) => user.run(['run', '--env', 'plain', ...options, '--', ...shell(script)]),
  exec: async (options, script) => {
    const name = `variables-${randomBytes(4).toString('hex')}`;
    const host = user.run([
      ...['run', '--env', 'plain', '--name', name, '--'],
      ...shell('sleep 600'),
    ]);
    try {
      await poll(() => isRunning(name));
      return await user.run(['exec', ...options, name, '--', ...shell(script)]);
    } finally {
      await docker('rm', '--force', name);
      await host;
    }
  },
};

function shell(script: string): readonly string[] {
  return ['sh', '-c', script];
}

/** The engine says so a moment after the command has begun. */
async function isRunning(name: string): Promise<boolean> {
  const { stdout } = await docker('container', 'inspect', '--format', '{{.State.Running}}', name);
  return stdout === 'true';
}

async function exists(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    () => false,
  );
}

/** The command lines of all processes of this machine, in which those of containers are, too. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
  return (await Promise.all(lines)).join('\n').replaceAll('\0', ' ');
}

describe.each(['run', 'exec'])('%s', (way) => {
  test('shows the value of a variable to no other user of the machine', async () => {
    const secret = `secret-${randomBytes(8).toString('hex')}`;
    const script = `echo "$TOKEN $HTTP_PROXY"; touch started-${way}; until [ -e seen-${way} ]; do sleep 0.1; done`;
    const options = ['-e', `TOKEN=${secret}`, '-e', `HTTP_PROXY=${secret}`];

    const outcome = WAYS[way]?.(options, script);
    await poll(() => exists(join(user.project, `started-${way}`)));
    const lines = await commandLines();
    await writeFile(join(user.project, `seen-${way}`), '');

    expect(lines).toContain(`started-${way}`);
    expect(lines).not.toContain(secret);
    expect(await outcome).toEqual({ code: 0, stdout: `${secret} ${secret}\n`, stderr: '' });
  });

  test('gives a container the variables that its client would obey, and the client none', async () => {
    const given = {
      PATH: '/usr/bin:/bin',
      HOME: '/srv',
      DOCKER_HOST: 'tcp://192.0.2.1:1',
      DOCKER_CONTEXT: 'none',
      HTTP_PROXY: 'http://192.0.2.1:1',
      https_proxy: 'http://192.0.2.1:1',
      SSL_CERT_FILE: '/nowhere',
      GODEBUG: 'x509ignoreCN=0',
      TMPDIR: '/nowhere',
      LD_LIBRARY_PATH: '/nowhere',
      UID: '77',
      'my.own': 'dotted',
    };
    const options = Object.entries(given).flatMap((pair) => ['-e', pair.join('=')]);

    const { code, stdout, stderr } = (await WAYS[way]?.(options, 'env')) ?? {};

    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const shown = Object.entries(given).map((pair) => pair.join('='));
    expect(stdout?.split('\n')).toEqual(
      expect.arrayContaining(shown.filter((line) => !line.startsWith('my.own'))),
    );
  });

  test('takes a value of several lines', async () => {
    const outcome = await WAYS[way]?.(['-e', "KEY=a 'b'\n\nc\n"], 'printf "[%s]" "$KEY"');

    expect(outcome).toEqual({ code: 0, stdout: "[a 'b'\n\nc\n]", stderr: '' });
  });

  test('refuses one where its client would obey the variable', async () => {
    const { code, stderr } = (await WAYS[way]?.(['-e', 'HOME=a\nb'], 'true')) ?? {};

    expect(code).toBe(2);
    expect(stderr).toBe(
      'submarine: the value of "HOME" holds a line end\n' +
        '  set this variable inside the command, or in a script that it runs\n',
    );
  });
});

test('the line of a dry run starts the same container when it is pasted', async () => {
  const options = ['-e', "TOKEN=it's $HOME", '-e', 'HOME=/srv', '-e', 'UID=77'];
  const argv = ['run', '--env', 'plain', ...options, '--no-code', '--dry-run', '--'];
  const script = 'echo "$TOKEN"; env | grep -E "^(HOME|UID)="';

  const { stdout: line } = await user.run([...argv, ...shell(script)]);

  expect(line).toMatch(/^TOKEN='it'\\''s \$HOME' docker run .* --env TOKEN --env HOME=\/srv /);
  const pasted = execFileSync('sh', ['-c', line], { env: user.env });
  expect(pasted.toString()).toBe("it's $HOME\nHOME=/srv\nUID=77\n");
});

test('--verbose names the variables that are given, and not their values', async () => {
  const argv = ['--verbose', 'run', '--env', 'plain', '-e', 'TOKEN=s3cret', '--', 'true'];

  const { stderr } = await user.run(argv);

  expect(stderr).toContain('--env TOKEN ');
  expect(stderr).not.toContain('s3cret');
});
