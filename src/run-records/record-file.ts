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

const NEEDED = {
  name: 'string',
  environment: 'object',
  image: 'object',
  request: 'object',
  engine: 'object',
  host: 'string',
  user: 'string',
  startedAt: 'string',
} as const;

/** The rest is as we wrote it, in a file that nobody else can write. */
function isWhole(values: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(NEEDED).every(
    ([key, type]) => typeof values[key] === type && values[key] !== null,
  );
}
