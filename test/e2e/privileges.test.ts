import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { derivedImage, images, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

// Who a setuid program of root's makes of the one that runs it, and what the kernel says of the process.
const ATTACK = 'suid-id -u; grep NoNewPrivs /proc/self/status';
const TELL = 'grep NoNewPrivs /proc/self/status';
const SAME_USER = '12345\nNoNewPrivs:\t1\n';
const ROOT = '0\nNoNewPrivs:\t0\n';

let image: string;

beforeAll(async () => {
  image = await derivedImage(images.test, [
    'RUN cp /usr/bin/id /usr/bin/suid-id && chmod u+s /usr/bin/suid-id',
    // Programs that a notebook and a build start, and that tell what they may.
    `RUN printf '#!/bin/sh\\n${TELL} >&2; exit 3\\n' >/usr/local/bin/jupyter`,
    `RUN printf '#!/bin/sh\\n${TELL} >&2; exit 1\\n' >/usr/local/bin/micromamba`,
    'RUN chmod +x /usr/local/bin/jupyter /usr/local/bin/micromamba',
  ]);
});

/** A user with that configuration, and environments `plain` and `built` of the image. */
async function userWith(configuration: string): Promise<User> {
  const user = await newUser();
  const folder = join(user.home, '.config/submarine');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'config.yaml'), configuration);
  await user.run(['env', 'add', '--name', 'plain', '--image', image]);
  const kernel = ['--kernel', 'k', '--channel', TEST_CHANNEL, '--dependency', 'many'];
  await user.run(['env', 'add', '--name', 'built', '--image', image, ...kernel]);
  return user;
}

function attack(user: User, ...options: readonly string[]) {
  const as = ['--env', 'plain', '--no-code', '--user', '12345'];
  return user.run(['run', ...as, ...options, '--', 'sh', '-c', ATTACK]);
}

describe('a setuid program', () => {
  test('gives a run no more rights, nor a notebook or a build', async () => {
    const user = await userWith('');

    expect(await attack(user)).toEqual({ code: 0, stdout: SAME_USER, stderr: '' });
    for (const argv of [
      ['run', '--env', 'plain', '--dry-run', '--', 'true'],
      ['notebook', '--env', 'built', '--dry-run'],
      ['kernel', 'build', 'built', '--dry-run'],
    ]) {
      expect((await user.run(argv)).stdout).toContain(' --security-opt no-new-privileges ');
    }
  });

  test('gives none to a notebook that is started', async () => {
    const user = await userWith('');

    const { code, stderr } = await user.run(['notebook', '--env', 'plain', '--no-browser']);

    expect([code, stderr]).toEqual([3, expect.stringContaining('NoNewPrivs:\t1\n')]);
  });

  test.each([
    ['', 1],
    ['no-new-privileges: false\n', 0],
  ])('gives none to a build that is started, but where the user lifts it: %j', async (text, is) => {
    const user = await userWith(text);

    expect(await user.run(['kernel', 'build', 'built'])).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(new RegExp(`NoNewPrivs: ${is}\n`)),
    });
  });

  test("does where the user's own configuration says so, or the command line of one run", async () => {
    const user = await userWith('no-new-privileges: false\n');

    expect(await attack(user)).toEqual({ code: 0, stdout: ROOT, stderr: '' });
    const { stdout } = await user.run(['kernel', 'build', 'built', '--dry-run']);
    expect(stdout).not.toContain('--security-opt');
    const lifted = '--engine-arg=--security-opt=no-new-privileges=false';
    expect((await attack(await userWith(''), lifted)).stdout).toBe(ROOT);
  });

  test("does not because a project's configuration says so", async () => {
    const user = await userWith('');
    await writeFile(join(user.project, '.submarinerc'), 'no-new-privileges: false\n');

    expect(await attack(user)).toMatchObject({
      code: 65,
      stdout: '',
      stderr: expect.stringContaining('a project cannot set no-new-privileges'),
    });
  });
});
