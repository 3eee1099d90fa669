import { InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import type { RecordedEnd, RunRecord } from './run-record.ts';

const VERSION = 1;

/** Writes a record as YAML, a line for each key, whose values are JSON. */
export function serializeRecord(record: RunRecord): string {
  const { id, end, ...rest } = record;
  const values = Object.entries({ version: VERSION, id, ...rest, end });
  const lines = values
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  return `# A run, see: submarine runs show ${id}\n${lines.join('')}`;
}

/**
 * Reads a record.
 *
 * @param source - its path, for messages
 * @throws InvalidDataError when it is not what `serializeRecord` wrote
 */
export function parseRecord(text: string, id: string, source: string): RunRecord {
  const values = readLines(text);
  const version = values?.['version'];
  if (typeof version === 'number' && version > VERSION) {
    throw new InvalidDataError(
      `a newer version of submarine wrote the record of the run ${id}`,
      'update submarine',
      { code: 'record-newer', data: { id, path: source } },
    );
  }
  if (values === undefined || version !== VERSION || values['id'] !== id || !isWhole(values)) {
    throw new InvalidDataError(
      `the record of the run ${id} is damaged: ${quote(source)}`,
      'delete it',
      { code: 'record-damaged', data: { id, path: source } },
    );
  }
  const { version: _version, startedAt, end, ...rest } = values as unknown as Written;
  return {
    ...rest,
    startedAt: new Date(startedAt),
    ...(end === undefined ? {} : { end: { ...end, at: new Date(end.at) } }),
  };
}

interface Written extends Omit<RunRecord, 'startedAt' | 'end'> {
  readonly version: number;
  readonly startedAt: string;
  readonly end?: Omit<RecordedEnd, 'at'> & { readonly at: string };
}

function readLines(text: string): Readonly<Record<string, unknown>> | undefined {
  const lines = text.split('\n').slice(1);
  // The last line is whole where an end follows it.
  if (lines.pop() !== '') return undefined;
  try {
    return Object.fromEntries(lines.map(readLine));
  } catch {
    return undefined;
  }
}

function readLine(line: string): readonly [string, unknown] {
  const at = line.indexOf(': ');
  return [line.slice(0, at), JSON.parse(line.slice(at + 2)) as unknown];
}

type Test = (value: unknown) => boolean;

const isText: Test = (value) => typeof value === 'string';
const isMoment: Test = (value) => isText(value) && !Number.isNaN(Date.parse(String(value)));
const isList: Test = (value) => Array.isArray(value) && value.every(isText);
const object =
  (tests: Readonly<Record<string, Test>>): Test =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(tests).every(([key, test]) => test((value as Record<string, unknown>)[key]));
const optional =
  (test: Test): Test =>
  (value) =>
    value === undefined || test(value);

/** What commands look at in each record; the rest is as we wrote it, in a file that nobody else can write. */
const isWhole = object({
  name: isText,
  environment: object({ name: isText, document: isText, digest: isText }),
  image: object({ reference: isText, id: isText }),
  kernel: optional(object({ digest: isText })),
  code: optional(object({ commit: isText })),
  request: object({ kind: isText, command: isList, variables: object({}) }),
  engine: object({ name: isText, id: isText }),
  host: isText,
  user: isText,
  startedAt: isMoment,
  end: optional(object({ reason: isText, at: isMoment, installed: isList, results: object({}) })),
});
