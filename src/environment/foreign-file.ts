import { basename } from 'node:path';

import { LONGEST_PIP_LINE } from '../kernel/pip-line.ts';
import { refusePipLine } from '../kernel/pip-requirement.ts';

/** Files of other programs that people give in the place of a profile or of a conda environment file. */
export type ForeignKind =
  | 'requirements'
  | 'conda-list'
  | 'explicit-list'
  | 'conda-lock'
  | 'pixi-lock'
  | 'pixi-manifest'
  | 'pyproject'
  | 'dockerfile'
  | 'kubernetes-manifest'
  | 'recipe'
  | 'python-program'
  | 'web-page'
  | 'notebook';

/** Those of which a kernel can be made as they are. */
export type CondaLikeKind = Extract<ForeignKind, 'requirements' | 'conda-list'>;

interface Facts {
  readonly text: string;
  /** Without blank lines, comments and the blanks round each line. */
  readonly lines: readonly string[];
  readonly name: string;
}

const has = (text: string, ...patterns: readonly RegExp[]): boolean =>
  patterns.every((pattern) => pattern.test(text));

/** The first that holds counts: what is told by a mark of its own comes before what looks like it. */
const TESTS: readonly (readonly [ForeignKind, (facts: Facts) => boolean])[] = [
  ['web-page', ({ text }) => /^\s*<(?:!doctype html|html)[\s>]/i.test(text)],
  ['explicit-list', ({ lines }) => lines.includes('@EXPLICIT')],
  [
    'notebook',
    ({ text, name }) => name.endsWith('.ipynb') || has(text, /^\s*\{/, /"nbformat"\s*:/),
  ],
  [
    'pixi-lock',
    ({ text, name }) =>
      name === 'pixi.lock' || has(text, /^environments:/m, /^\s*- conda: https?:/m),
  ],
  [
    'conda-lock',
    ({ text }) => has(text, /^package:/m, /^metadata:/m, /^\s*-? ?manager: (?:conda|pip)$/m),
  ],
  ['kubernetes-manifest', ({ text }) => has(text, /^apiVersion:\s/m, /^kind:\s/m)],
  [
    'recipe',
    ({ text, name }) =>
      /^(?:meta|recipe)\.yaml$/.test(name) && has(text, /^(?:package|recipe|context):/m),
  ],
  ['recipe', ({ text }) => has(text, /^package:\s*$/m, /^(?:build|source|requirements):\s*$/m)],
  [
    'pixi-manifest',
    ({ text, name }) =>
      isToml(text) &&
      (name === 'pixi.toml' ||
        (/^\[(?:tool\.pixi\.)?(?:workspace|project)\]/m.test(text) &&
          /^\[(?:tool\.pixi\.)?dependencies\]/m.test(text))),
  ],
  [
    'pyproject',
    ({ text, name }) =>
      isToml(text) &&
      (name === 'pyproject.toml' || /^\[(?:project|build-system|tool\.poetry)/m.test(text)),
  ],
  [
    'dockerfile',
    ({ lines, name }) =>
      /^FROM\s+\S/i.test(lines[0] ?? '') ||
      (/^ARG\s/i.test(lines[0] ?? '') && lines.some((line) => /^FROM\s/i.test(line))) ||
      (/dockerfile/i.test(name) && lines.some((line) => /^FROM\s/i.test(line))),
  ],
  [
    'python-program',
    ({ lines, name }) =>
      name.endsWith('.py') ||
      lines.some((line) =>
        /^(?:import [\w.]+|from [\w.]+ import |def \w+\(|class \w+[(:])/.test(line),
      ),
  ],
  ['conda-list', ({ lines }) => lines.length > 0 && lines.every((line) => LISTED.test(line))],
  ['requirements', ({ lines, name }) => isRequirements(lines, name)],
];

const LISTED = /^([A-Za-z0-9_.-]+)=([^=\s]+)=([^=\s]+)$/;

function isToml(text: string): boolean {
  return /^\[+[\w.-]+\]+\s*$/m.test(text) && !/^[\w-]+:\s/m.test(text);
}

/** A line with a key of YAML is none of pip's; a name alone is one of both. */
function isRequirements(lines: readonly string[], name: string): boolean {
  if (lines.length === 0 || lines.some((line) => /^(?:- |[\w-]+:(?:\s|$))/.test(line)))
    return false;
  const isNamed = /requirements|constraints/i.test(name) || name.endsWith('.txt');
  return (
    isNamed || lines.every((line) => /^-[rc]\s/.test(line) || refusePipLine(line) === undefined)
  );
}

/**
 * Tells by its name and its lines which other kind of file a text is; nothing is parsed.
 *
 * @param source - the name of the file
 */
export function findForeignKind(text: string, source: string): ForeignKind | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => line.replace(/(?:^|\s)#.*$/, '').trim())
    .filter((line) => line !== '');
  const facts: Facts = { text, lines, name: basename(source) };
  const isOurs = /^(?:docker-image|dependencies):/m.test(text);
  // No line that a person or a tool writes is longer.
  if (isOurs || lines.some((line) => line.length > LONGEST_PIP_LINE)) return undefined;
  return TESTS.find(([, holds]) => holds(facts))?.[0];
}

/** What each of them is called. */
export const FOREIGN_NAMES: Readonly<Record<ForeignKind, string>> = {
  requirements: 'a requirements file of pip',
  'conda-list': 'a list of conda packages',
  'explicit-list': 'an @EXPLICIT list',
  'conda-lock': 'a conda-lock.yml',
  'pixi-lock': 'a pixi.lock',
  'pixi-manifest': 'a manifest of pixi',
  pyproject: 'a pyproject.toml',
  dockerfile: 'a Dockerfile',
  'kubernetes-manifest': 'a Kubernetes manifest',
  recipe: 'a recipe of a conda package',
  'python-program': 'a Python program',
  'web-page': 'a web page',
  notebook: 'a Jupyter notebook',
};

/** Whether a kernel can be made of such a file as it is. */
export function isCondaLike(kind: ForeignKind): kind is CondaLikeKind {
  return kind === 'requirements' || kind === 'conda-list';
}

/**
 * The conda environment file that means the same. What is read of a line stands in the same line, for messages.
 *
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 * @see https://docs.conda.io/projects/conda/en/stable/commands/list.html - `--export`
 */
export function asCondaFile(text: string, kind: CondaLikeKind): string {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  return kind === 'requirements' ? ofRequirements(lines) : ofList(lines);
}

function ofRequirements(lines: readonly string[]): string {
  const items: string[] = [];
  let begun = '';
  for (const line of lines) {
    const content = (begun + line).replace(/(?:^|\s)#.*$/, '').trim();
    begun = content.endsWith('\\') ? content.slice(0, -1) : '';
    items.push(begun === '' ? content : '');
  }
  return `{dependencies: [python, pip, {pip: [${inTheirLines(items)}]}]}\n`;
}

/** What pip has installed is listed with builds of its own. */
function ofList(lines: readonly string[]): string {
  const pip: string[] = [];
  const items = lines.map((line) => {
    const [, name = '', version = '', build = ''] = LISTED.exec(line.trim()) ?? [];
    if (name === '') return '';
    if (!build.startsWith('pypi')) return line.trim();
    pip.push(`${name}==${version}`);
    return '';
  });
  const tail = pip.length === 0 ? '' : `, {pip: ${JSON.stringify(pip)}}`;
  return `{dependencies: [${inTheirLines(items)}${tail}]}\n`;
}

/** The items of a list of YAML, each in a line of its own; empty ones are lines without any. */
function inTheirLines(items: readonly string[]): string {
  const first = items.findIndex((item) => item !== '');
  return items
    .map((item, index) =>
      item === '' ? '' : `${index === first ? '' : ','}${JSON.stringify(item)}`,
    )
    .join('\n');
}
