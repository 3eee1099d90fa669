import { expect, test } from '@jest/globals';

import { userFolders } from './paths.ts';

test("the folders are XDG's, below the home folder", () => {
  expect(userFolders({ HOME: '/home/me' })).toEqual({
    home: '/home/me',
    config: '/home/me/.config/submarine',
    data: '/home/me/.local/share/submarine',
    state: '/home/me/.local/state/submarine',
    cache: '/home/me/.cache/submarine',
    host: '/home/me/.cache/submarine-host',
  });
});

test('a variable moves a folder, unless it is relative', () => {
  const { data, cache } = userFolders({
    HOME: '/home/me',
    XDG_DATA_HOME: '/d',
    XDG_CACHE_HOME: 'c',
  });

  expect([data, cache]).toEqual(['/d/submarine', '/home/me/.cache/submarine']);
});
