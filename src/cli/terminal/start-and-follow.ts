import type { Streams } from '../../engines/engine.ts';
import type { Call } from '../../operations/events.ts';
import type { LaunchedRun } from '../../operations/runs/launched-run.ts';
import type { Submarine } from '../../operations/submarine.ts';
import type { Context } from '../context.ts';
import { refuseRmOfDetached } from '../options/docker-options.ts';
import type { LaunchOptions } from '../options/launch-options.ts';
import type { RunOptions } from '../options/run-options.ts';
import { limitsOf } from '../options/run-options.ts';
import { isUnderNohup } from './nohup.ts';

/** The operations that a request is for, and what an error of theirs means to a person. */
interface RunWay<Request> {
  readonly start: (
    submarine: Submarine,
    request: Request,
    streams: Streams,
    call: Call,
  ) => Promise<LaunchedRun>;
  readonly show: (submarine: Submarine, request: Request, call: Call) => Promise<string>;
  readonly explain?: (error: unknown) => Promise<unknown>;
}

/**
 * Starts a command and follows it to its end, leaves it running, or prints what would be started, as the options say.
 *
 * @returns its exit code where it was followed, which is that of this command, too
 */
export async function startAndFollow<Request>(
  request: Request,
  options: RunOptions,
  { start, show, explain = async (error) => error }: RunWay<Request>,
  context: Context,
): Promise<number | undefined> {
  refuseRmOfDetached(options);
  const fail = async (error: unknown): Promise<never> => {
    throw await explain(error);
  };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    context.io.out(await show(submarine, request, context.call()).catch(fail));
    noteSecrets(options, context);
    return undefined;
  }
  const { followRun } = await import('./follow-run.ts');
  if (options.detach !== true) heedNohup(context);
  const { stdin, stdout, stderr } = context.host.streams;
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr, keys: context.signals.keys };
  const run = await start(submarine, request, streams, context.call()).catch(fail);
  if (options.detach === true) {
    context.io.out(run.runId);
    return undefined;
  }
  const code = await followRun(run, limitsOf(options), context);
  context.exitWith(code);
  return code;
}

/** A command under nohup goes on when its terminal closes, as long as this process does. */
function heedNohup({ io, signals }: Context): void {
  if (!isUnderNohup()) return;
  signals.ignoreHangUp();
  io.note('submarine: this command needs no nohup: submarine run --detach leaves it running');
}

/** No line that is printed has them. */
function noteSecrets({ secret = [] }: LaunchOptions, { io }: Pick<Context, 'io'>): void {
  const names = secret.map((text) => text.replace(/=.*/s, '')).join(', ');
  if (names !== '') io.note(`the secrets ${names} are handed over when it has started`);
}
