// From a fresh clone to an experiment that trains in a kernel in a container: `npm run quickstart`.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureEngine } from './engine.js';
import { ensureImages, tagImage } from './images.js';
import { run } from './run.js';
import { ToolError } from './tool-error.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const FOLDER = 'examples/quickstart';
const PROFILE = `${FOLDER}/environment.yaml`;
const NAME = 'quickstart';
const NOT_FOUND = 66;

const COMMANDS = {
  show: ['env', 'show', NAME],
  run: ['run', '--env', NAME, '--code', FOLDER, '--', 'python', 'train.py', '--batch_size', '5'],
  notebook: ['notebook', '--env', NAME, FOLDER],
  // The kernel never changes: what this installs goes with its run, which says so.
  install: ['run', '--env', NAME, '--no-code', '--', 'pip', 'install', 'humanize'],
};

async function quickstart() {
  await build();
  await ensureEngine(say);
  await ensureImages(['quickstart'], say);
  await tagImage('quickstart', 'submarine-example:latest');
  await addEnvironment();
  say(`submarine ${COMMANDS.run.join(' ')}`);
  const exitCode = submarine(COMMANDS.run);
  if (exitCode !== 0) return exitCode;
  say('it works. To go on, type one of:');
  for (const command of Object.values(COMMANDS))
    console.log(`  npx submarine ${command.join(' ')}`);
  return 0;
}

async function build() {
  const { exitCode, stderr } = await run(process.execPath, [join(ROOT, 'tools/build.js')]);
  if (exitCode !== 0) throw new ToolError('the command could not be built', stderr);
}

/** An environment of that name which the user has changed stays as it is. */
async function addEnvironment() {
  const held = await ask(COMMANDS.show);
  if (held.exitCode === 0) {
    const shipped = readFileSync(join(ROOT, PROFILE), 'utf8');
    if (held.stdout.trim() === shipped.trim()) return;
    say(`your store has another environment ${NAME}, which is left as it is; for this one:`);
    say(`npx submarine env add --replace ${PROFILE}`);
    return;
  }
  if (held.exitCode !== NOT_FOUND) {
    throw new ToolError('the store could not be read', held.stderr);
  }
  say(`submarine env add ${PROFILE}`);
  const added = await ask(['env', 'add', PROFILE]);
  if (added.exitCode !== 0) throw new ToolError('the environment was not added', added.stderr);
}

/** @param {readonly string[]} args */
function ask(args) {
  return run(process.execPath, [join(ROOT, 'bin/submarine.js'), ...args], { cwd: ROOT });
}

/**
 * Runs the command with this terminal.
 *
 * @param {readonly string[]} args
 */
function submarine(args) {
  const command = [join(ROOT, 'bin/submarine.js'), ...args];
  return spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' }).status ?? 1;
}

/** @param {string} line */
function say(line) {
  console.log(`quickstart: ${line}`);
}

try {
  process.exitCode = await quickstart();
} catch (error) {
  if (!(error instanceof ToolError)) throw error;
  console.error(`quickstart: ${error.message}\n  ${error.hint.replaceAll('\n', '\n  ')}`);
  process.exitCode = 1;
}
