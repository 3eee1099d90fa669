import { errorCode, InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { fileReason } from './file-reason.ts';
import { writePrivateFile } from './private-file.ts';
import { readRegularFile, readRegularFileSync } from './regular-file.ts';

/**
 * Reads a JSON file that we wrote for this user.
 *
 * @returns its value, which the caller checks; undefined when there is no file
 * @throws InvalidDataError when it is not JSON, or cannot be read
 */
export async function readJson(path: string): Promise<unknown> {
  let text: string;
  try {
    text = (await readRegularFile(path)).toString();
  } catch (cause) {
    const code = errorCode(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new InvalidDataError(
      `cannot read ${quote(path)}: ${fileReason(cause)}`,
      'give yourself access, or delete it',
      { cause },
    );
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InvalidDataError(`${quote(path)} is not valid JSON`, 'repair it, or delete it', {
      cause,
    });
  }
}

/**
 * The object in a JSON file; an empty one when there is none that can be read, for what can be asked again. At once,
 * since all that a start asks waits for it: promises of small files take longer than the files.
 */
export function readJsonObject(path: string): object {
  try {
    const value: unknown = JSON.parse(readRegularFileSync(path).toString());
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Writes a value as JSON for this user alone; see `writePrivateFile`. */
export function writePrivateJson(path: string, value: unknown): Promise<void> {
  return writePrivateFile(path, `${JSON.stringify(value, undefined, 2)}\n`);
}
