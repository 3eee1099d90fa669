/**
 * The scripts that run in containers, and the files of `bootstrap/parts/` that each is made of, in their order: what
 * starts a script is its last part.
 */
export const PARTS = new URL('../bootstrap/parts/', import.meta.url);

/** @type {Readonly<Record<string, readonly string[]>>} */
export const ASSEMBLED = {
  'submarine-bootstrap.sh': [
    ...[
      'contract',
      'build-contract',
      'strict',
      'common',
      'given',
      'user',
      'secrets',
      'image',
      'kernel',
    ],
    ...['build', 'builder', 'build-folders', 'ownership', 'locks', 'waiting', 'progress'],
    ...['solve', 'install', 'archives', 'conda', 'pip', 'finish', 'failures'],
    ...['activation', 'conda-variables', 'json', 'scripts', 'user-base'],
    ...['kept-environment', 'entering', 'notebook', 'command', 'main'],
  ],
  'submarine-cache.sh': [
    ...['cache-contract', 'strict', 'common', 'ownership', 'locks', 'progress'],
    ...['cache-folders', 'cache-kernels', 'cache-list', 'cache-records'],
    ...['cache-remove', 'cache-clear', 'cache-main'],
  ],
  'submarine-platform.sh': ['platform-contract', 'strict', 'platform', 'platform-main'],
};
