import { createHash } from 'node:crypto';
import { isAbsolute } from 'node:path';

import { realTarget } from '../files/confined.ts';

/**
 * The name of a cache in the host's own folder, where what is known of its kernels lies: 16 hexadecimal digits.
 *
 * @param location - a folder's path, through links or not, or the name of a volume
 */
export function locationName(location: string): string {
  const place = isAbsolute(location) ? realTarget(location) : location;
  return createHash('sha256').update(place).digest('hex').slice(0, 16);
}
