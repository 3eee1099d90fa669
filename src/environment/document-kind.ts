import { isMapping } from './finding.ts';
import { readQuickYaml } from '../yaml/quick-yaml.ts';

/** What a document of a store describes; an environment has no `kind`. */
export type DocumentKind = 'environment' | 'experiment';

const KIND_LINE = /(?<![^\n])kind[ \t]*:[ \t]+(["']?)experiment\1[ \t]*(?:#[^\n]*)?\r?(?=\n|$)/;
/** A key `kind`, in whatever way it is written. */
const KIND_KEY = /["']?kind["']?[ \t]*:/;
/** Longer ones are refused unread. */
const MAX_LENGTH = 1024 ** 2;
const START = { line: 1, column: 1 };

/**
 * The kind of a document. That of nearly all is told from their lines, so that thousands of environments cost nothing;
 * what may be written in another way is parsed.
 */
export async function findKind(text: string): Promise<DocumentKind> {
  if (KIND_LINE.test(text)) return 'experiment';
  const isPossible = KIND_KEY.test(text) && text.includes('experiment');
  if (!isPossible || text.length > MAX_LENGTH) return 'environment';
  const quick = readQuickYaml(text);
  if (quick !== undefined) return kindOf(quick);
  const { readLocatedYaml } = await import('../yaml/located-yaml.ts');
  return kindOf(readLocatedYaml(text, START).value);
}

function kindOf(value: unknown): DocumentKind {
  return isMapping(value) && value['kind'] === 'experiment' ? 'experiment' : 'environment';
}
