/**
 * Bundles the command to `dist/`: one entry, and a chunk for each module that is loaded when it is first needed.
 *
 * CommonJS, because Node starts it 9 ms sooner than ES modules; not minified, so that an error can be read.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

const LAUNCH = [
  'cli/launch',
  'config/config',
  'config/paths',
  'engine/create-engine',
  'launch/launch-plan',
  'lock/lock-file',
  'lock/lock-state',
  'lock/locked-specification',
  'store/open-store',
];
const NOTICES = 'dist/THIRD-PARTY-NOTICES.md';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const bundle = await rolldown({
  input: 'src/main.ts',
  platform: 'node',
  // cosmiconfig would bring the whole compiler, for configuration files that are never run here.
  external: [/^node:/, 'typescript'],
  // What a launch loads late another command may load at once.
  checks: { ineffectiveDynamicImport: false },
});
const { output } = await bundle.write({
  dir: 'dist',
  format: 'cjs',
  // A script that is run from kept code has no import().
  dynamicImportInCjs: false,
  entryFileNames: '[name].cjs',
  // What is kept of a chunk is known by its name.
  chunkFileNames: '[name]-[hash].cjs',
  codeSplitting: {
    groups: [
      // What the entry itself needs.
      { name: 'errors', test: /\/src\/(?:errors|text\/.*)\.ts$/, priority: 3 },
      // What every command line and --help needs.
      { name: 'program', test: /\/src\/cli\/program\.ts$/, priority: 2 },
      // What `run` loads step by step is one file, with all that it needs: some 30 files would take 8 ms longer.
      { name: 'launch', test: new RegExp(`/src/(?:${LAUNCH.join('|')})\\.ts$`), priority: 1 },
    ],
  },
});
await writeFile(
  NOTICES,
  await notices(output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []))),
);
// Only what is stale goes, and last: the command may be running from here.
const written = new Set([...output.map(({ fileName }) => fileName), basename(NOTICES)]);
for (const name of await readdir('dist')) {
  if (!written.has(name)) await rm(join('dist', name), { recursive: true, maxRetries: 3 });
}

/**
 * The licences of the packages whose code is in the bundle; they ask to go wherever it goes.
 *
 * @param {readonly string[]} paths - of the modules in the bundle
 */
async function notices(paths) {
  const folders = paths.flatMap((path) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
  const texts = await Promise.all([...new Set(folders)].toSorted().map(notice));
  return `# Third-party notices\n\nThe files of this folder contain code of these packages.\n${texts.join('')}`;
}

/** @param {string} folder - of a package */
async function notice(folder) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : await readFile(join(folder, file), 'utf8');
  return `\n## ${name} ${version} (${license})\n\n${text.trim()}\n`;
}
