import { parseUser } from '../../launch/resources.ts';
import type { ExecInRunRequest } from '../../operations/runs/exec-in-run.ts';
import { execInRun, showExec } from '../../operations/runs/exec-in-run.ts';
import type { RunRequest } from '../../operations/runs/run-request.ts';
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
  // A terminal is handed on; what is none can be read here.
  const streams =
    request.terminal === true ? { stdin: stdin.fd, stdout: stdout.fd, stderr } : host.streams;
  const run = await execInRun(submarine, request, streams, context.call());
  // An interactive shell hears no TERM.
  context.exitWith(await followRun(run, { hangUpAs: 'SIGHUP' }, context));
}

/** Starts a container of an environment for an interactive shell. */
export async function enterNew(
  environment: string,
  { engine, envVar, user, workdir, dryRun }: ExecOptions,
  context: Context,
): Promise<void> {
  const { io, host, signals } = context;
  const request: RunRequest = {
    ...{ environment, engine, workdir, command: [], terminal: true },
    variables: variablesOf(envVar),
    user: parsed(user, parseUser),
    verbose: context.globals().verbose,
  };
  const { showRun, startRun } = await import('../../operations/runs/start-run.ts');
  const submarine = await context.submarine();
  if (dryRun === true) return io.out(await showRun(submarine, request, context.call()));
  const { stdin, stdout, stderr } = host.streams;
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr, keys: signals.keys };
  const run = await startRun(submarine, request, streams, context.call());
  context.exitWith(await followRun(run, { hangUpAs: 'SIGHUP' }, context));
}
