import { devNull } from 'node:os';
import { join } from 'node:path';

import { errorCode, InvalidDataError } from '../errors.ts';
import { fileReason } from '../files/file-reason.ts';
import { readRegularFile } from '../files/regular-file.ts';
import { quote } from '../text/quote.ts';
import type { Variables } from '../variables.ts';
import type { Condarc } from './condarc.ts';
import { CONDA_DEFAULTS, parseCondarc } from './condarc.ts';

/**
 * Reads conda's settings of the user: the file that `$CONDARC` names, else `.condarc` in the home folder.
 *
 * @returns conda's defaults where there is no such file
 * @throws InvalidDataError when it cannot be read
 */
export async function readCondarc(env: Variables, home: string): Promise<Condarc> {
  const path = env['CONDARC'] || join(home, '.condarc');
  if (path === devNull) return CONDA_DEFAULTS;
  let text: string;
  try {
    text = (await readRegularFile(path)).toString();
  } catch (cause) {
    if (errorCode(cause) === 'ENOENT') return CONDA_DEFAULTS;
    throw new InvalidDataError(
      `cannot read conda's settings ${quote(path)}: ${fileReason(cause)}`,
      'check its permissions, or name another file in $CONDARC',
      { cause },
    );
  }
  return parseCondarc(text, env, path);
}
