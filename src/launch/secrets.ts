import { shellAssignments } from '../kernel/kernel-variables.ts';

/** A variable of the command whose value is handed over by the side: no argument, file or record of ours holds it. */
export interface Secret {
  readonly name: string;
  readonly value: string;
}

/** Where the bootstrap reads them, which it is told by SUBMARINE_SECRETS. */
export const SECRETS_FOLDER = '/run/submarine';
export const SECRETS_PATH = `${SECRETS_FOLDER}/secrets`;

/**
 * What the bootstrap reads: lines of shell, `export NAME='value'`.
 *
 * @throws InvalidDataError for a name that no kernel's variable can have, or a value with a NUL
 */
export function secretAssignments(secrets: readonly Secret[]): string {
  return shellAssignments(Object.fromEntries(secrets.map(({ name, value }) => [name, value])));
}
