import { rm } from 'node:fs/promises';

import { rolldown } from 'rolldown';

/**
 * Bundles the command to `dist/`: one entry, and a chunk for each module that is loaded when it is first needed.
 * CommonJS, because Node starts it 9 ms sooner than ES modules; not minified, so that an error can be read.
 */
export async function build() {
  await rm('dist', { recursive: true, force: true });
  const bundle = await rolldown({
    input: 'src/main.ts',
    platform: 'node',
    // cosmiconfig would bring the whole compiler, for configuration files that are never run here.
    external: [/^node:/, 'typescript'],
  });
  await bundle.write({
    dir: 'dist',
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
    sourcemap: false,
  });
}

await build();
