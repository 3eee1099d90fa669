import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { CHANNEL, docker, dockerOutput, images, temporaryDirectory } from '../support/bed.ts';

const PREFIX = '/kernels/python';
const SITE_PACKAGES = `${PREFIX}/lib/python3.11/site-packages`;
let kernels: string;

/** A kernel that conda makes of the image's own channel, with a package of pip's in it. */
beforeAll(async () => {
  kernels = await temporaryDirectory();
  await chmod(kernels, 0o755);
  const create = `/opt/conda/bin/conda create --quiet --yes --override-channels --channel ${CHANNEL} --prefix ${PREFIX} python pip`;
  await dockerOutput(
    ...['run', '--rm', '--env', 'PIP_CERT', '--mount', mountOf(kernels, '/kernels'), images.conda],
    ...['sh', '-ec', `${create}; ${PREFIX}/bin/pip install --quiet humanize==4.9.0`],
  );
});

function mountOf(source: string, target: string): string {
  return `type=bind,source=${source},target=${target}`;
}

/** Runs a script in the kernel, which cannot be changed. */
async function inKernel(script: string, options: readonly string[] = []) {
  const { exitCode, stdout, stderr } = await docker(
    ...['run', '--rm', '--env', 'PIP_CERT', '--env', `PATH=${PREFIX}/bin:/usr/bin:/bin`],
    ...['--mount', `${mountOf(kernels, '/kernels')},readonly`, ...options, images.conda],
    ...['sh', '-ec', script],
  );
  return { code: exitCode, lines: stdout.trimEnd().split('\n'), stderr };
}

test('the Python of the channel has its own prefix and is no virtual environment', async () => {
  const code = `
import site, sys, sysconfig
import bz2, ctypes, curses, dbm, hashlib, json, lzma, multiprocessing, readline, sqlite3, ssl, venv, zoneinfo
print(sys.prefix, sys.base_prefix, sysconfig.get_default_scheme())
print(sysconfig.get_path('purelib'), sysconfig.get_path('scripts'), json.__file__)
print([path for path in sys.path if '-packages' in path])
print([name for name in sysconfig.get_scheme_names() if 'deb' in name or 'local' in name])
print(sysconfig.get_config_var('EXT_SUFFIX').startswith('.cpython-311'))
`;

  const { code: exitCode, lines, stderr } = await inKernel(`exec python -c "${code}"`);

  expect([exitCode, stderr]).toEqual([0, '']);
  expect(lines).toEqual([
    `${PREFIX} ${PREFIX} posix_prefix`,
    `${SITE_PACKAGES} ${PREFIX}/bin ${PREFIX}/lib/python3.11/json/__init__.py`,
    `['${SITE_PACKAGES}']`,
    '[]',
    'True',
  ]);
});

test('it makes virtual environments with a pip of their own', async () => {
  const script = 'python -m venv /tmp/v; /tmp/v/bin/pip list --format=freeze';

  const { code, lines } = await inKernel(script, ['--network', 'none']);

  expect(code).toBe(0);
  expect(lines).toContainEqual(expect.stringMatching(/^pip==/));
  expect(lines).not.toContainEqual(expect.stringMatching(/^humanize==/));
});

test('all modules are compiled, and stay so when conda has installed them', async () => {
  const { code, lines } = await inKernel(`
    python -m compileall -q ${PREFIX}/lib/python3.11
    cd ${PREFIX}/lib/python3.11; ls __pycache__/os.*.pyc site-packages/pip/__pycache__/__init__.*.pyc`);

  // compileall fails where it would have to write.
  expect(code).toBe(0);
  expect(lines).toHaveLength(2);
});

describe.each(['root', '12345'])('beside a kernel that %s cannot change', (user) => {
  const version = `python -c 'import humanize; print(humanize.__version__, humanize.__file__)'`;
  const base = ['--env', 'PYTHONUSERBASE=/tmp/base', '--env', 'HOME=/tmp'];
  const ofTheRun = '/tmp/base/lib/python3.11/site-packages/humanize/__init__.py';
  const ofTheKernel = `${SITE_PACKAGES}/humanize/__init__.py`;

  test('pip installs what a run wants, and takes it away again', async () => {
    const script = `${version}
      pip install --quiet humanize==4.10.0; ${version}
      pip uninstall --quiet --yes humanize; ${version}`;

    const { code, lines, stderr } = await inKernel(script, ['--user', user, ...base]);

    expect({ code, lines, stderr }).toMatchObject({
      code: 0,
      lines: [`4.9.0 ${ofTheKernel}`, `4.10.0 ${ofTheRun}`, `4.9.0 ${ofTheKernel}`],
    });
  });

  test("what lies in the user's home is not seen", async () => {
    const home = await temporaryDirectory();
    const folder = join(home, '.local/lib/python3.11/site-packages/humanize');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, '__init__.py'), '__version__ = "of the home"\n');
    await chmod(home, 0o755);
    const options = ['--user', user, '--mount', mountOf(home, '/home/me')];

    const without = await inKernel(version, [...options, '--env', 'HOME=/home/me']);
    const apart = await inKernel(version, [...options, ...base, '--env', 'HOME=/home/me']);

    // The home would be seen, if the base were not another folder.
    expect(without.lines).toEqual([expect.stringMatching(/^of the home /)]);
    expect(apart.lines).toEqual([`4.9.0 ${ofTheKernel}`]);
  });
});
