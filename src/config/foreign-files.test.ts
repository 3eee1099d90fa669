import { spawnSync } from 'node:child_process';
import { chmod, chown, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { beforeEach, describe, expect, jest, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { Configuration } from './config.ts';
import { readConfiguration } from './config.ts';
import { loadConfigurationFile } from './explorer.ts';
import { userFolders } from './paths.ts';
import { createTrust } from './trust.ts';

const isRoot = process.getuid?.() === 0;

/** `shared` is a folder with a configuration file, and `home/.submarinerc` one that the user may want to name. */
let home: string;
let shared: string;
let file: string;
let user: { uid: number; gid: number };

beforeEach(async () => {
  const folder = await temporaryDirectory();
  home = join(folder, 'home');
  shared = join(folder, 'shared');
  file = join(shared, '.submarinerc');
  user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  await mkdir(join(shared, 'deep/down'), { recursive: true });
  await mkdir(home);
  await writeFile(file, 'env: theirs\n');
});

function configuration(cwd = join(shared, 'deep/down'), tolerant = false): Promise<Configuration> {
  return readConfiguration({ cwd, user, tolerant }, userFolders({ HOME: home }));
}

const trust = () => createTrust(userFolders({ HOME: home }).state);
const trustedFile = (): string => join(home, '.local/state/submarine/trusted.json');
const accept = async (path: string): Promise<void> =>
  trust().accept(await loadConfigurationFile(path));

/** Gives it to another user; who may not do that looks as another. */
async function giveAway(path: string): Promise<void> {
  if (isRoot) await chown(path, 12_345, 12_345);
  else user = { uid: user.uid + 1, gid: user.gid + 1 };
}

/** Each makes the file, or the way to it, another user's. */
const ATTACKS: Readonly<Record<string, () => Promise<void>>> = {
  'another user owns the file': () => giveAway(file),
  'another user owns the folder': () => giveAway(shared),
  'anyone can write to the file': () => chmod(file, 0o646),
  'anyone can write to the folder': () => chmod(shared, 0o757),
  'the folder is like /tmp': () => chmod(shared, 0o1777),
  "a group that is not the user's can write to the folder": async () => {
    await chmod(shared, 0o775);
    user = { ...user, gid: user.gid + 1 };
  },
  "a group that is not the user's can write to the file": async () => {
    await chmod(file, 0o664);
    user = { ...user, gid: user.gid + 1 };
  },
  'it is a link to a file in a folder that anyone can write to': async () => {
    await mkdir(join(home, 'open'));
    await chmod(join(home, 'open'), 0o777);
    await moveTo(join(home, 'open/a.yaml'));
  },
  'it is a link in a folder that anyone can write to': async () => {
    await moveTo(join(home, 'a.yaml'));
    await chmod(shared, 0o777);
  },
  'a link on the way to it lies in such a folder': async () => {
    await mkdir(join(home, 'open'));
    await moveTo(join(home, 'a.yaml'));
    await rm(file);
    await symlink(join(home, 'a.yaml'), join(home, 'open/link'));
    await symlink(join(home, 'open/link'), file);
    await chmod(join(home, 'open'), 0o777);
  },
  'a step up in a link leads to such a folder, and a decoy lies where the text alone would lead':
    async () => {
      await mkdir(join(home, 'open/deep'), { recursive: true });
      await moveTo(join(home, 'open/a.yaml'));
      await writeFile(join(shared, 'a.yaml'), 'env: decoy\n');
      await rm(file);
      await symlink(join(home, 'open/deep'), join(shared, 'way'));
      await symlink('way/../a.yaml', file);
      await chmod(join(home, 'open'), 0o777);
    },
  'its .config lies in such a folder': async () => {
    await rm(file);
    file = join(shared, '.config/submarinerc.yaml');
    await mkdir(dirname(file));
    await writeFile(file, 'env: theirs\n');
    await chmod(shared, 0o777);
  },
};

async function moveTo(path: string): Promise<void> {
  await rm(file);
  await writeFile(path, 'env: theirs\n');
  await symlink(path, file);
}

describe('a file is not read where', () => {
  test.each(Object.keys(ATTACKS))('%s, until it is accepted', async (attack) => {
    await ATTACKS[attack]?.();

    const { settings, warnings } = await configuration();
    expect(settings).toEqual({});
    expect(warnings).toEqual([
      {
        message: expect.stringMatching(`^ignoring "${file}": .*(owns|can write to) "`),
        foreignFolder: shared,
      },
    ]);

    await accept(file);
    expect(await configuration()).toMatchObject({ settings: { env: 'theirs' }, warnings: [] });
  });
});

test.each([
  ["the user's own group", 0o775],
  ['nobody else', 0o755],
])('a file in a folder that %s may write to is read without a question', async (_who, mode) => {
  await chmod(shared, mode);

  expect(await configuration()).toMatchObject({ settings: { env: 'theirs' }, warnings: [] });
});

test('the search goes on above a file that is not read', async () => {
  await writeFile(join(shared, 'deep/.submarinerc'), 'env: attack\n');
  await giveAway(join(shared, 'deep/.submarinerc'));
  if (!isRoot) return;

  expect((await configuration()).settings).toEqual({ env: 'theirs' });
});

test('an accepted file that changed is not read, says so, and may be accepted again', async () => {
  await chmod(shared, 0o777);
  await accept(file);
  await writeFile(file, 'env: attack\n');

  const { settings, warnings } = await configuration();
  expect(settings).toEqual({});
  expect(warnings[0]?.message).toContain('it has changed since you accepted it, and anyone can');
  expect(await trust().list()).toEqual([{ path: file, state: 'changed' }]);
  await accept(file);
  expect((await configuration()).settings).toEqual({ env: 'attack' });
});

test('an accepted file is a project still, and may set no more than one', async () => {
  await writeFile(file, 'env: theirs\nengine-args: [--privileged]\n');
  await chmod(shared, 0o777);
  await accept(file);

  await expect(configuration()).rejects.toThrow(`${file}:2:1: a project cannot set engine-args`);
});

test('a FIFO that others put there is never opened, and stops nobody', async () => {
  await accept(file);
  await rm(file);
  spawnSync('mkfifo', [file]);
  await chmod(shared, 0o777);

  expect((await configuration()).warnings[0]?.message).toContain('it has changed since');
  expect(await trust().list()).toEqual([{ path: file, state: 'changed' }]);
});

test('an accepted file is known by its bytes, not by what they would be as text', async () => {
  await writeFile(file, Buffer.from('env: theirs # \xff\n', 'latin1'));
  await chmod(shared, 0o777);
  await accept(file);
  await writeFile(file, Buffer.from('env: theirs # \xfe\n', 'latin1'));

  expect(await trust().list()).toEqual([{ path: file, state: 'changed' }]);
});

test('what was accepted is kept for the user alone, and revoked by its path', async () => {
  await chmod(shared, 0o777);
  await accept(file);

  expect((await stat(trustedFile())).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(trustedFile()))).mode & 0o777).toBe(0o700);
  expect(JSON.parse(await readFile(trustedFile(), 'utf8'))).toEqual({
    [file]: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  await trust().revoke([file]);
  expect(await trust().list()).toEqual([]);
  expect((await configuration()).settings).toEqual({});
});

test('a list of accepted files in a folder of another user accepts nothing', async () => {
  await chmod(shared, 0o777);
  await accept(file);
  const state = dirname(trustedFile());
  // Who may not give it away looks as another.
  const asOther = isRoot ? undefined : jest.spyOn(process, 'getuid').mockReturnValue(user.uid + 1);
  if (isRoot) await chown(state, 12_345, 12_345);

  await expect(configuration()).rejects.toMatchObject({
    kind: 'invalid',
    message: expect.stringMatching(`^refusing to use the folder "${state}": uid \\d+ owns it$`),
  });
  asOther?.mockRestore();
});

test('several that accept at once lose nothing', async () => {
  const paths = ['a', 'b', 'c', 'd'].map((name) => join(home, name));
  for (const path of paths) await writeFile(path, '');

  await Promise.all(paths.map(accept));

  expect(await trust().list()).toEqual(paths.map((path) => ({ path, state: 'accepted' })));
  await rm(paths[0] ?? '');
  expect((await trust().list())[0]?.state).toBe('gone');
});

test.each(['{', '[]', '1', '{"/a": 1}', '{"/a": "x"}'])(
  'a broken list of accepted files, %s, is an error that names it',
  async (text) => {
    await mkdir(dirname(trustedFile()), { recursive: true });
    await writeFile(trustedFile(), text);
    await chmod(shared, 0o777);

    await expect(configuration()).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`"${trustedFile()}"`),
    });
    const { warnings } = await configuration(undefined, true);
    expect(warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining(`"${trustedFile()}" is not`),
      'no configuration of a project is used',
    ]);
  },
);
