/**
 * What each place of `src/` may import, from the ground up; the linter holds it (`tools/lint-rules.js`). A place is a
 * folder, or a file without its ending; of two that a file lies in the longer one counts.
 */

/** Values and types of everybody. */
const GROUND = ['errors', 'text', 'variables', 'defined-only', 'once'];

const PURE = ['lock', 'experiment', 'environment', 'kernel', ...GROUND];

/** What a face knows beside the operations: pure values, names, and where a user's folders are. */
const FACE = [
  'operations',
  'experiment',
  'launch',
  'lock',
  'config/paths',
  'engines/engine-names',
  ...GROUND,
];

/** @type {Readonly<Record<string, readonly string[]>>} */
export const MAY_IMPORT = {
  text: [],
  variables: [],
  'defined-only': [],
  once: [],
  'built-files': [],
  errors: ['text'],
  files: ['errors', 'text'],
  kernel: ['errors', 'text'],
  yaml: ['errors', 'text'],
  environment: ['kernel', 'yaml', 'errors', 'text'],
  experiment: ['environment', 'yaml', 'errors', 'text'],
  lock: ['environment', 'kernel', 'yaml', 'errors', 'text'],
  launch: ['lock', 'environment', 'kernel', ...GROUND],
  engines: ['launch', 'files', ...GROUND],
  'kernel-cache': ['engines', 'launch', 'lock', 'files', ...GROUND],
  web: ['kernel', 'files', ...GROUND],
  solver: ['web', 'lock', 'kernel', 'files', 'built-files', ...GROUND],
  downloads: ['web', 'kernel', 'files', ...GROUND],
  stores: ['experiment', 'environment', 'kernel', 'yaml', 'files', ...GROUND],
  git: ['files', ...GROUND],
  'run-records': ['launch', 'git', 'files', ...GROUND],
  config: ['engines/engine-names', 'yaml', 'files', ...GROUND],
  operations: [
    ...['kernel-cache', 'engines', 'launch', 'solver', 'downloads', 'stores', 'config', 'files'],
    ...['run-records', 'git', 'web'],
    ...PURE,
  ],
  cli: FACE,
  sdk: ['stores/store-errors', ...FACE],
  main: ['cli', 'once'],
};

/**
 * Of what a face may know the types alone: what comes out of an operation.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const MAY_IMPORT_TYPES = {
  cli: ['kernel-cache', 'run-records', 'engines', 'experiment', 'environment', 'kernel', 'config'],
  sdk: [
    'kernel-cache',
    'run-records',
    'git',
    'engines',
    'experiment',
    'environment',
    'kernel',
    'config',
    'stores',
  ],
};

/**
 * The places that alone may import a module: what belongs to a terminal or to the process is a face's.
 *
 * @type {Readonly<Record<string, readonly string[]>>}
 */
export const ONLY_IN = {
  commander: ['cli'],
  chalk: ['cli'],
  readline: ['cli'],
  'readline/promises': ['cli'],
  process: ['sdk'],
  console: [],
};

/** Outside of `engines/` nothing may depend on which of them an engine is. */
export const ENGINES = ['docker', 'podman', 'kubernetes'];
