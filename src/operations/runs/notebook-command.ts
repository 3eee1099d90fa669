import { posix } from 'node:path';

import { UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { NotebookExecution } from './run-request.ts';

const ENDING = '.ipynb';

/** Whether a command is a notebook to execute, which no system could run as it is. */
export function isNotebookFile([file, ...others]: readonly string[]): boolean {
  return file !== undefined && file.endsWith(ENDING) && others.length === 0;
}

/**
 * What the bootstrap executes: the notebook, the file for what comes of it, and parameters.
 *
 * @throws UsageError when the command is not one notebook, or would be written over, or a name is not a variable's
 */
export function notebookCommand(
  command: readonly string[],
  { executed, parameters = {} }: NotebookExecution,
): readonly string[] {
  const [file = ''] = command;
  if (!isNotebookFile(command)) {
    throw new UsageError(
      `${quote(command.join(' '))} is not a notebook`,
      `name one file that ends in ${ENDING}`,
      { code: 'not-a-notebook-file' },
    );
  }
  const target = executed ?? `${file.slice(0, -ENDING.length)}.executed${ENDING}`;
  if (posix.normalize(target) === posix.normalize(file)) {
    throw new UsageError(
      `the notebook ${quote(file)} would be written over`,
      'name another file for what comes of it',
      { code: 'notebook-written-over', data: { file } },
    );
  }
  const odd = Object.keys(parameters).find((name) => !/^[A-Za-z_.][\w.]*$/.test(name));
  if (odd !== undefined) {
    throw new UsageError(
      `invalid parameter name ${quote(odd)}`,
      'write it with letters, digits and "_"',
      { code: 'invalid-parameter', data: { name: odd } },
    );
  }
  return [file, target, ...Object.entries(parameters).map(([name, value]) => `${name}=${value}`)];
}
