import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { ENGINE_NAMES } from '../src/engines/engine-names.ts';
import { temporaryDirectory } from '../test/support/bed.ts';
import { ENGINES, MAY_IMPORT, MAY_IMPORT_TYPES } from './import-table.js';
import { run } from './run.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const RULES = ['.oxlintrc.json', 'tools/import-table.js', 'tools/lint-rules.js'];

/** What oxlint finds in `src/` of a folder, a line each: `src/FILE:LINE:COLUMN: WORDS [Error/RULE]`. */
async function lint(folder: string): Promise<readonly string[]> {
  const oxlint = join(ROOT, 'node_modules/.bin/oxlint');
  const { stdout } = await run(oxlint, ['--format', 'unix', 'src'], { cwd: folder });
  return stdout.split('\n');
}

const isAboutImports = (line: string): boolean => /submarine\(|no-restricted|no-cycle/.test(line);

const FAULTS: readonly (readonly [file: string, text: string, words: string])[] = [
  [
    'operations/import.ts',
    "export { say } from '../cli/say.ts';",
    'imports run one way: operations may not import cli/say (tools/import-table.js)',
  ],
  [
    'operations/late-import.ts',
    "export const say = () => import('../cli/say.ts');",
    'imports run one way: operations may not import cli/say',
  ],
  [
    'operations/runs/type.ts',
    "export type Say = import('../../cli/say.ts').Say;",
    'imports run one way: operations may not import cli/say',
  ],
  [
    'cli/commands/kernel/store.ts',
    "import { FileStore } from '../../../stores/file/file-store.ts';\nnew FileStore('');",
    'imports run one way: cli may not import stores/file/file-store',
  ],
  [
    'cli/value.ts',
    "import { docker } from '../engines/docker/docker-engine.ts';\ndocker();",
    'imports run one way: cli may not import values of engines/docker/docker-engine',
  ],
  [
    'new-folder/file.ts',
    "import { quote } from '../text/quote.ts';\nquote('');",
    'new-folder/file has no row in tools/import-table.js',
  ],
  [
    'operations/colour.ts',
    "import chalk from 'chalk';\nchalk.red('');",
    'only cli may import chalk',
  ],
  [
    'kernel-cache/ask.ts',
    "import { createInterface } from 'node:readline/promises';\ncreateInterface;",
    'only cli may import readline/promises',
  ],
  ['files/self.ts', "import { pid } from 'node:process';\npid;", 'only sdk may import process'],
  ['stores/env.ts', 'export const home = () => process.env.HOME;', "Unexpected use of 'process'"],
  ['config/folder.ts', "globalThis.process.chdir('/');", "'globalThis.process' is restricted"],
  ['engines/log.ts', "console.log('');", "Unexpected use of 'console'"],
  [
    'operations/compare.ts',
    "export const isDocker = (engine: { name: string }) => engine.name === 'docker';",
    'ask what an engine can do, not which it is',
  ],
  [
    'operations/switch.ts',
    'export const f = ({ engine }: any) => { switch (engine.name) { default: return 1; } };',
    'ask what an engine can do, not which it is',
  ],
  [
    'cli/render/case.ts',
    "export const f = (name: string) => { switch (name) { case 'podman': return 1; } };",
    'ask what an engine can do, not which it is',
  ],
  ['text/left.ts', "import { right } from './right.ts';\nright;", 'Dependency cycle detected'],
  ['text/right.ts', "export { left as right } from './left.ts';", 'Dependency cycle detected'],
];

const RIGHTS: readonly (readonly [file: string, text: string])[] = [
  ['cli/colour.ts', "import chalk from 'chalk';\nchalk.red('');"],
  [
    'cli/operation.ts',
    "import type { Run } from '../engines/engine.ts';\nexport const run = (): Promise<Run> => import('../operations/run.ts');",
  ],
  ['cli/commands/kernel/list.ts', "import { verify } from './verify.ts';\nverify();"],
  ['engines/name.ts', "export const is = (engine: any) => engine.name === 'docker';"],
];

describe('with the configuration of this project, the linter', () => {
  let found: readonly string[] = [];
  const about = (file: string) => found.filter((line) => line.startsWith(`src/${file}:`));
  beforeAll(async () => {
    const folder = await temporaryDirectory();
    await mkdir(join(folder, 'tools'));
    for (const rule of RULES) await copyFile(join(ROOT, rule), join(folder, rule));
    for (const [file, text] of [...FAULTS, ...RIGHTS]) {
      const path = join(folder, 'src', file);
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, `${text}\n`);
    }
    found = await lint(folder);
  });

  test.each(FAULTS)('refuses src/%s', (file, _, words) => {
    expect(about(file)).toContainEqual(expect.stringContaining(words));
  });

  test.each(RIGHTS)('accepts src/%s', (file) => {
    expect(about(file).filter(isAboutImports)).toEqual([]);
  });
});

test('src/ has no import that its table forbids', async () => {
  expect((await lint(ROOT)).filter(isAboutImports)).toEqual([]);
});

// The linter follows no late import.
test('src/ has no circle, late imports included', async () => {
  let left = await readImports(join(ROOT, 'src'));
  expect(left.size).toBeGreaterThan(100);
  for (let before = 0; before !== left.size;) {
    before = left.size;
    const importing = new Set(left.keys());
    const imported = new Set([...left.values()].flat());
    left = new Map(
      [...left].filter(
        ([path, paths]) => imported.has(path) && paths.some((to) => importing.has(to)),
      ),
    );
  }
  expect([...left.keys()]).toEqual([]);
});

/** What each file imports, early or late, by their paths. */
async function readImports(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const names = await readdir(folder, { recursive: true });
  const paths = names.filter((name) => name.endsWith('.ts')).map((name) => join(folder, name));
  const entries = paths.map(async (path) => {
    const specifiers = (await readFile(path, 'utf8')).matchAll(/(?:from|import\()\s*'(\.[^']+)'/g);
    const imported = [...specifiers].map(([, specifier = '']) => join(dirname(path), specifier));
    return [path, imported] as const;
  });
  return new Map(await Promise.all(entries));
}

test('every place of src/ has a row, and imports those below it alone', async () => {
  const entries = await readdir(join(ROOT, 'src'), { withFileTypes: true });
  const places = Object.keys(MAY_IMPORT);
  expect(places).toEqual(expect.arrayContaining(entries.map(({ name }) => name.split('.')[0])));
  for (const [index, place] of places.entries()) {
    const imported = [...(MAY_IMPORT[place] ?? []), ...(MAY_IMPORT_TYPES[place] ?? [])];
    const folders = imported.map((name) => name.split('/')[0]);
    expect(places.slice(0, index)).toEqual(expect.arrayContaining(folders));
  }
});

test('the rules know every engine', () => {
  expect(ENGINES).toEqual(expect.arrayContaining([...ENGINE_NAMES]));
});
