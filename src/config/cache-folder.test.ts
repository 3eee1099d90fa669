import { chown, mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';

import { afterEach, expect, jest, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { cacheFolder } from './cache-folder.ts';
import { userFolders } from './paths.ts';

const FOLDERS = userFolders({ HOME: '/home/me' });

test('kernels have the folder that the settings name, else that of the user', () => {
  expect(cacheFolder({}, FOLDERS)).toBe('/home/me/.cache/submarine');
  expect(cacheFolder({ cache: '/big/kernels' }, FOLDERS)).toBe('/big/kernels');
  expect(cacheFolder({ cache: '/home/me/.cache/submarine' }, FOLDERS)).toBe(
    '/home/me/.cache/submarine',
  );
});

test.each([
  '/',
  '/home/me',
  '/home/me/.cache',
  '/home/me/.cache/submarine-host',
  '/home/me/.local',
  '/home/me/.config/submarine/kernels',
  '/home/me/.local/share/submarine/kernels',
  '/home/me/.cache/submarine-host/logs',
])('but not %s, in which lies what no container may write', (cache) => {
  expect(() => cacheFolder({ cache }, FOLDERS)).toThrow('and containers write to it');
});

test.each([
  ['around the configuration', 'XDG_CONFIG_HOME', ''],
  ['in the configuration', 'XDG_CONFIG_HOME', 'submarine/deep'],
  ['which is the one for the store', 'XDG_DATA_HOME', 'submarine'],
])('the default one is refused where a link makes it one %s', async (_what, variable, target) => {
  const home = await temporaryDirectory();
  await mkdir(join(home, 'real/submarine/deep'), { recursive: true });
  await mkdir(join(home, '.cache'));
  await symlink(join(home, 'real', target), join(home, '.cache/submarine'));
  const folders = userFolders({ HOME: home, [variable]: join(home, 'real') });

  expect(() => cacheFolder({}, folders)).toThrow('and containers write to it');
});

test('a link in a circle is an error that names it', async () => {
  const home = await temporaryDirectory();
  await symlink('circle', join(home, 'circle'));

  expect(() => cacheFolder({ cache: join(home, 'circle') }, FOLDERS)).toThrow(
    `"${home}/circle" (ELOOP)`,
  );
});

test.each(['.cache/submarine', '.cache/submarine-host'])(
  "another user's %s is neither used nor taken over",
  async (name) => {
    const home = await temporaryDirectory();
    const folder = join(home, name);
    await mkdir(folder, { recursive: true });
    const owner = await giveAway(folder);
    const refused = {
      kind: 'invalid',
      message: `refusing to use the folder "${folder}": uid ${owner} owns it`,
    };

    await expect(async () => cacheFolder({}, userFolders({ HOME: home }))).rejects.toMatchObject(
      refused,
    );
    await expect(makePrivateFolder(folder)).rejects.toMatchObject(refused);
  },
);

/** Gives it to another user; who may not do that looks as another. */
async function giveAway(folder: string): Promise<number> {
  const own = process.getuid?.() ?? 0;
  if (own !== 0) {
    jest.spyOn(process, 'getuid').mockReturnValue(own + 1);
    return own;
  }
  await chown(folder, 12_345, 12_345);
  return 12_345;
}

afterEach(() => {
  jest.restoreAllMocks();
});
