import { expect, test } from '@jest/globals';

import { folderShell, volumeShell } from './cache-shell.ts';
import { ForeignFilesError } from './foreign-files-error.ts';
import { KernelCache } from './kernel-cache.ts';

test('what to type is said for a folder and for a volume', () => {
  const folder = new KernelCache(folderShell("/home/o'me/cache", '', {}), '/host');
  const volume = new KernelCache(volumeShell('submarine', '', {} as never), '/host');

  expect(new ForeignFilesError(folder, ['pip', 'pkgs'], { freedBytes: 7 })).toMatchObject({
    kind: 'cannot-write',
    data: { paths: ['pip', 'pkgs'], done: { freedBytes: 7 } },
    remedy: `type: sudo rm -rf '/home/o'\\''me/cache/pip' '/home/o'\\''me/cache/pkgs'`,
  });
  expect(new ForeignFilesError(volume, ['pip'], undefined).remedy).toBe(
    'in a container with the volume submarine at /submarine: rm -rf /submarine/pip',
  );
});
