/** What the subset holds: texts, lists and mappings. */
type QuickValue = string | readonly QuickValue[] | { readonly [key: string]: QuickValue };

interface Line {
  readonly indent: number;
  readonly text: string;
}

const MAX_INDENT = 100;
/** Thrown to leave the scan from any depth. */
const NOT_PLAIN = Symbol('not of the subset');

// Letters of any script, but no blank, mark or control that YAML or a terminal treats in a way of its own.
const ORDINARY_LINE = /^[\x20-\x7E\p{L}\p{M}\p{N}\p{P}\p{S}]*$/u;
const KEY = /^([A-Za-z_][\w.-]*):(?: +(.*))?$/;
const PLAIN = /^(?:[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[\w-]))(?:[^:#]|:(?! |$)|(?<! )#)*$/;
const SINGLE_QUOTED = /^'((?:[^']|'')*)'(?: +#.*)?$/;
const DOUBLE_QUOTED = /^"([^"\\]*)"(?: +#.*)?$/;
const FLOW_LIST = /^\[([^{}[\]#\\]+)\](?: +#.*)?$/;
const FLOW_ITEM = /^(?:"[^"]*"|'[^']*'|(?:[\w./=<>*+ -]|:(?=\/))+)$/;
const FLOW_MAPPING = /^\{([^{}[\]#\\]*)\}(?: +#.*)?$/;
const FLOW_PAIR = /^([A-Za-z_][\w.-]*): +("[^"]*"|'[^']*'|[\w./=<>*+-]+)$/;
// What YAML's core schema makes something else of than a text, and what older readers do besides.
const OTHER_TYPE = /^(?:~|null|true|false|yes|no|on|off|y|n|<<|=|[-+]?\.(?:inf|nan))$/i;
const NUMBER_LIKE =
  /^[-+.]?(?:\d[\d_.]*(?:e[-+]?\d+)?|0[xob][\da-f_]+|\.\d.*)$|^\d+[-:]\d+[-:\dT. Z+]*$/i;

/** Whether a text may stand in YAML as it is, without quotes, in a block and as all readers of YAML read it. */
export function isPlainText(text: string): boolean {
  return ORDINARY_LINE.test(text) && PLAIN.test(text) && text === text.trim() && !isOtherType(text);
}

function isOtherType(text: string): boolean {
  return OTHER_TYPE.test(text) || NUMBER_LIKE.test(text);
}

/**
 * Reads the plain YAML that most profiles are written in, some fifty times as fast as a whole YAML reader and without
 * loading one: mappings and lists in blocks, texts on one line, comments. What it reads it reads as YAML's core schema
 * does; whatever could mean something else in any reader it leaves alone.
 *
 * @returns undefined when the text is not all of that subset, which says nothing about its being YAML
 */
export function readQuickYaml(text: string): QuickValue | undefined {
  try {
    const lines = toLines(text);
    if (lines.length === 0) return undefined;
    const [value, end] = readBlock(lines, 0);
    return end === lines.length ? value : undefined;
  } catch (error) {
    if (error === NOT_PLAIN) return undefined;
    throw error;
  }
}

function toLines(text: string): Line[] {
  const lines: Line[] = [];
  for (const raw of text.split(/\r?\n/)) {
    const content = raw.trim();
    if (!ORDINARY_LINE.test(raw)) throw NOT_PLAIN;
    if (content !== '' && !content.startsWith('#')) {
      const indent = raw.search(/\S/);
      // Each level is read by a call within a call.
      if (indent > MAX_INDENT) throw NOT_PLAIN;
      lines.push({ indent, text: content });
    }
  }
  return lines;
}

/** The block that begins in line `start`, and the line behind its last. */
function readBlock(lines: Line[], start: number): readonly [QuickValue, number] {
  return isItem(lines[start]) ? readList(lines, start) : readMapping(lines, start);
}

function readList(lines: Line[], start: number): readonly [QuickValue, number] {
  const { indent } = lineAt(lines, start);
  const items: QuickValue[] = [];
  let at = start;
  while (lines[at]?.indent === indent && isItem(lines[at])) {
    const text = lineAt(lines, at).text.slice(1);
    const content = text.trimStart();
    if (KEY.test(content)) {
      // `- pip:` opens a mapping whose keys stand where the first of them does.
      lines[at] = { indent: indent + 1 + text.length - content.length, text: content };
      const [item, end] = readMapping(lines, at);
      items.push(item);
      at = end;
    } else {
      items.push(readScalar(content));
      at += 1;
    }
  }
  refuseDeeper(lines, at, indent);
  return [items, at];
}

function readMapping(lines: Line[], start: number): readonly [QuickValue, number] {
  const { indent } = lineAt(lines, start);
  const mapping: Record<string, QuickValue> = {};
  let at = start;
  while (lines[at]?.indent === indent && !isItem(lines[at])) {
    const [, key = '', content = ''] = KEY.exec(lineAt(lines, at).text) ?? [];
    if (key === '' || key in mapping || isOtherType(key)) throw NOT_PLAIN;
    at += 1;
    if (content === '' || content.startsWith('#')) {
      const next = lines[at];
      const isNested =
        next !== undefined && (next.indent > indent || (next.indent === indent && isItem(next)));
      if (!isNested) throw NOT_PLAIN;
      [mapping[key], at] = readBlock(lines, at);
    } else {
      mapping[key] = readFlow(content) ?? readScalar(content);
    }
  }
  refuseDeeper(lines, at, indent);
  return [mapping, at];
}

/** A deeper line behind a text would go on with it. */
function refuseDeeper(lines: readonly Line[], at: number, indent: number): void {
  if ((lines[at]?.indent ?? 0) > indent) throw NOT_PLAIN;
}

/** A short list or mapping on one line; undefined for what is none. */
function readFlow(content: string): QuickValue | undefined {
  const list = FLOW_LIST.exec(content)?.[1];
  if (list !== undefined) return list.split(',').map((item) => readFlowItem(item.trim()));
  const inner = FLOW_MAPPING.exec(content)?.[1];
  if (inner === undefined) return undefined;
  const mapping: Record<string, QuickValue> = {};
  for (const pair of inner.split(',')) {
    const [, key = '', text = ''] = FLOW_PAIR.exec(pair.trim()) ?? [];
    if (key === '' || key in mapping || isOtherType(key)) throw NOT_PLAIN;
    mapping[key] = readScalar(text);
  }
  return mapping;
}

/** A comma in quotes leaves halves behind that are no items, and no pairs. */
function readFlowItem(item: string): string {
  if (!FLOW_ITEM.test(item)) throw NOT_PLAIN;
  return readScalar(item);
}

function readScalar(content: string): string {
  const single = SINGLE_QUOTED.exec(content)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  const double = DOUBLE_QUOTED.exec(content)?.[1];
  if (double !== undefined) return double;
  const comment = content.indexOf(' #');
  const plain = comment === -1 ? content : content.slice(0, comment).trimEnd();
  if (!PLAIN.test(plain) || isOtherType(plain)) throw NOT_PLAIN;
  return plain;
}

function isItem(line: Line | undefined): boolean {
  return line !== undefined && /^-(?: |$)/.test(line.text);
}

function lineAt(lines: readonly Line[], at: number): Line {
  const line = lines[at];
  if (line === undefined) throw NOT_PLAIN;
  return line;
}
