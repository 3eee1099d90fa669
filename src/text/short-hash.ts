import { createHash } from 'node:crypto';

/** The first 16 hexadecimal digits of a text's SHA-256: a name for what has no name that a file could have. */
export function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
