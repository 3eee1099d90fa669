import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import { parseVolume } from './mounts.ts';

test.each([
  ['data:/data', 'data:/data', undefined],
  ['/srv/x:/data:ro', '/srv/x:/data:ro', '/srv/x'],
  ['./x:/data', '/home/me/x:/data', '/home/me/x'],
  ['../x:/data', '/home/x:/data', '/home/x'],
  ['.:/data', '/home/me:/data', '/home/me'],
  ['sub/x:/data', '/home/me/sub/x:/data', '/home/me/sub/x'],
  ['/data', '/data', undefined],
])('%s is handed on as %s', (text, argument, localPath) => {
  expect(parseVolume(text, '/home/me')).toEqual({ argument, localPath });
});

test.each(['x:/a/../b', 'x:data', '', ':/x', 'x:', 'a:/b:ro:c', '/a/..'])(
  '%j is refused',
  (text) => {
    expect(() => parseVolume(text, '/home/me')).toThrow(UsageError);
  },
);
