import { expect, test } from '@jest/globals';

import { refuseCredentials, withoutCredentials } from './credentials.ts';

test.each([
  ['https://ann:pw@host.example/x', 'https://host.example/x'],
  ['https://ann:p@w@host.example/x', 'https://host.example/x'],
  ['https://host.example/t/tk-12-34/x/label/y', 'https://host.example/x/label/y'],
  ['https://host.example/conda/t/tk-12-34', 'https://host.example/conda'],
  ['file:///srv/t', 'file:///srv/t'],
])('%s without its credentials is %s', (address, expected) => {
  expect(withoutCredentials(address)).toBe(expected);
});

test.each([
  'git+ssh://git@git.example/t/tool.git',
  'git+https://me@dev.example/team/_git/tool',
  'https://me@repo.example/simple',
  'https://host.example/t/',
  'https://host.example/a/t/tool.whl',
])('%s holds no secret', (address) => {
  expect(refuseCredentials(address)).toBeUndefined();
});

test.each([
  'https://me:$TOKEN@repo.example/simple',
  'https://${TOKEN}@repo.example/simple',
  'https://<TOKEN>@repo.example/simple',
  'https://me:@repo.example/simple',
  'https://repo.example/t/<TOKEN>/team',
  'tool @ git+https://{{ token }}@git.example/tool'.replaceAll(' ', ''),
])('%s holds a placeholder, which is no password', (address) => {
  expect(refuseCredentials(address)?.message).toContain('a placeholder for a login');
});

test('what helps git is told where git logs in', () => {
  const { remedy } = refuseCredentials('git+https://me:pw@git.example/a') ?? {};
  expect(remedy).toBe(
    'leave it out, and name a repository that needs no login, or a release of an index',
  );
});
