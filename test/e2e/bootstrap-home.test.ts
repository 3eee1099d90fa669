import { chmod, lstat, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import type { Ended, Start } from '../support/bootstrap.ts';
import { start } from '../support/bootstrap.ts';

const SHELLS = {
  'bash as sh': images.shBash,
  dash: images.shDash,
  busybox: images.shBusybox,
};

/** Stands for the program: what is asked is whether there is one. */
async function ipython(): Promise<string> {
  const path = join(await temporaryDirectory(), 'ipython');
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return `--mount=type=bind,source=${path},target=/usr/local/bin/ipython`;
}

async function inHome(
  script: string,
  { options = [], variables = {}, ...rest }: Partial<Start> = {},
): Promise<Ended & { readonly home: string }> {
  const home = await temporaryDirectory();
  const mount = `--mount=type=bind,source=${home},target=/submarine/home`;
  const ended = await start({
    variables: {
      ...{ SUBMARINE_HOME: '/submarine/home', XDG_CACHE_HOME: '/submarine/home/cache' },
      ...variables,
    },
    options: [mount, ...options],
    command: ['sh', '-c', script],
    ...rest,
  });
  return { ...ended, home };
}

const HISTORY = '"${IPYTHONDIR:-$HOME/.ipython}/profile_default/history.sqlite"';

describe.each(Object.entries(SHELLS))("IPython's history, with %s", (_, image) => {
  test('is written where it stays, and nothing else of its profile', async () => {
    const script = `echo 1 >${HISTORY}; echo 2 >"$HOME/.ipython/profile_default/x"; env`;
    const { stdout, stderr, home } = await inHome(script, { image, options: [await ipython()] });

    expect(stderr).toBe('');
    expect(await readFile(join(home, 'ipython/history.sqlite'), 'utf8')).toBe('1\n');
    expect((await lstat(join(home, 'ipython'))).mode & 0o777).toBe(0o700);
    await expect(lstat(join(home, 'ipython/x'))).rejects.toThrow('ENOENT');
    expect(stdout).not.toContain('SUBMARINE_HOME');
  });

  test('is where the image has it, where it has one', async () => {
    const file = join(await temporaryDirectory(), 'history.sqlite');
    await writeFile(file, 'own');
    const own = `--mount=type=bind,source=${file},target=/i/profile_default/history.sqlite`;
    const { stdout, stderr } = await inHome(`cat ${HISTORY}`, {
      ...{ image, options: [own, await ipython()], variables: { IPYTHONDIR: '/i' } },
    });

    expect([stdout, stderr]).toEqual(['own', '']);
  });

  test.each(['/root', '/a home', '/root/.ipython'])(
    'is no link in %s that the user has mounted, which it would be in for ever',
    async (target) => {
      const own = await temporaryDirectory();
      const { stdout } = await inHome(`ls -A "$HOME" | grep -v bash; ls -A '${target}'`, {
        image,
        options: [`--mount=type=bind,source=${own},target=${target}`, await ipython()],
        variables: { HOME: target === '/a home' ? target : '/root' },
      });

      expect(stdout).not.toContain('profile_default');
      await expect(lstat(join(own, '.ipython'))).rejects.toThrow('ENOENT');
      await expect(lstat(join(own, 'profile_default'))).rejects.toThrow('ENOENT');
    },
  );

  test('is not looked for where there is no IPython', async () => {
    const { stdout, home } = await inHome('ls -d "$HOME/.ipython"', { image });

    expect(stdout).toBe('');
    await expect(lstat(join(home, 'ipython'))).rejects.toThrow('ENOENT');
  });
});

test.each(Object.entries(SHELLS))(
  'caches that cannot be written are not named, with %s, but for what the user gave',
  async (_, image) => {
    const variables = {
      JUPYTERLAB_SETTINGS_DIR: '/submarine/home/jupyterlab/user-settings',
      JUPYTERLAB_WORKSPACES_DIR: '/tmp/given',
    };
    const script = 'echo "$XDG_CACHE_HOME,$JUPYTERLAB_SETTINGS_DIR,$JUPYTERLAB_WORKSPACES_DIR"';
    const { stdout, stderr } = await inHome(script, {
      ...{ image, variables, options: ['--user=4711'] },
    });

    expect([stdout, stderr]).toEqual([',,/tmp/given', '']);
  },
);

test('a home whose folder was exchanged for a link leads nowhere but in the container', async () => {
  const { home, stdout } = await inHome(
    `rm -r /submarine/home/ipython; ln -s /etc /submarine/home/ipython; ls -l ${HISTORY}`,
    { options: [await ipython()] },
  );
  expect(stdout).toContain('history.sqlite -> /submarine/home/ipython/history.sqlite');
  await mkdir(join(home, 'cache'));
  const mount = `--mount=type=bind,source=${home},target=/submarine/home`;
  const again = await start({
    variables: { SUBMARINE_HOME: '/submarine/home' },
    options: [mount, await ipython()],
    command: ['sh', '-c', 'ls /etc/history.sqlite; echo here'],
  });
  expect(again.stdout).toBe('here');
});
