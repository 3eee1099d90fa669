import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ENGINES, MAY_IMPORT, MAY_IMPORT_TYPES, ONLY_IN } from './import-table.js';

/** Rules of this project for oxlint: who may import what, and who may ask which engine it is. */

const SOURCES = fileURLToPath(new URL('../src', import.meta.url));

/**
 * @param {string} path - absolute
 * @returns {string | undefined} from `src/` and without the ending: `cli/terminal/io`
 */
function placeOf(path) {
  const inside = relative(SOURCES, path).split(sep).join('/');
  return inside.startsWith('..') ? undefined : inside.replace(/\.\w+$/, '');
}

/**
 * @param {string} place
 * @param {readonly string[]} places
 * @returns {string | undefined} the longest of the places that it lies in
 */
function rowOf(place, places) {
  const around = places.filter((name) => place === name || place.startsWith(`${name}/`));
  return around.toSorted((left, right) => right.length - left.length)[0];
}

/**
 * @param {string} from - the place of the importing file
 * @param {string} path - of the imported file, absolute
 * @param {boolean} isType
 * @returns {string | undefined} why it may not be imported
 */
function whyNotFile(from, path, isType) {
  const to = placeOf(path);
  const row = rowOf(from, Object.keys(MAY_IMPORT));
  if (to === undefined) return undefined;
  if (row === undefined) return `${from} has no row in tools/import-table.js`;
  const [values = [], types = []] = [MAY_IMPORT[row], MAY_IMPORT_TYPES[row]];
  if (rowOf(to, [row, ...values, ...(isType ? types : [])]) !== undefined) return undefined;
  const what = rowOf(to, types) === undefined ? to : `values of ${to}`;
  return `imports run one way: ${row} may not import ${what} (tools/import-table.js)`;
}

/**
 * @param {string} from - the place of the importing file
 * @param {string} name - of a module, with or without `node:`
 * @returns {string | undefined} why it may not be imported
 */
function whyNotModule(from, name) {
  const module = name.replace(/^node:/, '');
  const places = Object.hasOwn(ONLY_IN, module) ? ONLY_IN[module] : undefined;
  if (places === undefined || rowOf(from, places) !== undefined) return undefined;
  const who = places.length === 0 ? 'nobody' : `only ${places.join(', ')}`;
  return `${who} may import ${module} (tools/import-table.js)`;
}

/** @typedef {import('oxlint/plugins-dev').RuleTester} RuleTester */
/** @typedef {Exclude<Parameters<RuleTester['run']>[1], { createOnce: unknown }>} Rule */
/** @typedef {NonNullable<ReturnType<Rule['create']>['ImportExpression']>} VisitImport */
/** @typedef {Parameters<VisitImport>[0]['source']} Expression */

/** @type {Rule} */
const imports = {
  create({ filename, report }) {
    const from = placeOf(filename);
    if (from === undefined) return {};
    /** @type {(source: Expression | null, isType: boolean) => void} */
    const check = (source, isType) => {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
      const message = source.value.startsWith('.')
        ? whyNotFile(from, resolve(dirname(filename), source.value), isType)
        : whyNotModule(from, source.value);
      if (message !== undefined) report({ node: source, message });
    };
    return {
      ImportDeclaration: ({ source, importKind }) => check(source, importKind === 'type'),
      ExportNamedDeclaration: ({ source, exportKind }) => check(source, exportKind === 'type'),
      ExportAllDeclaration: ({ source, exportKind }) => check(source, exportKind === 'type'),
      ImportExpression: ({ source }) => check(source, false),
      TSImportType: ({ source }) => check(source, true),
    };
  },
};

/**
 * @param {Expression | null} node
 * @returns {boolean} whether it is the name of some engine: `'docker'`, `engine.name`, `submarine.engine.name`
 */
function isEngineName(node) {
  if (node?.type === 'Literal') return ENGINES.includes(String(node.value));
  if (node?.type !== 'MemberExpression' || node.computed) return false;
  const { object, property } = node;
  const owner = object.type === 'MemberExpression' ? object.property : object;
  return property.name === 'name' && owner.type === 'Identifier' && /engine$/i.test(owner.name);
}

/** @type {Rule} */
const engineName = {
  create({ report }) {
    /** @type {(...nodes: readonly (Expression | null)[]) => void} */
    const check = (...nodes) => {
      const node = nodes.find(isEngineName);
      if (node) report({ node, message: 'ask what an engine can do, not which it is' });
    };
    return {
      BinaryExpression: ({ operator, left, right }) => {
        if (/^[!=]==?$/.test(operator)) check(left, right);
      },
      SwitchStatement: ({ discriminant }) => check(discriminant),
      SwitchCase: ({ test }) => check(test),
    };
  },
};

export default {
  meta: { name: 'submarine' },
  rules: { imports, 'engine-name': engineName },
};
