import { expect, test } from '@jest/globals';

import { UsageError } from '../errors.ts';
import { parseVolume } from './mounts.ts';

test.each([
  ['data:/data', { type: 'volume', source: 'data', target: '/data' }],
  ['/srv/x:/data:ro', { type: 'bind', source: '/srv/x', target: '/data', readOnly: true }],
  ['./x:/data', { type: 'bind', source: '/home/me/x', target: '/data' }],
  ['../x:/data:rw', { type: 'bind', source: '/home/x', target: '/data' }],
  ['.:/data:z', { type: 'bind', source: '/home/me', target: '/data', relabel: 'shared' }],
  ['sub/x:/data', { type: 'bind', source: '/home/me/sub/x', target: '/data' }],
  [
    '/x:/x:ro,rslave,cached',
    { type: 'bind', source: '/x', target: '/x', readOnly: true, propagation: 'rslave' },
  ],
  ['data:/data:nocopy', { type: 'volume', source: 'data', target: '/data', noCopy: true }],
  ['/data', { type: 'volume', target: '/data' }],
])('%s is read', (text, mount) => {
  expect(parseVolume(text, '/home/me')).toEqual(mount);
});

test.each(['x:/a/../b', 'x:data', '', ':/x', 'x:', 'a:/b:ro:c', '/a/..', 'a:/b:readonly'])(
  '%j is refused',
  (text) => {
    expect(() => parseVolume(text, '/home/me')).toThrow(UsageError);
  },
);
