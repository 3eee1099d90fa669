import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { lockPath } from '../support/stored-lock.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

const PROFILE = 'name: demo\ndocker-image: alpine\n';

let user: User;

beforeEach(async () => {
  user = await newUser();
});

/** A shell line in the project, with `submarine` in it; one that waits for ever is killed, and has no exit code. */
function shell(line: string) {
  // Without the --, Node 20 takes an --env-file that is meant for the script for its own, and empties a FIFO.
  const script = `submarine() { "$NODE" -- "$BUILT" "$@"; }\n${line}`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], {
    cwd: user.project,
    env: { ...user.env, NODE: process.execPath, BUILT },
    encoding: 'utf8',
    timeout: 20_000,
    killSignal: 'SIGKILL',
  });
  return { status, stdout, stderr };
}

async function makeFifo(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  expect(spawnSync('mkfifo', ['-m', '600', path]).status).toBe(0);
}

describe('what is not a regular file is refused and not waited for', () => {
  test.each<[string, string, string, number]>([
    ['a store', 'project/fifo.yaml', 'env list --store fifo.yaml', 65],
    ['a store', 'project/fifo.yaml', 'env add --store fifo.yaml --name a --image alpine', 65],
    ['the store', '.local/share/submarine/environments.yaml', 'env show demo', 65],
    ["the user's configuration", '.config/submarine/config.yaml', 'env list', 65],
    ["a project's configuration", 'project/.submarinerc', 'env select demo', 65],
    ['the selection', '.local/state/submarine/selected', 'env current', 65],
    ['the list of what is trusted', '.local/state/submarine/trusted.json', 'trust list', 65],
    ['a lock that is given', 'project/l', 'env add --name a --image x --lock-file l', 65],
  ])('%s: %s, by %s', async (_, path, argv, code) => {
    await makeFifo(join(user.home, path));
    const { status, stdout, stderr } = shell(`submarine ${argv}`);
    expect({ status, stdout }).toEqual({ status: code, stdout: '' });
    expect(stderr).toMatch(/it is not a regular file|is a FIFO, not a configuration file/);
  });

  test('the lock of an environment', async () => {
    expect(shell(`printf '${PROFILE}' | submarine env add -`).status).toBe(0);
    await makeFifo(lockPath(user, 'demo'));
    for (const argv of [
      'env diff demo',
      'env lock demo --check',
      'run --env demo --dry-run -- x',
    ]) {
      const { status, stderr } = shell(`submarine ${argv}`);
      expect({ argv, status }).toEqual({ argv, status: 65 });
      expect(stderr).toContain(`cannot read the lock "${lockPath(user, 'demo')}": it is not a`);
    }
  });

  test("conda's settings, while the null device has none", async () => {
    const add = 'submarine env add --name demo --image alpine --dependency a';
    expect(shell(add).status).toBe(0);
    await makeFifo(join(user.home, '.condarc'));
    const { status, stderr } = shell('submarine env lock demo --offline');
    expect(status).toBe(65);
    expect(stderr).toContain("cannot read conda's settings");
    expect(stderr).toContain('it is not a regular file');
    expect(shell('CONDARC=/dev/null submarine env lock demo --offline').stderr).not.toContain(
      "conda's settings",
    );
  });

  test('a socket and a device as store', async () => {
    const socket = join(user.project, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    for (const path of [socket, '/dev/zero']) {
      const { status, stderr } = shell(`submarine env list --store ${path}`);
      expect(status).toBe(65);
      expect(stderr).toContain(`cannot read the store "${path}": it is not a regular file\n`);
    }
    server.close();
  });

  test('what is only remembered is asked again', async () => {
    expect(shell(`printf '${PROFILE}' | submarine env add -`).status).toBe(0);
    await makeFifo(join(user.home, '.cache/submarine-host/engines.json'));
    const { status, stdout } = shell('submarine run --env demo --dry-run --no-code -- true');
    expect(status).toBe(0);
    expect(stdout).toContain('alpine');
  });
});

describe('what is read once is read from anything', () => {
  const expectAdded = (line: string): void => {
    expect(shell(line)).toEqual({ status: 0, stdout: 'demo\n', stderr: '' });
  };

  test.each([
    ['a FIFO', `mkfifo p; printf '${PROFILE}' > p & submarine env add p`],
    ['the standard input', `printf '${PROFILE}' | submarine env add /dev/stdin`],
    ['the standard input', `printf '${PROFILE}' | submarine env add -`],
    ['what a shell substitutes', `submarine env add <(printf '${PROFILE}')`],
  ])('a profile from %s: %s', (_, line) => {
    expectAdded(line);
    expect(shell('submarine env show demo').stdout).toBe(PROFILE);
  });

  test('a conda file', () => {
    const file = "printf 'name: demo\\ndependencies: [numpy]\\n'";
    const added = shell(`submarine env add --image alpine --conda-file <(${file})`);
    expect(added).toMatchObject({ status: 0, stdout: 'demo\n' });
    expect(shell('submarine env show demo').stdout).toContain('numpy');
  });

  test('a lock from the standard input, and the other file from elsewhere', () => {
    const url = 'https://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda';
    const list = `printf '@EXPLICIT\\n${url}#161081fc7cec0bfda0d86d7cb595f8d8\\n'`;
    const added = shell(`${list} | submarine env add <(printf '${PROFILE}') --lock-file -`);
    expect(added).toMatchObject({ status: 0, stdout: 'demo\n' });
  });

  test.each([
    'env add p',
    'env add --image alpine --conda-file p',
    'run --env demo --no-code --env-file p -- true',
  ])('a FIFO that nobody writes to is waited for until a signal comes: %s', (argv) => {
    expectAdded(`printf '${PROFILE}' | submarine env add -`);
    const opened = 'until ls -l "/proc/$!/fd" | grep -q /p$; do sleep 0.1; done';

    const { stdout } = shell(
      `mkfifo p; "$NODE" -- "$BUILT" ${argv} & ${opened}; kill -TERM $!; wait $!; echo $?`,
    );

    expect(stdout).toBe('143\n');
  });

  test('a file of variables', async () => {
    expectAdded(`printf '${PROFILE}' | submarine env add -`);
    const run = 'submarine run --env demo --dry-run --no-code';
    // The line has the name of a file that sets something.
    for (const [file, line] of [
      ['/dev/fd/', `${run} --env-file <(echo A=1) -- true`],
      ['/p', `mkfifo p; echo A=1 > p & ${run} --env-file p -- true`],
      ['/dev/stdin', `echo A=1 | ${run} --env-file /dev/stdin -- true`],
    ]) {
      const { status, stdout } = shell(line ?? '');
      expect(status).toBe(0);
      expect(stdout).toMatch(new RegExp(` --env-file \\S*${file}`));
    }
  });

  test('the file beside a conda file has to be one', async () => {
    await makeFifo(join(user.project, 'requirements.txt'));
    await writeFile(
      join(user.project, 'environment.yml'),
      'name: demo\ndependencies:\n  - pip:\n    - -r requirements.txt\n',
    );
    const { status, stderr } = shell('submarine env add environment.yml --image alpine');
    expect(status).toBe(65);
    expect(stderr).toContain('requirements.txt');
  });
});
