import { createHash } from 'node:crypto';

/** The version of a document of the store: its text alone decides. */
export function versionOf({ text }: { readonly text: string }): string {
  return createHash('sha256').update(text).digest('hex');
}
