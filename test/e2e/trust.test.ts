import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { temporaryDirectory } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

let user: User;
/** A folder like /tmp, with a configuration file that anybody may have put there. */
let shared: string;
let file: string;

beforeEach(async () => {
  user = await newUser();
  shared = join(await temporaryDirectory(), 'shared');
  file = join(shared, '.submarinerc');
  await mkdir(join(shared, 'work'), { recursive: true });
  await chmod(shared, 0o1777);
  await writeFile(file, 'env: theirs\n');
  if (process.getuid?.() === 0) await chown(file, 12_345, 12_345);
});

describe('a configuration file of somebody else', () => {
  test('is not obeyed until it is accepted, nor when it has changed or been revoked', async () => {
    await user.run(['env', 'add', '--name', 'theirs', '--image', 'alpine']);
    const current = () => user.run(['env', 'current'], { cwd: join(shared, 'work') });
    const warning = `  accept it: submarine trust ${shared}\n`;

    const before = await current();
    expect(before.code).toBe(66);
    expect(before.stderr).toContain(`submarine: warning: ignoring "${file}": `);
    expect(before.stderr).toContain(warning);
    expect(before.stderr.match(/warning/g)).toHaveLength(1);

    expect(await user.run(['trust', shared, '--dry-run'])).toMatchObject({ stdout: `${file}\n` });
    expect((await current()).code).toBe(66);
    expect(await user.run(['trust', '.'], { cwd: shared })).toEqual({
      code: 0,
      stdout: `${file}\n`,
      stderr: '',
    });
    expect(await current()).toEqual({ code: 0, stdout: 'theirs\n', stderr: '' });
    expect((await user.run(['trust', 'list'])).stdout).toBe(
      `${'PATH'.padEnd(file.length)}  STATE\n${file}  accepted\n`,
    );

    await writeFile(file, 'env: attack\n');
    const changed = await current();
    expect([changed.code, changed.stdout]).toEqual([66, '']);
    expect(changed.stderr).toContain('it has changed since you accepted it');
    expect(JSON.parse((await user.run(['trust', 'list', '-o', 'json'])).stdout)).toEqual([
      { path: file, state: 'changed' },
    ]);

    await user.run(['trust', shared]);
    expect((await user.run(['trust', 'revoke', shared, '--dry-run'])).stdout).toBe(`${file}\n`);
    expect((await user.run(['trust', 'list', '-o', 'name'])).stdout).toBe(`${file}\n`);
    expect((await user.run(['trust', 'revoke', shared])).stdout).toBe(`${file}\n`);
    expect((await current()).code).toBe(66);
    expect((await user.run(['trust', 'revoke', shared])).code).toBe(66);
    expect((await user.run(['trust', 'list', '-o', 'json'])).stdout).toBe('[]\n');
  });

  test('cannot be accepted where there is none, or what is none', async () => {
    expect((await user.run(['trust', join(shared, 'work')])).code).toBe(66);
    expect((await user.run(['trust', join(shared, 'not-there')])).code).toBe(66);
    expect((await user.run(['trust'])).code).toBe(2);
    await mkdir(join(shared, 'work/.submarinerc'));
    expect(await user.run(['trust', join(shared, 'work')])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('is a folder, not a configuration file'),
    });
  });

  test('is not obeyed by the command itself, whoever runs it', async () => {
    // Only root can start it as another user.
    const ids = process.getuid?.() === 0 ? { uid: 54_321, gid: 54_321 } : undefined;
    const home = await temporaryDirectory();
    if (ids) await chown(home, ids.uid, ids.gid);
    await chmod(join(shared, '..'), 0o755);
    const run = (...argv: string[]) =>
      spawnSync(process.execPath, [BUILT, ...argv], {
        ...ids,
        cwd: join(shared, 'work'),
        env: { HOME: home },
        encoding: 'utf8',
      });

    for (const name of ['theirs', 'mine']) {
      expect(run('env', 'add', '--name', name, '--image', 'alpine')).toMatchObject({ status: 0 });
    }
    expect(run('env', 'current')).toMatchObject({
      status: 66,
      stderr: expect.stringContaining(`accept it: submarine trust ${shared}\n`),
    });
    expect(run('trust', '..')).toMatchObject({ status: 0, stdout: `${file}\n`, stderr: '' });
    expect(run('env', 'current')).toMatchObject({ status: 0, stdout: 'theirs\n', stderr: '' });
    await chmod(shared, 0o755);
    await writeFile(file, 'env: mine\n');
    if (ids) await chown(file, ids.uid, ids.gid);
    expect(run('env', 'current')).toMatchObject({ status: 0, stdout: 'mine\n', stderr: '' });
  });
});
