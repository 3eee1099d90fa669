/**
 * Writes the reference of the SDK from its docstrings: `node tools/reference.js`, with `--check` to fail when it is not
 * fresh.
 *
 * Not by typedoc, which needs the programming interface of TypeScript 6 and older, and the compiler here is 7.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { namesIn, readSdkTypes } from './sdk-types.js';

/** @typedef {import('./sdk-types.js').Declaration} Declaration */

const FOLDER = new URL('../docs/sdk/', import.meta.url);
const BANNER =
  '<!-- Generated from the docstrings of src/sdk.ts: change those, then run: npm run generate -->';

/** How a user is opened, and what goes with each call: shown before the methods. */
const OPENING = ['openSubmarine', 'SubmarineOptions', 'Submarine', 'RunCall', 'Call'];

const { declarations } = await readSdkTypes();
const byName = new Map(declarations.map((one) => [one.name, one]));
/** The groups of methods: each a member of `Submarine` whose type is one of the interfaces. */
const groups = members(declared('Submarine')).flatMap(({ name, node }) => {
  const group = byName.get(node.typeAnnotation.typeAnnotation.typeName?.name);
  return group === undefined ? [] : [{ path: `submarine.${name}`, group }];
});
/** Where on the page of methods a declaration is; the others are on that of types. */
const onMethods = new Map([
  ...OPENING.map((name) => /** @type {const} */ ([name, name.toLowerCase()])),
  ...groups.map(({ path, group }) => /** @type {const} */ ([group.name, path.replace('.', '')])),
]);
const fresh = await Promise.all([
  refresh('README.md', methodsPage()),
  refresh('types.md', typesPage()),
]);
if (fresh.includes(false)) {
  console.error('the reference in docs/sdk is not fresh; run: npm run generate');
  process.exitCode = 1;
}

function methodsPage() {
  return page([
    '# The SDK: methods',
    'The types that they take and give are in [types.md](types.md). `examples/sdk/` has programs that run.',
    ...OPENING.map((name) => section(2, name, declared(name))),
    ...groups.map(groupSection),
  ]);
}

/** @param {(typeof groups)[number]} of */
function groupSection({ path, group }) {
  const methods = members(group).map((member) => section(3, `${path}.${member.name}`, member));
  return [`## ${path}`, prose(group.comment), ...methods].join('\n\n');
}

function typesPage() {
  const rest = declarations.filter(({ name }) => !onMethods.has(name));
  return page([
    '# The SDK: types and errors',
    'Each error is a `SubmarineError`: its `kind` says what to do about it, its `code` which failure it is.',
    ...rest.map((one) => section(2, one.name, one)),
  ]);
}

/** @param {readonly string[]} parts */
function page(parts) {
  return `${[BANNER, ...parts].join('\n\n')}\n`;
}

/**
 * @param {string} name
 * @returns {Declaration}
 */
function declared(name) {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`src/sdk.ts does not export ${name}`);
  return found;
}

/**
 * The members of an interface, as declarations.
 *
 * @param {Declaration} declaration
 */
function members({ node, source }) {
  return /** @type {any[]} */ (node.body.body).map((member) => {
    const before = source.slice(node.start, member.start);
    const [comment = ''] = /\/\*\*(?:(?!\*\/)[^])*\*\/\s*$/.exec(before) ?? [];
    const text = source.slice(member.start, member.end);
    return { name: String(member.key.name), comment: comment.trim(), text, node: member };
  });
}

/**
 * @param {number} level - of the heading
 * @param {string} title
 * @param {Pick<Declaration, 'name' | 'comment' | 'text' | 'node'>} declaration
 */
function section(level, title, { name, comment, text, node }) {
  const code = text.replace(/^export (?:declare )?/, '');
  const used = [...new Set(namesIn(node))].filter((one) => byName.has(one) && one !== name);
  const parts = [
    `${'#'.repeat(level)} ${title}`,
    prose(comment),
    `\`\`\`ts\n${code}\n\`\`\``,
    used.toSorted().map(link).join(' · '),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** @param {string} name */
function link(name) {
  const anchor = onMethods.get(name);
  return anchor === undefined
    ? `[${name}](types.md#${name.toLowerCase()})`
    : `[${name}](README.md#${anchor})`;
}

/**
 * A docstring as Markdown: what it says, then its parameters, its result and its errors as a list.
 *
 * @param {string} comment
 */
function prose(comment) {
  const lines = comment
    .replace(/^\/\*\*\s*/, '')
    .replace(/\s*\*\/$/, '')
    .replaceAll(/^\s*\* ?/gm, '');
  const [text = '', ...tags] = lines
    .split(/^(?=@)/m)
    .map((part) => part.trim().replaceAll(/\s*\n(?!\n)\s*/g, ' '));
  const items = tags.map((tag) =>
    tag
      .replace(/^@param (\S+) - /, '- `$1`: ')
      .replace(/^@returns /, '- returns ')
      .replace(/^@throws /, '- throws ')
      .replace(/^@see (\S+)/, '- see <$1>'),
  );
  return [text, items.join('\n')].filter((part) => part !== '').join('\n\n');
}

/**
 * @param {string} name
 * @param {string} text
 * @returns {Promise<boolean>} whether the file holds that text
 */
async function refresh(name, text) {
  const file = new URL(name, FOLDER);
  const old = await readFile(file, 'utf8').catch(() => '');
  if (old === text) return true;
  if (process.argv.includes('--check')) return false;
  await mkdir(fileURLToPath(FOLDER), { recursive: true });
  await writeFile(file, text);
  return true;
}
