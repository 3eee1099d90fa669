import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const ADD = ['env', 'add', '--name', 'abc', '--image', 'alpine'];

let user: User;

beforeEach(async () => {
  user = await newUser();
});

describe("a project's store", () => {
  const attack = ['--description', '$(touch pwned)'];

  test.each([
    ['~/.zshenv', []],
    ['file:../.zshenv', []],
    ['environments.yaml', ['environments.yaml']],
    ['.config/environments.yaml', ['.config']],
  ])("cannot make %s a file that the user's next shell runs", async (store, links) => {
    for (const link of links) {
      await symlink(link === '.config' ? user.home : '../.zshenv', join(user.project, link));
    }
    await writeFile(join(user.project, '.submarinerc'), `store: ${store}\n`);
    const before = await readdir(user.home);

    const { code, stdout, stderr } = await user.run([...ADD, ...attack]);

    expect([code, stdout]).toEqual([65, '']);
    expect(stderr).toBe(
      `${user.project}/.submarinerc:1:8: store cannot be this: write a regular .yaml or .yml file inside the project\n`,
    );
    expect(await readdir(user.home)).toEqual(before);
  });

  test('is said to be changed, once a command, and only where it is', async () => {
    await writeFile(join(user.project, '.submarinerc'), 'store: team/environments.yaml\n');
    const store = join(user.project, 'team/environments.yaml');
    const said = `submarine: changed the store of this project, "${store}"\n`;
    const url = 'https://conda.anaconda.org/conda-forge/noarch/a-1-0.conda';
    const lock = `@EXPLICIT\n${url}#${'0'.repeat(32)}\n`;
    const locked = [...ADD.slice(0, 3), 'locked', '--image', 'alpine', '--lock-file', '-'];

    expect((await user.run([...ADD, '--dry-run'])).stderr).toBe('');
    expect(await user.run(ADD)).toEqual({ code: 0, stdout: 'abc\n', stderr: said });
    expect((await user.run([...ADD, '--replace'])).stderr).toBe('');
    expect((await user.run(locked, { stdin: lock })).stderr).toBe(said);
    expect((await user.run([...ADD, '--store', 'team/other.yaml'])).stderr).toBe('');
    expect((await user.run(['env', 'delete', '--yes', 'abc', 'locked'])).stderr).toBe(said);
    expect((await user.run(ADD, { env: { SUBMARINE_STORE: store } })).stderr).toBe('');
    expect(await readFile(store, 'utf8')).toContain('name: abc\n');
  });

  test("and a change to the user's own is not", async () => {
    const folder = join(user.home, '.config/submarine');
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'config.yaml'), 'store: ~/mine.yaml\n');
    await writeFile(join(user.project, '.submarinerc'), 'env: abc\n');

    expect(await user.run(ADD)).toEqual({ code: 0, stdout: 'abc\n', stderr: '' });
  });
});

describe('a broken configuration of a project', () => {
  test.each([
    ['env: [\n', ':2:1: warning: '],
    ['user: root\n', ':1:1: warning: a project cannot set user'],
  ])('%j is a warning to those who look, and stops the others', async (text, place) => {
    await user.run(ADD);
    await writeFile(join(user.project, '.submarinerc'), text);

    for (const argv of [['list', '-o', 'name'], ['show', 'abc'], ['current']]) {
      const { stdout, stderr } = await user.run(['env', ...argv]);
      expect(stderr).toContain(`${user.project}/.submarinerc${place}`);
      if (argv[0] !== 'current') expect(stdout).toContain('abc');
    }
    for (const argv of [
      ['env', 'select', 'abc'],
      [...ADD, '--replace'],
      ['env', 'delete', '--yes', 'abc'],
      ['run', '--env', 'abc', '--dry-run', 'true'],
    ]) {
      const { code, stdout, stderr } = await user.run(argv);
      expect([code, stdout]).toEqual([65, '']);
      expect(stderr).toContain(`${user.project}/.submarinerc${place.replace(' warning:', '')}`);
    }
  });

  test('with an unknown key is used, with a warning that is said once', async () => {
    await user.run(ADD);
    await writeFile(join(user.project, '.submarinerc'), 'env: abc\nshm-sise: 2g\n');

    expect(await user.run(['env', 'current'])).toEqual({
      code: 0,
      stdout: 'abc\n',
      stderr: `${user.project}/.submarinerc:2:1: warning: there is no setting "shm-sise": did you mean shm-size?\n`,
    });
  });
});
