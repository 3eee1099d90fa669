import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { codeMount } from './launch-plan.ts';
import type { LaunchRequest } from './launch-request.ts';
import { checkDetachKeys } from './terminal-key.ts';
import type { Variable } from './variables.ts';
import { checkVariable } from './variables.ts';

/**
 * Refuses what an engine would refuse in words of its own, or take for something else; nothing need be known of the
 * world for it.
 *
 * @throws UsageError
 */
export function checkLaunchRequest(request: LaunchRequest): void {
  const { name, workdir, variables, command } = request;
  if (name !== undefined && !/^[A-Za-z0-9][\w.-]+$/.test(name)) {
    throw new UsageError(
      `invalid container name ${quote(name)}`,
      'write it with letters, digits, "_", "." and "-", two or more',
      { code: 'invalid-container-name', data: { name } },
    );
  }
  if (workdir !== undefined && !workdir.startsWith('/')) {
    throw new UsageError(`the folder ${quote(workdir)} is not absolute`, 'begin it with /', {
      code: 'folder-not-absolute',
      data: { folder: workdir },
    });
  }
  if (codeMount(request) === undefined && request.codeReadOnly === true) {
    throw new UsageError('there is no code folder to mount read-only', undefined, {
      code: 'no-code-to-read',
    });
  }
  if (request.network !== undefined && !/^[A-Za-z0-9][\w.:-]*$/.test(request.network)) {
    throw new UsageError(
      `invalid network ${quote(request.network)}`,
      'name a network of the engine, or none, host or bridge',
      { code: 'invalid-network', data: { network: request.network } },
    );
  }
  if (request.detachKeys !== undefined) checkDetachKeys(request.detachKeys);
  for (const variable of variables) checkVariable(variable.name, variable.value);
  if (request.kind === 'notebook') refuseToken(variables);
  if (command.some((word) => word.includes('\0'))) {
    throw new UsageError('an argument of the command holds a NUL', 'leave it out');
  }
}

/** It would not be used. */
function refuseToken(variables: readonly Variable[]): void {
  if (!variables.some(({ name }) => name === 'JUPYTER_TOKEN')) return;
  throw new UsageError(
    "a notebook's token cannot be chosen",
    'leave JUPYTER_TOKEN out: the address that is printed holds it',
    { code: 'variable-reserved', data: { name: 'JUPYTER_TOKEN' } },
  );
}
