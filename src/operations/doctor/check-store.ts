import { access, constants } from 'node:fs/promises';
import { dirname, isAbsolute } from 'node:path';

import { errorCode } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import { findChosenName } from '../environments/choose-environment.ts';
import { listEnvironments } from '../environments/list-environments.ts';
import type { Submarine } from '../submarine.ts';
import type { Finding } from './finding.ts';
import { failure, ok, problem } from './finding.ts';

/** Whether the store can be read and written, and what in it is not valid. */
export async function checkStore(submarine: Submarine): Promise<readonly Finding[]> {
  const { store } = submarine;
  const documents = await listEnvironments(submarine);
  const broken = documents.filter(({ environment }) => environment === undefined);
  const count = documents.length - broken.length;
  const { location } = store;
  return [
    ok('store', `${location}: ${count} environment${count === 1 ? '' : 's'}`, { location, count }),
    ...broken.map(({ name, problems: [first] }) =>
      problem('store', 'warn', {
        code: 'environment-not-valid',
        message: `${name === undefined ? 'a document' : quote(name)} is not a valid environment: line ${first?.line}: ${first?.message}`,
        remedy: first?.remedy,
        data: { name },
      }),
    ),
    ...(await checkWritable(location)),
  ];
}

/** Only a file's folder can be looked at; one that is not there yet is made by the first change. */
async function checkWritable(location: string): Promise<readonly Finding[]> {
  if (!isAbsolute(location)) return [];
  try {
    await access(dirname(location), constants.W_OK);
    return [];
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    return [
      problem('store', 'warn', {
        code: 'store-read-only',
        message: `the folder of ${location} cannot be written, so no environment can be added`,
        data: { location },
      }),
    ];
  }
}

const REASONS = {
  variable: 'by $SUBMARINE_ENV',
  configuration: 'by the configuration',
  selection: 'since you selected it',
} as const;

/** Which environment is used where none is named, and why. */
export async function checkSelection(submarine: Submarine): Promise<readonly Finding[]> {
  const chosen = await findChosenName(submarine);
  if (chosen === undefined) {
    return [ok('selection', 'no environment is selected: each command has to name one')];
  }
  const { name, by } = chosen;
  try {
    await submarine.store.get(name);
    return [
      ok('selection', `${quote(name)} is used where none is named, ${REASONS[by]}`, { name, by }),
    ];
  } catch (error) {
    const { message, ...rest } = failure('selection', error);
    return [{ ...rest, message: `${message}, which is chosen ${REASONS[by]}` }];
  }
}
