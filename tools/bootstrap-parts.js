/**
 * The scripts that run in containers, and the files of `bootstrap/parts/` that each is made of, in their order. A part
 * that ends in `main` starts what stands before it; of the bootstrap it has two, since a shell reads no further than
 * it runs, and a start of a command need not read what only a build does.
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
    ...['progress', 'activation', 'conda-variables', 'json', 'scripts', 'user-base', 'home'],
    ...['kept-environment', 'entering', 'script-python', 'notebook', 'execute', 'command', 'main'],
    ...['build', 'builder', 'build-folders', 'ownership', 'locks', 'waiting'],
    ...['solve', 'install', 'archives', 'conda', 'pip', 'finish', 'failures', 'build-main'],
  ],
  'submarine-cache.sh': [
    ...['cache-contract', 'strict', 'common', 'ownership', 'locks', 'progress'],
    ...['cache-folders', 'cache-kernels', 'cache-list', 'cache-records'],
    ...['cache-remove', 'cache-clear', 'cache-main'],
  ],
  'submarine-homes.sh': ['homes-contract', 'strict', 'cache-folders', 'homes-main'],
  'submarine-platform.sh': ['platform-contract', 'strict', 'platform', 'platform-main'],
};
