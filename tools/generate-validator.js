/**
 * Compiles the schemas of `schemas/` into the validators and the types that the program uses, so that it carries no
 * schema compiler: `node tools/generate-validator.js`, with `--check` to fail when they are not fresh.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

/** A schema: its file, and the folder of `src/` that uses it, are called as it is. */
const TITLES = ['Environment', 'Experiment'];

/** @param {string} title */
const guard = (title) => `
/** One rule of the schema that a value breaks, as ajv reports it. */
export interface SchemaError {
  /** A JSON Pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** Whether the value is an ${title.toLowerCase()} as the schema has it; \`errors\` then holds every rule that the last one broke. */
export const is${title}: {
  (value: unknown): value is ${title};
  readonly errors?: readonly SchemaError[] | null;
};
`;

/** @param {string} title */
const banner = (title) =>
  `// Generated from schemas/${title.toLowerCase()}.schema.json: change that, then run: npm run generate`;

/**
 * @param {object} schema
 * @param {string} title
 * @returns {string} an ES module that imports nothing
 */
function compileValidator(schema, title) {
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    strict: true,
    // `prefix` is a string or empty, a default of a parameter of any type.
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(schema, title);
  const code = standaloneCode(ajv, { [`is${title}`]: title });
  if (/\brequire\(/.test(code)) {
    throw new Error('the validator must not require anything: write lengths as patterns');
  }
  return `${banner(title)}\n${code}`;
}

/**
 * @param {object} schema
 * @param {string} title
 * @returns {Promise<string>} the schema's types, all of them readonly, and the validator's own
 */
async function compileTypes(schema, title) {
  const declarations = await compile(schema, title, {
    bannerComment: banner(title),
    additionalProperties: false,
    // As lists: that one is not empty is said by the validator.
    ignoreMinAndMaxItems: true,
    style: { singleQuote: true, printWidth: 100, bracketSpacing: true, trailingComma: 'all' },
  });
  const readonly = declarations
    .replaceAll(/^( +)(?=(?:[\w-]+|'[\w-]+'|\[k: string\])\??:)/gm, '$1readonly ')
    .replaceAll(/\b(?=[A-Za-z]+\[\])|(?=\([\w |]+\)\[\])/g, 'readonly ');
  return `${readonly}${guard(title)}`;
}

/**
 * @param {URL} file
 * @param {string} text
 * @param {boolean} check
 * @returns {Promise<boolean>} whether the file held that text already
 */
async function refresh(file, text, check) {
  const old = await readFile(file, 'utf8').catch(() => '');
  if (old !== text && !check) await writeFile(file, text);
  return old === text;
}

/**
 * @param {string} title
 * @param {boolean} check
 * @returns {Promise<readonly boolean[]>} which files were fresh
 */
async function refreshSchema(title, check) {
  const name = title.toLowerCase();
  const place = (/** @type {string} */ path) => new URL(`../${path}`, import.meta.url);
  const schema = JSON.parse(await readFile(place(`schemas/${name}.schema.json`), 'utf8'));
  const generated = place(`src/${name}/validator.generated.`).href;
  return Promise.all([
    refresh(new URL(`${generated}js`), compileValidator(schema, title), check),
    // The compiler of types rewrites the schema it is given.
    refresh(new URL(`${generated}d.ts`), await compileTypes(structuredClone(schema), title), check),
  ]);
}

const check = process.argv.includes('--check');
const fresh = await Promise.all(TITLES.map((title) => refreshSchema(title, check)));
if (check && fresh.flat().includes(false)) {
  console.error('the generated validators are not fresh; run: npm run generate');
  process.exitCode = 1;
}
