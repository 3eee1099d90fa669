/** What stands behind an option of a requirements file. */
type Operand = 'nothing' | 'address' | 'text' | 'file' | 'requirement' | 'constraint';

/** An option as it stands in a line, under its long name. */
export interface PipOption {
  readonly name: string;
  readonly value: string;
  /** Undefined for one that no requirements file has; `ignored` for one of the command line of `pip install`. */
  readonly operand: Operand | 'ignored' | undefined;
}

/** A line of a requirements file, as pip takes it apart. */
export interface PipLine {
  /** What stands in front of the first option; empty where there is nothing. */
  readonly requirement: string;
  readonly options: readonly PipOption[];
  /** Words that belong to no option, which pip reads over. */
  readonly strays: readonly string[];
}

/** Options that hold for the whole list, and behind a requirement those that hold for it. */
const OPERANDS: Readonly<Record<string, Operand>> = {
  '--index-url': 'address',
  '--pypi-url': 'address',
  '--extra-index-url': 'address',
  '--find-links': 'address',
  '--no-index': 'nothing',
  '--pre': 'nothing',
  '--prefer-binary': 'nothing',
  '--require-hashes': 'nothing',
  '--trusted-host': 'text',
  '--no-binary': 'text',
  '--only-binary': 'text',
  '--use-feature': 'text',
  '--constraint': 'constraint',
  '--requirement': 'file',
  '--editable': 'requirement',
  '--hash': 'text',
  '--global-option': 'text',
  '--install-option': 'text',
  '--config-settings': 'text',
};

const SHORT: Readonly<Record<string, string>> = {
  '-i': '--index-url',
  '-f': '--find-links',
  '-c': '--constraint',
  '-r': '--requirement',
  '-e': '--editable',
  '-C': '--config-settings',
};

/** Of `pip install` alone: people copy them from a command line. */
const IGNORED: ReadonlySet<string> = new Set([
  '--no-deps',
  '--upgrade',
  '-U',
  '--user',
  '--no-cache-dir',
  '--no-cache',
  '--force-reinstall',
  '--ignore-installed',
  '-I',
  '--quiet',
  '-q',
  '--verbose',
  '-v',
  '--no-build-isolation',
  '--no-input',
  '--compile',
  '--no-compile',
  '--disable-pip-version-check',
  '--no-warn-script-location',
  '--use-pep517',
  '--no-use-pep517',
  '--break-system-packages',
  '--no-clean',
]);

/** The options that a requirements file knows, for messages. */
export const PIP_OPTIONS = Object.keys(OPERANDS);

/** In characters. What is longer is no line of a list: one with hashes has some hundreds. */
export const LONGEST_PIP_LINE = 4000;

/**
 * Takes a line of a requirements file apart as pip does: what stands in front of the first word with a hyphen is the
 * requirement, and the rest are options, each with its value behind a `=`, a blank, or a short name.
 *
 * @see https://github.com/pypa/pip/blob/25.0/src/pip/_internal/req/req_file.py - break_args_options, build_parser
 */
export function parsePipLine(text: string): PipLine {
  // It is refused as a whole, and would take its time to be taken apart.
  if (text.length > LONGEST_PIP_LINE) return { requirement: text, options: [], strays: [] };
  const words = splitWords(text.replace(/(?:^|\s+)#.*$/, '').trim());
  const first = words.findIndex((word) => word.startsWith('-'));
  const behind = first === -1 ? [] : words.slice(first);
  const options: PipOption[] = [];
  const strays: string[] = [];
  for (let index = 0; index < behind.length; index++) {
    const word = behind[index] ?? '';
    if (!/^-./.test(word)) {
      strays.push(word);
      continue;
    }
    const { name, value, operand } = readOption(word);
    const takesNext = value === undefined && hasValue(operand);
    options.push({
      name,
      operand,
      value: value ?? (takesNext ? unquoted(behind[++index] ?? '') : ''),
    });
  }
  return {
    requirement: (first === -1 ? words : words.slice(0, first)).join(' '),
    options,
    strays,
  };
}

/** Blanks in quotes part no words; the quotes themselves stay, since a marker of a requirement has some. */
function splitWords(text: string): readonly string[] {
  return text.match(/(?:[^\s"']|"[^"]*"|'[^']*'|["'])+/g) ?? [];
}

function hasValue(operand: PipOption['operand']): boolean {
  return operand !== undefined && operand !== 'nothing' && operand !== 'ignored';
}

function readOption(word: string): Omit<PipOption, 'value'> & { readonly value?: string } {
  const isShort = !word.startsWith('--');
  const [, given = word, value] =
    (isShort ? /^(-.)=?(.+)?$/ : /^(--[^=]*)(?:=(.*))?$/).exec(word) ?? [];
  const name = isShort ? (SHORT[given] ?? given) : longName(given);
  const operand = OPERANDS[name] ?? (IGNORED.has(name) ? 'ignored' : undefined);
  // A short option with more behind it than pip knows is none.
  if (isShort && operand === undefined) return { name: word, operand };
  return { name, operand, ...(value === undefined ? {} : { value: unquoted(value) }) };
}

/** pip takes any beginning that is that of one option alone. */
function longName(given: string): string {
  if (given in OPERANDS || IGNORED.has(given)) return given;
  const meant = Object.keys(OPERANDS).filter((name) => name.startsWith(given));
  return meant.length === 1 && given.length > 2 ? (meant[0] ?? given) : given;
}

function unquoted(value: string): string {
  return value.replace(/^(["'])(.*)\1$/, '$2');
}

/** The words of a line that pip reads over, or takes on its command line alone. */
export function unreadWords({ options, strays }: PipLine): readonly string[] {
  return [
    ...options.flatMap(({ name, operand }) => (operand === 'ignored' ? [name] : [])),
    ...strays,
  ];
}

/** The line without those words. */
export function withoutUnread(text: string): string {
  const line = parsePipLine(text);
  if (unreadWords(line).length === 0) return text.trim();
  const kept = line.options
    .filter(({ operand }) => operand !== 'ignored')
    .map(({ name, value }) => (value === '' ? name : `${name} ${value}`));
  return [line.requirement, ...kept].filter((part) => part !== '').join(' ');
}

/** A line of a pip list that is an option for the whole list and no requirement. */
export function isPipOption(line: string): boolean {
  return line.startsWith('-') && !/^(?:-e|--editable)\b/.test(line);
}

/** The file that a line `-r FILE` reads in, as it is written there; undefined for every other line. */
export function requirementsFile(line: string): string | undefined {
  return fileBehind(line, 'file');
}

/** The file that a line `-c FILE` names; undefined for every other line. */
export function constraintsFile(line: string): string | undefined {
  return fileBehind(line, 'constraint');
}

function fileBehind(line: string, operand: Operand): string | undefined {
  const { requirement, options } = parsePipLine(line);
  const [found] = requirement === '' ? options.filter((option) => option.operand === operand) : [];
  return found?.value.replace(/^file:(?:\/\/)?(?!\/)/, '');
}
