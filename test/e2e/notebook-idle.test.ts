import { beforeAll, expect, test } from '@jest/globals';

import { images } from '../support/bed.ts';
import { startKernel } from '../support/notebook.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'idle', '--image', images.example]);
});

test('a server that nobody uses ends with its kernels, as soon as Jupyter looks: once a minute', async () => {
  const options = ['--detach', '--no-browser', '--idle-timeout', '3s'];
  const { stdout } = await user.run(['notebook', '--env', 'idle', ...options]);
  await startKernel(new URL(stdout.trim()));

  expect((await user.run(['wait', '--timeout', '3m', '@last'])).code).toBe(0);
  expect((await user.run(['notebook', 'list', '--env', 'idle'])).stderr).toContain('no notebook');
  await user.run(['rm', '@last']);
});
