import { describe, expect, test } from '@jest/globals';

import { parseRemoteCode } from './remote-code.ts';

describe('an address of code', () => {
  test.each([
    ['git+https://host/me/repo.git', 'https://host/me/repo.git', undefined, 'repo'],
    ['git+https://host/me/repo@v1.0', 'https://host/me/repo', 'v1.0', 'repo'],
    [
      'git+ssh://git@host:22/me/repo.git@feature/x',
      'ssh://git@host:22/me/repo.git',
      'feature/x',
      'repo',
    ],
    ['git+file:///srv/my.repo.git@0f3a2b', 'file:///srv/my.repo.git', '0f3a2b', 'my.repo'],
  ])('%s', (text, url, ref, name) => {
    expect(parseRemoteCode(text)).toEqual({ url, ref, name });
  });

  test.each([
    'git+http://host/repo.git',
    'git+ext::sh -c id',
    'git+https://host/',
    'git+https://host/..',
    'git+https://host/repo.git@',
    'git+https://host/repo.git@--upload-pack=id',
    'git+https://host/repo.git@a..b',
    'git+https://host/repo.git@a b',
    'git+me@host:repo.git',
  ])('%s is refused', (text) => {
    expect(() => parseRemoteCode(text)).toThrow('invalid address of code');
  });

  test.each(['git+https://me:secret@host/repo.git', 'git+https://token@host/repo.git'])(
    'with a login is refused, and not shown: %s',
    (text) => {
      expect(() => parseRemoteCode(text)).toThrow(
        /^the address of the code holds a login, which every record and list of processes would show$/,
      );
    },
  );
});
