/**
 * Bundles the command and the SDK to `dist/`: an entry each, and chunks for the modules that are loaded when they are
 * first needed. Beside them lies the thread of the solver. Not minified, so that an error can be read.
 *
 * The command is CommonJS, because Node starts it 9 ms sooner than ES modules; the SDK is an ES module with its types.
 */
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { rolldown } from 'rolldown';

import { noticesPlugin } from './notices.js';
import { formatSdkTypes, readSdkTypes } from './sdk-types.js';
import { ToolError } from './tool-error.js';

/** What every command loads that asks the store or the settings. */
const STORE = [
  'cli/terminal/say-event',
  'config/cache-folder',
  'config/config',
  'config/paths',
  'config/selection',
  'operations/environments/list-environments',
  'operations/submarine',
  'stores/open-store',
];
/** What every command loads besides that asks an engine. */
const USER = [
  'cli/options/to-run-request',
  'cli/terminal/follow-run',
  'engines/open-engine',
  'operations/runs/find-run',
];
/** What a launch loads besides. */
const LAUNCH = [
  'lock/lock-file',
  'lock/lock-state',
  'lock/locked-specification',
  'operations/runs/start-run',
];

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const notices = noticesPlugin();
const LATE = /(?:let|const) (\w+) = require\("node:(child_process|crypto)"\);\n/g;
/**
 * What of Node itself few commands need is loaded where it is used: of the 12 ms that the store takes, 4 are those of
 * these two.
 *
 * @type {import('rolldown').Plugin}
 */
const late = {
  name: 'late',
  renderChunk: (code) =>
    [...code.matchAll(LATE)].reduce(
      (text, [declared, name, module]) =>
        text
          .replace(declared, '')
          .replaceAll(new RegExp(`\\b${name}\\.`, 'g'), `(require("node:${module}")).`),
      code,
    ),
};
// The thread is one file, which whatever else is in the folder can name. Its WebAssembly lies beside it: in the form of
// rattler that has it within itself as text, 4 MB of JavaScript are to be read, which takes 60 ms more.
const rattler = createRequire(import.meta.url).resolve('@conda-org/rattler');
// One after the other: the notices that are written last are those of all.
const thread = await bundle(
  'src/solver/solver-worker.ts',
  { format: 'cjs', entryFileNames: '[name].cjs', codeSplitting: false },
  {
    resolve: { alias: { '@conda-org/rattler': rattler } },
    plugins: [notices, besideIt(join(dirname(rattler), 'js_rattler_bg.wasm'))],
  },
);
const sdk = await bundle('src/sdk.ts', {
  format: 'esm',
  entryFileNames: '[name].js',
  chunkFileNames: '[name]-[hash].js',
});
const command = await bundle(
  'src/main.ts',
  {
    format: 'cjs',
    // A script that is run from kept code has no import().
    dynamicImportInCjs: false,
    entryFileNames: '[name].cjs',
    // What is kept of a chunk is known by its name.
    chunkFileNames: '[name]-[hash].cjs',
    codeSplitting: {
      groups: [
        // What the entry itself needs.
        {
          name: 'errors',
          test: /\/src\/(?:errors|once|cli\/exit-codes|text\/.*)\.ts$/,
          priority: 3,
        },
        // What every command line and --help needs.
        { name: 'program', test: /\/src\/cli\/program\.ts$/, priority: 2 },
        // What is loaded step by step is one file, with all that it needs: some 30 files would take 8 ms longer.
        { name: 'store', test: filesOf(STORE), priority: 2 },
        { name: 'user', test: filesOf(USER), priority: 1.5 },
        { name: 'launch', test: filesOf(LAUNCH), priority: 1 },
      ],
    },
  },
  { plugins: [notices, late] },
);
const types = formatSdkTypes(await readSdkTypes().catch(stop));
await writeFile('dist/sdk.d.ts', types);
// Only what is stale goes, and last: the command may be running from here.
const fresh = new Set([...thread, ...sdk, ...command, 'sdk.d.ts']);
for (const name of await readdir('dist')) {
  if (!fresh.has(name)) await rm(join('dist', name), { recursive: true, maxRetries: 3 });
}

/**
 * @param {string} input
 * @param {import('rolldown').OutputOptions} output
 * @param {import('rolldown').InputOptions} more
 * @returns {Promise<readonly string[]>} the files, from `dist` on
 */
async function bundle(input, output, more = {}) {
  const build = await rolldown({
    input,
    platform: 'node',
    plugins: [notices],
    // cosmiconfig would bring the whole compiler, for configuration files that are never run here.
    external: [/^node:/, 'typescript'],
    // What a launch loads late another command may load at once.
    checks: { ineffectiveDynamicImport: false },
    ...more,
  });
  const { output: files } = await build.write({ dir: 'dist', ...output }).catch(stop);
  return files.map(({ fileName }) => fileName);
}

/** @param {readonly string[]} names - of files in `src/` */
function filesOf(names) {
  return new RegExp(`/src/(?:${names.join('|')})\\.ts$`);
}

/**
 * @param {string} path - of a file that a bundle reads from its own folder
 * @returns {import('rolldown').Plugin}
 */
function besideIt(path) {
  return {
    name: 'beside-it',
    async generateBundle() {
      this.emitFile({ type: 'asset', fileName: basename(path), source: await readFile(path) });
    },
  };
}

/**
 * What a tool stops for is said in two lines. All else is a fault, with its stack.
 *
 * @param {unknown} error - rolldown's, which holds those of its plugins
 * @returns {never}
 */
function stop(error) {
  const [cause] = error instanceof Error && 'errors' in error ? [error.errors].flat() : [error];
  if (!(cause instanceof ToolError)) throw error;
  console.error(`build: ${cause.message}\n  ${cause.hint}`);
  process.exit(1);
}
