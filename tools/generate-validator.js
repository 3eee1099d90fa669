/**
 * Compiles `schemas/environment.schema.json` into the validator and the types that the program uses, so that it
 * carries no schema compiler: `node tools/generate-validator.js`, with `--check` to fail when they are not fresh.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { compile } from 'json-schema-to-typescript';

const SCHEMA = new URL('../schemas/environment.schema.json', import.meta.url);
const VALIDATOR = new URL('../src/environment/validator.generated.js', import.meta.url);
const TYPES = new URL('../src/environment/validator.generated.d.ts', import.meta.url);
const BANNER =
  '// Generated from schemas/environment.schema.json: change that, then run: npm run generate';

const GUARD = `
/** One rule of the schema that a value breaks, as ajv reports it. */
export interface SchemaError {
  /** A JSON Pointer to the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** Whether the value is an environment as the schema has it; \`errors\` then holds every rule that the last one broke. */
export const isEnvironment: {
  (value: unknown): value is Environment;
  readonly errors?: readonly SchemaError[] | null;
};
`;

/**
 * @param {object} schema
 * @returns {string} an ES module that imports nothing
 */
function compileValidator(schema) {
  const ajv = new Ajv2020({
    allErrors: true,
    messages: false,
    strict: true,
    // `prefix` is a string or empty: the one place where a type is a union.
    allowUnionTypes: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(schema, 'environment');
  const code = standaloneCode(ajv, { isEnvironment: 'environment' });
  if (/\brequire\(/.test(code)) {
    throw new Error('the validator must not require anything: write lengths as patterns');
  }
  return `${BANNER}\n${code}`;
}

/**
 * @param {object} schema
 * @returns {Promise<string>} the schema's types, all of them readonly, and the validator's own
 */
async function compileTypes(schema) {
  const declarations = await compile(schema, 'Environment', {
    bannerComment: BANNER,
    additionalProperties: false,
    style: { singleQuote: true, printWidth: 100, bracketSpacing: true, trailingComma: 'all' },
  });
  const readonly = declarations
    .replaceAll(/^( +)(?=(?:[\w-]+|'[\w-]+'|\[k: string\])\??:)/gm, '$1readonly ')
    .replaceAll(/\b(?=[A-Za-z]+\[\])/g, 'readonly ');
  return `${readonly}${GUARD}`;
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

const check = process.argv.includes('--check');
const schema = JSON.parse(await readFile(SCHEMA, 'utf8'));
const fresh = await Promise.all([
  refresh(VALIDATOR, compileValidator(schema), check),
  // The compiler of types rewrites the schema it is given.
  refresh(TYPES, await compileTypes(structuredClone(schema)), check),
]);
if (check && fresh.includes(false)) {
  console.error('the generated validator is not fresh; run: npm run generate');
  process.exitCode = 1;
}
