import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect, test } from '@jest/globals';
import { parseAst } from 'rolldown/parseAst';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** What only the command line can say: its options, its commands, and those of an engine. */
const WORDS = [
  /(?<!\w)--[a-z]/,
  /\bsubmarine (?:env|exec|image|kernel|notebook|run|shell|trust|df)\b/,
  /\bdocker (?!\/)/,
];

/** The same words where they belong: they are those of other programs, or a file's own. */
const OTHERS = [
  'conda list --explicit',
  'conda-lock --platform',
  'COPY --from=',
  ' --extra-index-url ',
  ' --hash=sha256:',
  'written by: submarine env lock',
];

/** An argument and nothing else, or a script, which begins on a line of its own: for a program to read. */
const FOR_A_PROGRAM = /^(?:--[a-z0-9-]+(?:=\S*)?$|\n)/;

/** Which literals of a file are words of a face. */
function wordsOfAFace(source: string): readonly string[] {
  return literals(parseAst(source, { lang: 'ts' }))
    .filter((text) => !FOR_A_PROGRAM.test(text))
    .filter((text) => {
      const rest = OTHERS.reduce((left, words) => left.replaceAll(words, ' '), text);
      return WORDS.some((pattern) => pattern.test(rest));
    });
}

function literals(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return [];
  const { type, value } = node as { readonly type?: unknown; readonly value?: unknown };
  if (type === 'Literal') return typeof value === 'string' ? [value] : [];
  if (type === 'TemplateElement') return [(value as { readonly raw: string }).raw];
  return Object.values(node).flatMap(literals);
}

test.each([
  ["refuse('see: submarine env list');", 'see: submarine env list'],
  ['refuse(`lock ${name} again, or pass --no-lock`);', ' again, or pass --no-lock'],
  ["refuse('write it as docker pull takes it');", 'write it as docker pull takes it'],
  ["refuse('leave it out; --offline needs none');", 'leave it out; --offline needs none'],
])('%s is one for a face', (source, words) => {
  expect(wordsOfAFace(source)).toEqual([words]);
});

test.each([
  "spawn('pip', ['--no-index', '--port=8888']);",
  'const SCRIPT = `\npip install --quiet "$@"\n`;',
  "refuse('give what conda list --explicit writes');",
  "refuse('this is a docker-image, and a submarine');",
  '// See: submarine env list, docker pull --quiet',
])('%s is none', (source) => {
  expect(wordsOfAFace(source)).toEqual([]);
});

test('below the faces no text has words of the command line or of an engine', async () => {
  const paths = await readdir(SRC, { recursive: true });
  const below = paths.filter(
    (path) =>
      /(?<!\.test|\.suite|\.d)\.ts$/.test(path) &&
      !/^(?:cli|engines\/docker)\/|^main\.ts$/.test(path),
  );
  expect(below.length).toBeGreaterThan(100);

  const found = await Promise.all(
    below.map(async (path) =>
      wordsOfAFace(await readFile(join(SRC, path), 'utf8')).map((words) => `${path}: ${words}`),
    ),
  );

  expect(found.flat()).toEqual([]);
});
