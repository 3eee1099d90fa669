import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

import { parseAst } from 'rolldown/parseAst';

import { run } from './run.js';
import { ToolError } from './tool-error.js';

// Made here because nothing else can do it yet: rolldown-plugin-dts asks for Node 22.18, calls its generator for TypeScript
// 7.0 deprecated and leaves types unnamed that are not exported; api-extractor pins TypeScript 6.0.3, and typedoc allows
// no later one than 6.0. Replace it once Node 20 is dropped and one of them knows TypeScript 7.1.

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * A declaration that the SDK exports.
 *
 * @typedef {object} Declaration
 * @property {string} name
 * @property {string} comment - its docstring as it stands, or nothing
 * @property {string} text - the declaration with `export`, and the docstrings of its members
 * @property {any} node - in the tree of the parser, whose positions are those of `source`
 * @property {string} source - the text of its module
 */

/**
 * A module of declarations: what its names stand for.
 *
 * @typedef {object} Module
 * @property {Map<string, Declaration>} declared
 * @property {Map<string, { from: string, name: string }>} imported - also what it passes on by `export … from`
 * @property {readonly string[]} exported
 */

/**
 * The types of `src/sdk.ts`, as the compiler writes them: every declaration that it exports, and those alone.
 *
 * @returns {Promise<{ declarations: readonly Declaration[], imports: ReadonlyMap<string, ReadonlySet<string>> }>} in
 *   the order of their names, and what they take from Node's own modules
 * @throws {ToolError} one of them uses a type of ours that is not exported, so that nobody could name it
 */
export async function readSdkTypes() {
  const folder = await mkdtemp(join(tmpdir(), 'submarine-types-'));
  try {
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const argv = ['--project', join(ROOT, 'tools/tsconfig.sdk.json'), '--outDir', folder];
    const { exitCode, stdout } = await run(process.execPath, [tsc, ...argv]);
    if (exitCode !== 0) throw new ToolError('the types of the SDK cannot be written', stdout);
    return await collect(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/**
 * The types of the SDK in one file, which imports nothing but Node's own.
 *
 * @param {Awaited<ReturnType<typeof readSdkTypes>>} types
 */
export function formatSdkTypes({ declarations, imports }) {
  const lines = [...imports].map(
    ([from, names]) => `import type { ${[...names].toSorted().join(', ')} } from '${from}';\n`,
  );
  const texts = declarations.map(({ comment, text }) => `\n${comment}\n${text}\n`);
  return `${lines.join('')}${texts.join('')}`;
}

/** @param {string} folder */
async function collect(folder) {
  /** @type {Map<string, Promise<Module>>} */
  const modules = new Map();
  const load = (/** @type {string} */ path) => {
    const module = modules.get(path) ?? readModule(path, folder);
    modules.set(path, module);
    return module;
  };
  /** @type {(path: string, name: string) => Promise<Declaration | string | undefined>} */
  const find = async (path, name) => {
    const { declared, imported } = await load(path);
    const source = imported.get(name);
    if (source === undefined) return declared.get(name);
    return source.from.startsWith('node:') ? source.from : find(source.from, source.name);
  };
  const entry = join(folder, 'sdk.d.ts');
  const names = (await load(entry)).exported.toSorted();
  const found = await Promise.all(names.map((name) => find(entry, name)));
  const declarations = found.filter((one) => typeof one === 'object');
  const paths = new Map();
  for (const [path, module] of modules) {
    for (const one of (await module).declared.values()) paths.set(one, path);
  }
  /** @type {Map<string, Set<string>>} */
  const imports = new Map();
  for (const one of declarations) {
    for (const name of new Set(namesIn(one.node))) {
      const used = await find(paths.get(one), name);
      if (typeof used === 'string') imports.set(used, (imports.get(used) ?? new Set()).add(name));
      else if (used !== undefined && !declarations.includes(used)) refuse(one, name);
    }
  }
  return { declarations, imports };
}

/**
 * @param {Declaration} user
 * @param {string} name
 */
function refuse(user, name) {
  throw new ToolError(
    `${user.name} of the SDK uses the type ${name}, which src/sdk.ts does not export`,
    'export it there, under that name',
  );
}

/**
 * @param {string} path
 * @param {string} folder - of the declarations that were written; those that the sources hold lie in `src/`
 * @returns {Promise<Module>}
 */
async function readModule(path, folder) {
  const source = await readFile(path, 'utf8').catch(() =>
    readFile(join(ROOT, 'src', relative(folder, path)), 'utf8'),
  );
  /** @type {Module & { exported: string[] }} */
  const module = { declared: new Map(), imported: new Map(), exported: [] };
  const pathOf = (/** @type {string} */ from) =>
    from.startsWith('.') ? join(dirname(path), from.replace(/\.[jt]s$/, '.d.ts')) : from;
  for (const statement of /** @type {any[]} */ (parseAst(source, { lang: 'dts' }).body)) {
    const { declaration = statement, specifiers = [] } = statement;
    if (statement.type === 'ExportAllDeclaration') {
      const from = pathOf(statement.source.value);
      for (const name of (await readModule(from, folder)).exported) {
        module.exported.push(name);
        module.imported.set(name, { from, name });
      }
    }
    for (const { local, imported, exported } of specifiers) {
      const name = (exported ?? local).name;
      if (exported !== undefined) module.exported.push(name);
      if (statement.source) {
        const from = pathOf(statement.source.value);
        module.imported.set(name, { from, name: (imported ?? local).name });
      }
    }
    const name = declaration?.id?.name ?? declaration?.declarations?.[0]?.id.name;
    if (name === undefined) continue;
    if (statement.type === 'ExportNamedDeclaration') module.exported.push(name);
    const [comment = ''] =
      /\/\*\*(?:(?!\*\/)[^])*\*\/\s*$/.exec(source.slice(0, statement.start)) ?? [];
    const text = halveIndent(source.slice(statement.start, statement.end));
    module.declared.set(name, { name, comment: comment.trim(), text, node: declaration, source });
  }
  return module;
}

/**
 * The compiler indents by four.
 *
 * @param {string} text
 */
function halveIndent(text) {
  return text.replaceAll(/^(?: {4})+/gm, (blanks) => ' '.repeat(blanks.length / 2));
}

/** Where a node names a type, by the kind of the node. */
const PLACES = {
  TSTypeReference: 'typeName',
  TSInterfaceHeritage: 'expression',
  TSTypeQuery: 'exprName',
  ClassDeclaration: 'superClass',
};

/**
 * The names of types and values that a declaration uses, global ones and its own parameters among them.
 *
 * @param {any} node
 * @returns {Generator<string>}
 */
export function* namesIn(node) {
  if (typeof node !== 'object' || node === null) return;
  const place = node[/** @type {Record<string, string>} */ (PLACES)[node.type] ?? ''];
  if (place?.type === 'Identifier') yield place.name;
  for (const child of Object.values(node)) yield* namesIn(child);
}
