import { packageName } from '../kernel/match-spec.ts';
import { parsePipLine, requirementsFile, unreadWords, withoutUnread } from '../kernel/pip-line.ts';
import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { findDependencyNotices } from './conda-notices.ts';
import type { Placed } from './conda-notices.ts';
import type { Dependency } from './environment.ts';
import { isMapping, kindOf, valueFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Path } from '../yaml/located-yaml.ts';
import { localConstraints, readConstraints, readRequirements } from './requirements-file.ts';
import type { ReadBeside, Requirements } from './requirements-file.ts';
import { select } from './selectors.ts';
import { findItemFindings } from './validate-kernel.ts';

/** What the dependencies of a conda environment file come to. */
interface CondaDependencies {
  readonly dependencies: readonly Dependency[];
  readonly problems: readonly Finding[];
  readonly notices: readonly Finding[];
}

const PATH: Path = ['dependencies'];

/** Reads the dependencies of a conda environment file: strings in their order, then the lines of all pip lists in one. */
export async function readCondaDependencies(
  given: unknown,
  readBeside: ReadBeside,
): Promise<CondaDependencies> {
  if (given === null || (Array.isArray(given) && given.length === 0)) {
    return { dependencies: [], problems: [], notices: [valueFinding(PATH, NOTHING)] };
  }
  if (!Array.isArray(given)) {
    const message = `"dependencies" is ${kindOf(given)}`;
    const problem = valueFinding(PATH, {
      message,
      remedy: 'write each package on a line of its own, behind a hyphen',
    });
    return { dependencies: [], problems: [problem], notices: [] };
  }
  const selected = select(given.map((item: unknown, index) => ({ item, path: [...PATH, index] })));
  const { items } = selected;
  const empty = items.filter(({ item }) => item === null || isEmptyPip(item));
  const specs = items.flatMap(({ item, path }) =>
    typeof item === 'string' ? [{ text: item.trim(), path }] : [],
  );
  const lists = items.filter(({ item }) => isMapping(item) && Array.isArray(item['pip']));
  const pip = await readIn(
    lists.flatMap(({ item, path }) => pipLines(item, path)),
    readBeside,
  );
  const problems = items
    .filter((candidate) => !empty.includes(candidate))
    .flatMap(({ item, path }) => findItemFindings(withoutReadIn(item), path));
  const needsPip = pip.lines.length > 0 && !specs.some(({ text }) => packageName(text) === 'pip');
  return {
    dependencies: [
      ...specs.map(({ text }) => text),
      ...(needsPip ? ['pip'] : []),
      ...(pip.lines.length > 0 ? [{ pip: pip.lines.map(({ text }) => text) }] : []),
    ],
    problems: [...selected.problems, ...problems, ...pip.problems],
    notices: [
      ...selected.notices,
      ...empty.map(({ path }) => valueFinding(path, EMPTY_ITEM)),
      ...lists.slice(1).map(({ path }) => valueFinding(path, SECOND_LIST)),
      ...(needsPip ? [valueFinding(pip.lines[0]?.path ?? PATH, PIP_ADDED)] : []),
      ...findDependencyNotices(specs, pip.lines),
      ...pip.notices,
    ],
  };
}

interface PipLines {
  readonly lines: readonly Placed[];
  readonly problems: readonly Finding[];
  readonly notices: readonly Finding[];
}

/** Puts the lines of a file in the place of the line that names it, and leaves out what pip reads over. */
async function readIn(given: readonly Placed[], readBeside: ReadBeside): Promise<PipLines> {
  const read = await Promise.all(given.map((line) => readPlaced(line, readBeside)));
  return {
    lines: read.flatMap(({ lines }) => lines),
    problems: read.flatMap(({ problems }) => problems),
    notices: read.flatMap(({ notices }) => notices),
  };
}

async function readPlaced({ text, path }: Placed, readBeside: ReadBeside): Promise<PipLines> {
  const unread = unreadWords(parsePipLine(text)).map((word) => valueFinding(path, readOver(word)));
  const read = await readFileOf(text, readBeside);
  if (read === undefined) {
    const line = withoutUnread(text);
    return { lines: line === '' ? [] : [{ text: line, path }], problems: [], notices: unread };
  }
  const { lines, refusals, unread: inFile } = read;
  const notice = {
    message: `${lines.length} line${lines.length === 1 ? ' is' : 's are'} read in from the file`,
    remedy: 'add it again when the file changes',
  };
  return {
    lines: lines.map((line) => ({ text: line, path })),
    problems: refusals.map((refusal) => valueFinding(path, refusal)),
    notices:
      refusals.length > 0
        ? []
        : [
            valueFinding(path, notice),
            ...[...unread, ...inFile.map((word) => valueFinding(path, readOver(word)))],
          ],
  };
}

/** What the file holds that a line names; undefined where it names none of this folder. */
async function readFileOf(line: string, readBeside: ReadBeside): Promise<Requirements | undefined> {
  const file = localRequirements(line);
  if (file !== undefined) return readRequirements(file, readBeside);
  const constraints = localConstraints(line);
  return constraints === undefined ? undefined : readConstraints(constraints, readBeside);
}

function readOver(word: string): Refusal {
  return {
    message: `${excerpt(word)} means nothing to pip in a list`,
    remedy: word.startsWith('-') ? 'it is left out' : 'write it on a line of its own',
  };
}

function pipLines(item: unknown, path: Path): readonly Placed[] {
  const pip: unknown = isMapping(item) ? item['pip'] : undefined;
  if (!Array.isArray(pip)) return [];
  return pip.flatMap((text: unknown, index) =>
    typeof text === 'string' ? [{ text, path: [...path, 'pip', index] }] : [],
  );
}

/** The item without the lines whose files are read in, each of which is judged by what the file holds. */
function withoutReadIn(item: unknown): unknown {
  if (!isMapping(item) || !Array.isArray(item['pip'])) return item;
  const judged = (line: unknown): unknown => {
    // Something that is right stands in their place, so that the others keep their numbers.
    if (line === null) return 'pip';
    if (typeof line !== 'string') return line;
    const isReadIn = localRequirements(line) !== undefined || localConstraints(line) !== undefined;
    return isReadIn ? 'pip' : withoutUnread(line) || (line.trim() === '' ? line : 'pip');
  };
  return { ...item, pip: item['pip'].map(judged) };
}

function localRequirements(line: string): string | undefined {
  const file = requirementsFile(line);
  return file === undefined || file.includes('://') ? undefined : file;
}

function isEmptyPip(item: unknown): boolean {
  if (!isMapping(item) || Object.keys(item).length !== 1) return false;
  const { pip } = item;
  return pip === null || (Array.isArray(pip) && pip.length === 0);
}

const NOTHING = {
  message: 'the file lists no dependencies',
  remedy: 'the image has to hold the kernel',
};
const EMPTY_ITEM = { message: 'there is nothing behind the hyphen', remedy: 'the line is dropped' };
const SECOND_LIST = {
  message: 'there is a second pip list',
  remedy: 'its lines are added to the first',
};
const PIP_ADDED = {
  message: 'there are pip lines but no pip',
  remedy: 'pip is added to the dependencies',
};
