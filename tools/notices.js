import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ToolError } from './tool-error.js';

const SUPPLEMENTS = fileURLToPath(new URL('licences', import.meta.url));
const ROLLDOWN = fileURLToPath(new URL('../node_modules/rolldown', import.meta.url));
const LICENCE_FILE =
  /^(?:third[-_]party[-_])?(?:licen[cs]es?|copying|notices?)\b(?!.*\.(?:[cm]?[jt]s|json)$)/i;

/**
 * The words that each licence begins and ends with: a text that has both is full.
 *
 * @type {{ readonly [id: string]: readonly [string, string] }}
 */
const LICENCES = {
  'Apache-2.0': ['terms and conditions for use, reproduction', 'end of terms and conditions'],
  'BSD-3-Clause': ['redistribution and use in source', 'possibility of such damage'],
  ISC: ['permission to use, copy, modify', 'performance of this software'],
  MIT: ['permission is hereby granted, free of charge', 'dealings in the software'],
};

/**
 * What a package does not say itself: its missing licence, or those of the code that it vendors.
 *
 * @typedef {object} Supplement
 * @property {string} file
 * @property {string} title - the name and version of the package
 * @property {string} text - what comes before its first `###` is the licence of the package itself
 */

/**
 * Puts the notices beside the bundle, which is not written without them. One plugin serves all bundles of a folder: with
 * the last of them come the notices of all.
 *
 * @returns {import('rolldown').Plugin}
 */
export function noticesPlugin() {
  /** @type {string[]} */
  const ids = [];
  return {
    name: 'notices',
    async generateBundle(_options, bundle) {
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk') ids.push(...file.moduleIds);
      }
      const source = await thirdPartyNotices(ids);
      this.emitFile({ type: 'asset', fileName: 'THIRD-PARTY-NOTICES.md', source });
    },
  };
}

/**
 * The licences of the packages whose code is in the bundle; they ask to go wherever it goes.
 *
 * @param {readonly string[]} moduleIds - of the modules in the bundle, as rolldown names them
 * @param {string} [folder] - of the supplements: each a file that begins with `# NAME VERSION`
 * @throws {ToolError} a text is missing or not full, or a supplement is for another version
 */
export async function thirdPartyNotices(moduleIds, folder = SUPPLEMENTS) {
  const supplements = await readSupplements(folder);
  const packages = [...new Set(moduleIds.flatMap(packageOf))].toSorted();
  const texts = await Promise.all(packages.map((path) => notice(path, supplements)));
  return `# Third-party notices\n\nThe files of this folder contain code of these packages.\n${texts.join('')}`;
}

/** @param {string} folder */
async function readSupplements(folder) {
  const files = await readdir(folder);
  return Promise.all(files.map((file) => readSupplement(folder, file)));
}

/**
 * @param {string} folder
 * @param {string} file
 * @returns {Promise<Supplement>}
 */
async function readSupplement(folder, file) {
  const [first = '', ...rest] = (await readFile(join(folder, file), 'utf8')).split('\n');
  return { file, title: first.replace(/^# /, ''), text: rest.join('\n').trim() };
}

/**
 * @param {string} moduleId
 * @returns {readonly string[]} the folder of its package; none when it is a module of ours
 */
function packageOf(moduleId) {
  if (moduleId.startsWith('\0rolldown/')) return [ROLLDOWN];
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(moduleId) ?? [];
}

/**
 * @param {string} folder - of a package
 * @param {readonly Supplement[]} supplements
 */
async function notice(folder, supplements) {
  const { name, version, license } = JSON.parse(
    await readFile(join(folder, 'package.json'), 'utf8'),
  );
  const title = `${name} ${version}`;
  const supplement = supplements.find((each) => each.title.startsWith(`${name} `));
  if (supplement !== undefined && supplement.title !== title) {
    throw new ToolError(
      `tools/licences/${supplement.file} is for ${supplement.title}, but ${title} is in the bundle`,
      'bring its texts up to date with that version, and then its first line',
    );
  }
  const own = await ownTexts(folder);
  checkFull(own || (supplement?.text.split(/^### /m)[0] ?? ''), title, license);
  const text = [own, supplement?.text ?? ''].filter((part) => part !== '').join('\n\n');
  return `\n## ${title} (${license})\n\n${text}\n`;
}

/** @param {string} folder - of a package */
async function ownTexts(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && LICENCE_FILE.test(entry.name));
  const texts = files
    .map(({ name }) => name)
    .toSorted()
    .map(async (name) => (await readFile(join(folder, name), 'utf8')).trim());
  return (await Promise.all(texts)).join('\n\n').trim();
}

/**
 * @param {string} text
 * @param {string} title
 * @param {string} licence - as the package declares it
 */
function checkFull(text, title, licence) {
  const words = LICENCES[licence];
  if (words === undefined) {
    throw new ToolError(
      `${title} has the licence ${licence}, which this build does not know`,
      'if it may be distributed, add the first and last words of its text to LICENCES in tools/notices.js',
    );
  }
  const [first, last] = words;
  const found = text.toLowerCase().replaceAll(/\s+/g, ' ');
  const start = found.indexOf(first);
  if (start === -1 || !found.includes(last, start)) {
    throw new ToolError(
      `${title} is in the bundle without the full text of its licence (${licence})`,
      `copy the text from its repository to a file in tools/licences that begins with: # ${title}`,
    );
  }
}
