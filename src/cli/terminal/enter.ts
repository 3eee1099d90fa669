import { parseUser } from '../../launch/resources.ts';
import type { ExecInRunRequest } from '../../operations/runs/exec-in-run.ts';
import { execInRun, showExec } from '../../operations/runs/exec-in-run.ts';
import type { Context } from '../context.ts';
import type { ExecOptions } from '../options/exec-options.ts';
import { parsed, variablesOf } from '../options/to-run-request.ts';
import { followRun } from './follow-run.ts';

/** Runs another command in a container, or an interactive shell where the command is empty. */
export async function enter(
  target: Pick<ExecInRunRequest, 'container' | 'command'>,
  options: ExecOptions,
  context: Context,
): Promise<void> {
  const { host, io } = context;
  const { stdin, stdout, stderr } = host.streams;
  const request: ExecInRunRequest = {
    ...target,
    engine: options.engine,
    variables: variablesOf(options.envVar),
    user: parsed(options.user, parseUser),
    workdir: options.workdir,
    terminal: target.command.length === 0 || (stdin.isTTY === true && io.stdoutIsTerminal),
    verbose: context.globals().verbose,
  };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    io.out(await showExec(submarine, request, context.call()));
    return;
  }
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr };
  const run = await execInRun(submarine, request, streams, context.call());
  // An interactive shell hears no TERM.
  context.exitWith(await followRun(run, { hangUpAs: 'SIGHUP' }, context));
}
