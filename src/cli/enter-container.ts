import { randomBytes } from 'node:crypto';

import type { ExecRequest } from '../engines/engine.ts';
import { ExitCode, UsageError } from '../errors.ts';
import { parseVariable } from '../launch/variables.ts';
import { quote } from '../text/quote.ts';
import type { Context } from './context.ts';
import { definedOnly } from './defined-only.ts';
import type { ExecOptions } from './options/exec-options.ts';
import { findContainer } from './find-container.ts';

/**
 * Runs a further command in a container of ours, or an interactive shell where the command is empty.
 *
 * @param given - the container as a person names it; without it the only one that runs
 * @returns the exit code of the command
 */
export async function enterContainer(
  given: string | undefined,
  command: readonly string[],
  options: ExecOptions,
  context: Context,
): Promise<number> {
  const { host, io } = context;
  const variables = (options.envVar ?? []).map(parseVariable);
  if (options.workdir?.startsWith('/') === false) {
    throw new UsageError(`the folder ${quote(options.workdir)} is not absolute`, 'begin it with /');
  }
  const engine = await context.engine(options.engine);
  const { name } = await findContainer(given, engine);
  const request: ExecRequest = {
    execId: randomBytes(8).toString('hex'),
    container: name,
    command,
    terminal: command.length === 0 || (host.streams.stdin.isTTY === true && io.stdoutIsTerminal),
    variables,
    ...definedOnly({ user: options.user, workdir: options.workdir }),
  };
  if (options.dryRun === true) {
    io.out(engine.renderExec(request));
    return ExitCode.ok;
  }
  if (context.globals().verbose === true) io.note(`+ ${engine.renderExec(request)}`);
  return engine.exec(request);
}
