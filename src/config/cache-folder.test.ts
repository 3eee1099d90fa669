import { expect, test } from '@jest/globals';

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
])('but not %s, in which lies what no container may write', (cache) => {
  expect(() => cacheFolder({ cache }, FOLDERS)).toThrow('and containers write to it');
});
