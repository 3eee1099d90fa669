import { appendFile, mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { dockerOutput, images, TEST_CHANNEL } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import { packagesOf, writeLock } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

const SECRETS = {
  netrc: 'password-of-netrc',
  condarc: 'password-of-condarc',
  proxy: 'password-of-proxy',
  index: 'password-of-index',
};
const HUMANIZE = 'python -c "import humanize; print(humanize.__version__)"';

let user: User;

beforeAll(async () => {
  user = await newUser();
  for (const name of ['one', 'twin']) await add(name, ['python', 'hello']);
  await run('one', 'true');
});

async function add(name: string, dependencies: readonly string[]): Promise<void> {
  const kernel = { name, channels: [TEST_CHANNEL, 'nodefaults'], dependencies };
  const profile = { name, 'docker-image': images.test, kernel };
  await user.run(['env', 'add', '-'], { stdin: JSON.stringify(profile) });
}

function run(environment: string, script: string, ...options: readonly string[]) {
  const argv = ['run', '--env', environment, '--no-code', ...options, '--', 'sh', '-c', script];
  return user.run(argv);
}

/** The folder of the kernel of an environment that was started. */
async function prefixOf(environment: string): Promise<string> {
  const { stdout } = await run(environment, 'printf %s "$SUBMARINE_PREFIX"');
  return join(user.home, '.cache/submarine', stdout.replace('/submarine/', ''));
}

describe('what a user has to log in with', () => {
  const FIND = `
    cat /proc/self/environ /proc/1/environ /proc/self/mountinfo
    grep -rs "password-"of- /submarine /submarine-build /run /tmp "$HOME" 2>/dev/null
    ls -a /submarine /submarine-build 2>&1; true`;

  beforeAll(async () => {
    await writeFile(
      join(user.home, '.netrc'),
      `machine c.example login me password ${SECRETS.netrc}\n`,
    );
    await writeFile(
      join(user.home, '.condarc'),
      `custom_channels: {c: "https://me:${SECRETS.condarc}@c.example"}\n`,
    );
  });
  const env = {
    https_proxy: `http://me:${SECRETS.proxy}@127.0.0.1:9`,
    PIP_INDEX_URL: `https://me:${SECRETS.index}@c.example/simple`,
  };

  test('is nowhere in a run, nor in what the engine tells of it', async () => {
    const argv = ['run', '--env', 'one', '--no-code', '--name', `logins-${process.pid}`];
    const ended = user.run([...argv, '--', 'sh', '-c', `${FIND}; sleep 600`], { env });
    await poll(async () => (await containers(`name=logins-${process.pid}`)) !== '');
    const inspected = await dockerOutput('inspect', `logins-${process.pid}`);
    await dockerOutput('rm', '--force', `logins-${process.pid}`);

    const { stdout } = await ended;
    expect(stdout).toContain('/submarine/kernels/');
    for (const text of [stdout, inspected]) {
      expect(text).not.toMatch(/password-of-\w|\.netrc|\.condarc|SUBMARINE_BUILD_|SUBMARINE_SPEC_/);
    }
  });

  test('reaches the container that solves, and none in which packages are installed', async () => {
    await add('slowly', ['slow', 'hello']);
    const ended = user.run(['kernel', 'build', 'slowly'], { env });
    const inspected: Record<string, string> = {};
    for (const name of ['solve', 'install']) {
      await poll(async () => (await containers(`name=submarine-${name}-`)) !== '', undefined, 5);
      const [id = ''] = (await containers(`name=submarine-${name}-`)).split('\n');
      inspected[name] = await dockerOutput('inspect', id);
    }

    expect((await ended).code).toBe(0);
    expect(inspected['solve']).toContain(SECRETS.proxy);
    expect(inspected['solve']).toContain('/submarine-build/NETRC/.netrc');
    expect(inspected['install']).not.toMatch(/password-of-|netrc|condarc/i);
    expect(inspected['install']).toContain('"NetworkMode": "none"');
    for (const secret of Object.values(SECRETS)) expect(await filesWith(secret)).toEqual([]);
  });

  function containers(filter: string): Promise<string> {
    return dockerOutput('ps', '--quiet', '--filter', filter, '--filter', 'status=running');
  }
});

/** The files of what is kept for kernels, and of what the command itself keeps, that hold a text. */
async function filesWith(text: string): Promise<readonly string[]> {
  const found: string[] = [];
  for (const folder of ['submarine', 'submarine-host']) {
    const root = join(user.home, '.cache', folder);
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isFile() && (await readFile(path)).includes(text)) found.push(path);
    }
  }
  return found;
}

describe('a kernel', () => {
  test('cannot be changed by a run, and the next one sees nothing of what was tried', async () => {
    const attack = `
      cd "$SUBMARINE_PREFIX"
      mkdir -p etc/conda/activate.d; echo 'echo planted >&2' >etc/conda/activate.d/evil.sh
      echo 'import os' >lib/python3.11/site-packages/evil.pth
      echo '#!/bin/sh' >bin/evil; rm -f bin/hello; echo evil >>bin/hello; chmod 777 .
      touch conda-meta/submarine-complete; mount -o remount,rw . ; true`;

    const { code, stderr } = await run('one', attack);

    expect(code).toBe(0);
    expect(stderr.match(/[Rr]ead-only file system/g)?.length).toBeGreaterThan(4);
    const next = await run('twin', 'hello; ls "$SUBMARINE_PREFIX/bin"');
    expect(next.stderr).toBe('');
    expect(next.stdout).toMatch(/^hello from /);
    expect(next.stdout).not.toContain('evil');
    expect((await user.run(['kernel', 'verify', 'one'])).code).toBe(0);
  });

  test('shares no file with anything else', async () => {
    const { stdout } = await run('one', 'find "$SUBMARINE_PREFIX" -type f -links +1 | head -n 3');

    expect(stdout).toBe('');
  });
});

describe('what a run installs', () => {
  test('is its own: neither a twin with the same kernel nor the next run sees it', async () => {
    const install = 'pip install --quiet humanize==4.10.0 2>/dev/null';
    const first = await run('one', `${install}; ${HUMANIZE}; which humanize; echo "$PATH"`);

    expect(first.stdout).toMatch(/^4\.10\.0\n/);
    expect(first.stdout).toMatch(/\/submarine\/kernels\/[^:]*\/bin:\/submarine\/user\/bin:/);
    for (const name of ['twin', 'one']) {
      expect(await run(name, HUMANIZE)).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("No module named 'humanize'"),
      });
    }
  });

  test('may be another version than that of the kernel, which comes back when it is uninstalled', async () => {
    await add('older', ['python', 'pip']);
    const kernel = {
      ...{ name: 'older', channels: [TEST_CHANNEL] },
      dependencies: ['python', 'pip', { pip: ['humanize==4.9.0'] }],
    };
    const profile = { name: 'older', 'docker-image': images.test, kernel };
    await user.run(['env', 'add', '--replace', '-'], { stdin: JSON.stringify(profile) });

    const { code, stdout } = await run(
      'older',
      `${HUMANIZE}; pip install --quiet humanize==4.10.0 2>/dev/null; ${HUMANIZE}
       pip uninstall --quiet --yes humanize 2>/dev/null; ${HUMANIZE}`,
    );

    expect([code, stdout]).toEqual([0, '4.9.0\n4.10.0\n4.9.0\n']);
  });

  test('is named at its end on a terminal, with what keeps it', async () => {
    const command = ['pip', 'install', '--quiet', 'humanize==4.10.0'];
    const argv = ['run', '--env', 'one', '--no-code', '--', ...command];
    const options = { env: user.env, cwd: user.project };
    const terminal = await startInTerminal(process.execPath, [BUILT, ...argv], options);

    expect(await terminal.end()).toBe(0);
    expect(terminal.output()).toMatch(
      /this run installed humanize 4\.10\.0 for itself; to keep it, list it under pip: /,
    );
  });

  test('goes with the run, also from this machine', async () => {
    expect(await readdir(join(user.home, '.cache/submarine-host/runs'))).toEqual([]);
  });
});

describe('a kernel that was changed after it was built', () => {
  beforeAll(async () => {
    const platforms = {
      'linux-64': {
        virtualPackages: {},
        packages: await packagesOf(images.test, TEST_CHANNEL, ['hello-1.0-0.tar.bz2']),
      },
    };
    const content = { channels: [TEST_CHANNEL], dependencies: ['hello'] };
    const kernel = { name: 'frozen', ...content };
    const profile = { name: 'frozen', 'docker-image': images.test, kernel };
    await user.run(['env', 'add', '-'], { stdin: JSON.stringify(profile) });
    const local = await dockerOutput('image', 'inspect', '--format', '{{.Id}}', images.test);
    const image = { reference: images.test, local };
    await writeLock(user, 'frozen', { image, content, platforms });
  });

  test.each([
    ['a program', 'bin/hello', 'appended'],
    ['the time of a program', 'bin/hello', 'touched'],
    ['a new script of activation', 'etc/conda/activate.d/new.sh', 'made'],
    ['a new program', 'bin/new', 'made'],
  ])('by %s is refused by a frozen start, with the file', async (_, path, how) => {
    await user.run(['kernel', 'prune', 'frozen', '--yes']);
    expect((await run('frozen', 'true', '--frozen')).code).toBe(0);
    const file = join(await prefixOf('frozen'), path);
    await mkdir(join(file, '..'), { recursive: true });
    if (how === 'touched') await utimes(file, new Date(0), new Date(0));
    else await appendFile(file, '#\n');

    const frozen = await run('frozen', 'true', '--frozen');

    expect([frozen.code, frozen.stderr]).toEqual([65, expect.stringContaining(path)]);
    expect((await run('frozen', 'true')).code).toBe(0);
  });
});

test('a user whom the image does not know has a name in a run and in another command in it', async () => {
  const python = ['python', '-c', 'import getpass; print(getpass.getuser())'];
  const name = `unknown-${process.pid}`;
  const ended = run('one', 'sleep 600', '--user', '12345', '--name', name);
  await poll(async () => (await user.run(['exec', name, '--', 'true'])).code === 0);
  const entered = await user.run(['exec', name, '--', ...python]);
  await dockerOutput('rm', '--force', name);
  await ended;
  const as = ['--env', 'one', '--no-code', '--user', '12345'];
  const started = await user.run(['run', ...as, '--', ...python]);

  for (const { code, stdout } of [entered, started]) {
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^\w+\n$/)]);
  }
});
