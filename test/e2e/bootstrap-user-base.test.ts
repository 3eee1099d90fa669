import { chmod, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { derivedImage, dockerOutput, images, temporaryDirectory } from '../support/bed.ts';
import type { Start } from '../support/bootstrap.ts';
import { readEnvironment, start } from '../support/bootstrap.ts';
import { logsWith, startDetached } from '../support/detached.ts';
import { condaKernel, finishedKernel, inKernel, PREFIX } from '../support/finished-kernel.ts';

const SHELLS = {
  'dash, and bash for scripts': images.test,
  'bash as sh': images.shBash,
  dash: images.shDash,
  busybox: images.shBusybox,
};
const IMAGES_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
const BASE = { SUBMARINE_USER_BASE: '/tmp/base' };

/** Starts in a kernel of these files and returns the environment of the command. */
async function environmentOf(
  files: Readonly<Record<string, string>>,
  { variables = {}, options = [], ...rest }: Partial<Start> = {},
): Promise<Record<string, string>> {
  const request = inKernel(await finishedKernel(files));
  const { stdout, stderr } = await start({
    ...request,
    variables: { ...request.variables, ...BASE, ...variables },
    options: [...request.options, ...options],
    command: ['env', '-0'],
    ...rest,
  });
  expect(stderr).toBe('');
  return readEnvironment(stdout);
}

describe.each(Object.entries(SHELLS))('a run has a folder of its own, with %s', (_, image) => {
  test('where pip, R and Julia install, its programs behind those of the kernel', async () => {
    const env = await environmentOf({}, { image });

    expect(env).toMatchObject({
      PYTHONUSERBASE: '/tmp/base',
      R_LIBS_USER: '/tmp/base/R',
      JULIA_DEPOT_PATH: '/tmp/base/julia:',
    });
    expect(env['PATH']).toMatch(new RegExp(`^${PREFIX}/bin:/tmp/base/bin:.*${IMAGES_PATH}$`));
    expect(Object.keys(env).filter((name) => /^SUBMARINE_USER|NOUSERSITE/.test(name))).toEqual([]);
  });

  test('after the scripts of the kernel, which are not overruled but for that', async () => {
    const script =
      'export JULIA_DEPOT_PATH=/kernel/julia: PYTHONUSERBASE=/no PATH="/first:$PATH:/last"\n';

    const env = await environmentOf({ 'etc/conda/activate.d/a.sh': script }, { image });

    expect(env).toMatchObject({
      PYTHONUSERBASE: '/tmp/base',
      JULIA_DEPOT_PATH: '/tmp/base/julia:/kernel/julia:',
    });
    expect(env['PATH']).toContain(`/first:`);
    expect(env['PATH']).toContain(`:${PREFIX}/bin:/tmp/base/bin:`);
    expect(env['PATH']).toMatch(/:\/last$/);
  });

  test('but what the user gave and what the profile sets wins', async () => {
    const env = await environmentOf(
      {},
      {
        image,
        variables: {
          SUBMARINE_GIVEN: 'PYTHONUSERBASE PYTHONNOUSERSITE',
          ...{ PYTHONUSERBASE: '/mine', PYTHONNOUSERSITE: '1' },
          SUBMARINE_VARIABLES: "export R_LIBS_USER='/profile'\n",
        },
      },
    );

    expect(env).toMatchObject({
      ...{ PYTHONUSERBASE: '/mine', PYTHONNOUSERSITE: '1' },
      ...{ R_LIBS_USER: '/profile', JULIA_DEPOT_PATH: '/tmp/base/julia:' },
    });
  });

  test("and the image's PYTHONNOUSERSITE is overruled, the kernel's is not", async () => {
    const variables = { PYTHONNOUSERSITE: '1' };
    const script = { 'etc/conda/activate.d/a.sh': 'export PYTHONNOUSERSITE=2\n' };

    expect(await environmentOf({}, { image, variables })).not.toHaveProperty('PYTHONNOUSERSITE');
    expect(await environmentOf(script, { image, variables })).toMatchObject({
      PYTHONNOUSERSITE: '2',
    });
  });

  test('also for a command that enters', async () => {
    const { options, variables, ...request } = inKernel(await finishedKernel({}));
    const id = await startDetached({
      ...{ ...request, image, options },
      variables: { ...variables, ...BASE, PYTHONNOUSERSITE: '1' },
      command: ['sh', '-c', 'env -0 >/tmp/seen; echo ready; exec sleep 60'],
    });
    await logsWith(id, 'ready');
    const first = readEnvironment(await dockerOutput('exec', id, 'cat', '/tmp/seen'));

    const entered = readEnvironment(
      await dockerOutput('exec', id, '/submarine-bootstrap.sh', '--enter', '--', 'env', '-0'),
    );

    expect(entered).toEqual(first);
    expect(entered).toMatchObject({ PYTHONUSERBASE: '/tmp/base' });
  });
});

test('without the variable nothing of that happens', async () => {
  const variables = { SUBMARINE_USER_BASE: '', PYTHONNOUSERSITE: '1' };

  const env = await environmentOf({}, { variables });

  expect(Object.keys(env).filter((name) => /USERBASE|R_LIBS|JULIA/.test(name))).toEqual([]);
  expect(env).toMatchObject({ PYTHONNOUSERSITE: '1' });
});

test('without a kernel nothing of that happens', async () => {
  const variables = { ...BASE, PYTHONNOUSERSITE: '1' };

  const { stdout } = await start({ variables, command: ['sh', '-c', 'env; ls -A /tmp'] });

  expect(stdout).not.toMatch(/USER_?BASE|JULIA|base/);
  expect(stdout).toContain('PYTHONNOUSERSITE=1');
});

describe('the folder', () => {
  const show = ['sh', '-c', 'stat -c "%a %u %n" "$PYTHONUSERBASE" "$PYTHONUSERBASE"/*'];

  test('is made for its user alone where it is not there', async () => {
    const { options, variables, ...request } = inKernel(await finishedKernel({}));

    const { stdout } = await start({
      ...{ ...request, command: show, variables: { ...variables, ...BASE } },
      options: [...options, '--user=12345'],
    });

    expect(stdout).toBe('700 12345 /tmp/base');
  });

  test('has a library for R where the kernel has R, which would not see one that is missing', async () => {
    const { options, variables, ...request } = inKernel(
      await finishedKernel({ 'lib/R/bin/R': '' }),
    );

    const { stdout } = await start({
      ...{ ...request, command: show, variables: { ...variables, ...BASE }, options },
    });

    expect(stdout).toBe('700 0 /tmp/base\n700 0 /tmp/base/R');
  });

  test.each([
    ["is another user's", '/root', ['--user=12345']],
    ['cannot be made', '/base', ['--read-only', '--tmpfs=/tmp', '--user=12345']],
  ])('is another one when it %s', async (_, base, user) => {
    const env = await environmentOf(
      {},
      { variables: { SUBMARINE_USER_BASE: base }, options: user },
    );

    expect(env).toMatchObject({ PYTHONUSERBASE: '/tmp/submarine-user-12345' });
    expect(env['PATH']).toContain(`${PREFIX}/bin:/tmp/submarine-user-12345/bin:`);
  });
});

/** A wheel of one module and one program, made where it is installed. */
const MAKE_WHEEL = `
import zipfile
with zipfile.ZipFile('/tmp/mine-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('mine.py', 'def main(): print("mine runs")')
    info = 'mine-1.0.dist-info/'
    wheel.writestr(info + 'METADATA', 'Metadata-Version: 2.1\\nName: mine\\nVersion: 1.0\\n')
    wheel.writestr(info + 'WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr(info + 'entry_points.txt', '[console_scripts]\\nmine = mine:main\\n')
    wheel.writestr(info + 'RECORD', '')
`;

describe('what pip installs in a kernel that cannot be written', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await condaKernel(['python', 'pip']);
  });

  test.each([
    ['root', []],
    ['a user whom the image does not know', ['--user=12345']],
  ])('as %s is run at once, and lies in the folder', async (_, user) => {
    const base = await temporaryDirectory();
    await chmod(base, 0o777);
    const { options, variables, ...request } = inKernel(folder);
    const install = 'pip install --quiet --no-index --disable-pip-version-check /tmp/*.whl';

    const { stdout } = await start({
      ...request,
      variables: { ...variables, SUBMARINE_USER_BASE: '/submarine/user', PYTHONNOUSERSITE: '1' },
      options: [
        ...[...options, ...user, '--read-only', '--tmpfs=/tmp'],
        `--mount=type=bind,source=${base},target=/submarine/user`,
      ],
      command: ['sh', '-c', `python -c "$0" && ${install} && exec mine`, MAKE_WHEEL],
    });

    expect(stdout).toBe('mine runs');
    expect(await readdir(join(base, 'lib/python3.11/site-packages'))).toEqual(
      expect.arrayContaining(['mine-1.0.dist-info', 'mine.py']),
    );
    expect((await stat(join(base, 'bin/mine'))).isFile()).toBe(true);
  });
});

describe('where the Python of the kernel is a virtual environment', () => {
  const NOTE =
    "submarine: this kernel's Python is a virtual environment, which cannot install beside itself: add the package to the environment";
  const PIP = { 'bin/pip': '#!/bin/sh\n', 'bin/python3': '#!/bin/sh\n' };

  test.each([
    ['pip install x', { 'pyvenv.cfg': '' }, NOTE],
    ['python3 -m pip install x', { 'pyvenv.cfg': '' }, NOTE],
    [`${PREFIX}/bin/pip install x`, { 'pyvenv.cfg': '' }, NOTE],
    ['pip list', { 'pyvenv.cfg': '' }, ''],
    ['python3 -m install pip', { 'pyvenv.cfg': '' }, ''],
    ['pip install x', {}, ''],
  ])('"%s" has one line more: %s', async (command, files, said) => {
    const request = inKernel(await finishedKernel({ ...PIP, ...files }));

    const { exitCode, stderr } = await start({ ...request, command: command.split(' ') });

    expect([exitCode, stderr]).toEqual([0, said]);
  });

  test("one of the image's own says nothing, since it can be written", async () => {
    const image = await derivedImage(images.test, [
      'RUN touch /opt/conda/envs/plain/pyvenv.cfg && ln -sf /bin/true /opt/conda/envs/plain/bin/pip',
    ]);

    const { exitCode, stderr } = await start({
      ...{ image, kernel: 'plain', command: ['pip', 'install', 'x'] },
    });

    expect([exitCode, stderr]).toEqual([0, '']);
  });
});
