import { devNull } from 'node:os';
import { join } from 'node:path';

import { readRegularFile } from '../files/regular-file.ts';
import { withoutLogins } from '../launch/network-settings.ts';
import type { Variables } from '../variables.ts';
import type { Call } from './events.ts';
import { warn } from './events.ts';
import type { Submarine } from './submarine.ts';

/** What packages are found and fetched with. */
export interface LentVariables {
  /** The user's, from which proxies, indexes, certificates and the places of logins are read. */
  readonly variables: Variables;
  /** What of them was left out for its logins: names of variables, and paths of files. */
  readonly withheldLogins: readonly string[];
}

/**
 * The user's variables, and without logins where the environments came with a project that the user does not trust: its
 * image, or what it calls a channel, could be made to collect them.
 */
export async function lentVariables({
  caller,
  untrustedProject,
}: Pick<Submarine, 'caller' | 'untrustedProject'>): Promise<LentVariables> {
  if ((await untrustedProject()) === undefined) {
    return { variables: caller.variables, withheldLogins: [] };
  }
  const plain = withoutLogins(caller.variables);
  const files = await filesWithLogins(caller.variables, caller.folders.home);
  return {
    variables: {
      ...plain.variables,
      ...Object.fromEntries(files.map(([name]) => [name, devNull])),
    },
    withheldLogins: [...plain.changed, ...files.map(([, path]) => path)],
  };
}

/** Says once for each build that there are logins which it does not get. */
export async function warnOfWithheldLogins(
  withheldLogins: readonly string[],
  { untrustedProject }: Pick<Submarine, 'untrustedProject'>,
  call: Call | undefined,
): Promise<void> {
  const project = await untrustedProject();
  if (project === undefined || withheldLogins.length === 0) return;
  warn(call, { code: 'logins-withheld', project, withheld: withheldLogins });
}

/** By the variables that name them. */
async function filesWithLogins(
  variables: Variables,
  home: string,
): Promise<readonly (readonly [name: string, path: string])[]> {
  const condarc = variables['CONDARC'] || join(home, '.condarc');
  const netrc = variables['NETRC'] || join(home, '.netrc');
  return [
    ...(/\S/.test(await textOf(netrc)) ? [['NETRC', netrc] as const] : []),
    ...(LOGIN.test(await textOf(condarc)) ? [['CONDARC', condarc] as const] : []),
  ];
}

/** In an address: `user:password@` or `/t/TOKEN`. An @ elsewhere costs no more than the file. */
const LOGIN = /[^/\s]@|\/t\/[^/\s]/;

function textOf(path: string): Promise<string> {
  return readRegularFile(path).then(String, () => '');
}
