/**
 * Assembles the scripts of `bootstrap/` from their parts: `node tools/bootstrap.js`, with `--check` to fail when they
 * are not fresh.
 */
import { chmod, readFile, writeFile } from 'node:fs/promises';

import { ASSEMBLED, PARTS } from './bootstrap-parts.js';

/** What Linux takes as one argument, which `sh -c` gets each script as: 128 KiB, with a byte at the end. */
const MAX_BYTES = 131_071;

/**
 * @param {readonly string[]} names - of parts
 * @returns {Promise<string>} the script
 */
async function assemble(names) {
  const parts = await Promise.all(
    names.map((name) => readFile(new URL(`${name}.sh`, PARTS), 'utf8')),
  );
  return [banner(names), ...parts].join('\n');
}

/** @param {readonly string[]} names */
function banner(names) {
  const lines = [''];
  for (const name of names) {
    const line = `${lines.at(-1)} ${name}`;
    if (line.length > 90) lines.push(` ${name}`);
    else lines[lines.length - 1] = line;
  }
  return [
    '#!/bin/sh',
    '# Assembled from the files in bootstrap/parts: change those, then run: npm run generate',
    ...lines.map((line) => `#  ${line}`),
    '',
  ].join('\n');
}

/**
 * @param {string} name - of a script
 * @param {string} text
 * @returns {Promise<boolean>} whether the script is that text
 */
async function refresh(name, text) {
  const file = new URL(name, new URL('../', PARTS));
  const old = await readFile(file, 'utf8').catch(() => '');
  if (old === text) return true;
  if (process.argv.includes('--check')) return false;
  await writeFile(file, text);
  await chmod(file, 0o755);
  return true;
}

for (const [name, parts] of Object.entries(ASSEMBLED)) {
  const text = await assemble(parts);
  if (Buffer.byteLength(text) >= MAX_BYTES) {
    console.error(`${name} is too long for an argument: at most ${MAX_BYTES - 1} bytes`);
    process.exitCode = 1;
  }
  if (!(await refresh(name, text))) {
    console.error(`bootstrap/${name} is not fresh; run: npm run generate`);
    process.exitCode = 1;
  }
}
