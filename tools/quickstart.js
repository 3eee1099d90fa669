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
const NAME = 'quickstart';
const NOT_FOUND = 66;

/** What is added to the store, in this order: the word of the command, what it is called, and the file. */
const DOCUMENTS = [
  { word: 'env', what: 'environment', file: `${FOLDER}/environment.yaml` },
  { word: 'experiment', what: 'experiment', file: `${FOLDER}/experiment.yaml` },
];

const COMMANDS = {
  show: ['env', 'show', NAME],
  run: ['run', '--env', NAME, '--code', FOLDER, '--', 'python', 'train.py', '--batch_size', '5'],
  experiment: ['experiment', 'run', NAME, '--code', FOLDER, '--param', 'batch_size=5'],
  notebook: ['notebook', '--env', NAME, FOLDER],
  // The kernel never changes: what this installs goes with its run, which says so.
  install: ['run', '--env', NAME, '--no-code', '--', 'pip', 'install', 'humanize'],
};

async function quickstart() {
  await build();
  await ensureEngine(say);
  await ensureImages(['quickstart'], say);
  await tagImage('quickstart', 'submarine-example:latest');
  for (const document of DOCUMENTS) await addDocument(document);
  for (const command of [COMMANDS.run, COMMANDS.experiment]) {
    say(`submarine ${command.join(' ')}`);
    const exitCode = submarine(command);
    if (exitCode !== 0) return exitCode;
  }
  say('it works. To go on, type one of:');
  for (const command of Object.values(COMMANDS))
    console.log(`  npx submarine ${command.join(' ')}`);
  return 0;
}

async function build() {
  const { exitCode, stderr } = await run(process.execPath, [join(ROOT, 'tools/build.js')]);
  if (exitCode !== 0) throw new ToolError('the command could not be built', stderr);
}

/**
 * Adds what a file holds; one of that name which the user has changed stays as it is.
 *
 * @param {{ word: string, what: string, file: string }} document
 */
async function addDocument({ word, what, file }) {
  const held = await ask([word, 'show', NAME]);
  if (held.exitCode === 0) {
    const shipped = readFileSync(join(ROOT, file), 'utf8');
    if (held.stdout.trim() === shipped.trim()) return;
    say(`your store has another ${what} ${NAME}, which is left as it is; for this one:`);
    say(`npx submarine ${word} add --replace ${file}`);
    return;
  }
  if (held.exitCode !== NOT_FOUND) {
    throw new ToolError('the store could not be read', held.stderr);
  }
  say(`submarine ${word} add ${file}`);
  const added = await ask([word, 'add', file]);
  if (added.exitCode !== 0) throw new ToolError(`the ${what} was not added`, added.stderr);
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
