import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parse } from 'yaml';
import { parseEnvironments } from './parse-environment.ts';

const ROOT = new URL('../../', import.meta.url);
const read = async (path: string): Promise<string> => readFile(new URL(path, ROOT), 'utf8');

let examples: readonly string[];
beforeAll(async () => {
  examples = (await readdir(new URL('examples/', ROOT))).filter((name) => name.endsWith('.yaml'));
});

test('every example is a profile that works', async () => {
  expect(examples.length).toBeGreaterThan(3);
  for (const name of examples) {
    const text = await read(`examples/${name}`);
    const [document] = await parseEnvironments(text, name);
    expect(document).toEqual({ text, environment: parse(text), problems: [] });
  }
});

test('one of them has the five keys and pins builds', async () => {
  const [document] = await parseEnvironments(await read('examples/team-default.yaml'), 'f');
  expect(Object.keys(document?.environment ?? {})).toEqual([
    'name',
    'docker-image',
    'vm-image',
    'kernel',
    'description',
  ]);
  expect(document?.environment.kernel?.dependencies).toContain(
    '_ipyw_jlab_nb_ext_conf=0.1.0=py37_0',
  );
});

test('the values that the schema gives as examples are valid by it', async () => {
  const schema: unknown = JSON.parse(await read('schemas/environment.schema.json'));
  const given: unknown[] = [];
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  const collect = (part: unknown, pointer: string): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const [key, value] of Object.entries(part)) {
      const here = `${pointer}/${key}`;
      if (key === 'examples' && Array.isArray(value)) {
        const validate = ajv.compile({ $ref: `environment#${pointer}` });
        for (const example of value) {
          expect([example, validate(example)]).toEqual([example, true]);
          given.push(example);
        }
      } else {
        collect(value, here);
      }
    }
  };
  ajv.addSchema(schema as object, 'environment');
  collect(schema, '');
  expect(given.length).toBeGreaterThan(5);
});

test('the validator needs no other module', async () => {
  expect(await read('src/environment/validator.generated.js')).not.toMatch(
    /\b(?:require|import)\b\s*\(?/,
  );
});
