import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * The packages whose files the bundler names in front of their code.
 *
 * @param dist - the folder of the bundles
 * @param ending - of the files to look at: `.cjs` are the command's, `.js` the SDK's
 */
export async function bundledPackages(
  dist: string,
  ending: '.cjs' | '.js',
): Promise<ReadonlySet<string>> {
  const chunks = (await readdir(dist)).filter((name) => name.endsWith(ending));
  const texts = await Promise.all(chunks.map((name) => readFile(join(dist, name), 'utf8')));
  const named = /^\s*\/\/ node_modules\/(?:.*\/node_modules\/)?((?:@[^/\s]+\/)?[^/\s]+)\//gm;
  return new Set(texts.flatMap((text) => [...text.matchAll(named)].map(([, name = '']) => name)));
}
