import { expect, test } from '@jest/globals';

import type { Warning } from '../../operations/events.ts';
import { warningLines } from './warnings.ts';

const image = 'ml/cuda:12.4';

test.each<[Warning, readonly string[]]>([
  [
    { code: 'image-moved', image, isGone: false },
    [`submarine: ${image} is another image than when it was locked; the locked one runs`],
  ],
  [
    { code: 'image-moved', image, isGone: true },
    [`submarine: ${image} is no image any more; the locked one runs`],
  ],
  [
    { code: 'locked-image-missing', image },
    [
      `submarine: the locked image of ${image} was never pushed and is not on this engine`,
      '  the image of that name runs; lock again where it is the right one',
    ],
  ],
])('of %j a person reads %j', (warning, lines) => {
  expect(warningLines(warning)).toEqual(lines);
});
