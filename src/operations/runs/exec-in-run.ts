import { randomBytes } from 'node:crypto';

import type { ExecRequest, Run, Streams } from '../../engines/engine.ts';
import { UsageError } from '../../errors.ts';
import type { User } from '../../launch/resources.ts';
import {
  givenVariables,
  lastOfEach,
  terminalVariables,
  withoutValues,
} from '../../launch/variables.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { containerOf, findRunning } from './find-run.ts';

/** Another command in a running container. */
export interface ExecInRunRequest {
  /** By its id, the beginning of it, its name, `@last`, or the environment that it alone is running; without it the only one that is running. */
  readonly container?: string | undefined;
  readonly engine?: string | undefined;
  /** Empty for an interactive shell. */
  readonly command: readonly string[];
  /** Values by name; `true` passes on the caller's own. */
  readonly variables?: Readonly<Record<string, string | true>> | undefined;
  /** Without one: the container's. */
  readonly user?: User | undefined;
  /** In the container: absolute. Without one: the container's. */
  readonly workdir?: string | undefined;
  /** Whether the command gets a terminal, which the streams must be then. */
  readonly terminal?: boolean | undefined;
  readonly verbose?: boolean | undefined;
}

/**
 * Starts another command in a container, in the activated environment of its own one.
 *
 * @throws UsageError when the request cannot mean anything, or means several containers
 * @throws SubmarineError of the kind `not-found` when no such container is running
 */
export async function execInRun(
  submarine: Submarine,
  request: ExecInRunRequest,
  streams: Streams,
  call?: Call,
): Promise<Run> {
  const { run, exec } = await prepare(submarine, request, call);
  if (request.verbose === true) {
    const line = run.showExec({ ...exec, variables: withoutValues(exec.variables) });
    call?.on?.({ type: 'command', line, replacesEntrypoint: false });
  }
  return run.exec(exec, streams, call);
}

/** The exact command that `execInRun` comes to. */
export async function showExec(
  submarine: Submarine,
  request: ExecInRunRequest,
  call?: Call,
): Promise<string> {
  const { run, exec } = await prepare(submarine, request, call);
  return run.showExec(exec);
}

async function prepare(
  submarine: Submarine,
  request: ExecInRunRequest,
  call: Call | undefined,
): Promise<{ readonly run: Run; readonly exec: ExecRequest }> {
  const { command, user, workdir, terminal = false } = request;
  if (workdir?.startsWith('/') === false) {
    throw new UsageError(`the folder ${quote(workdir)} is not absolute`, 'begin it with /', {
      code: 'folder-not-absolute',
      data: { folder: workdir },
    });
  }
  const { variables: callers } = submarine.caller;
  const variables = lastOfEach([
    ...(terminal ? terminalVariables(callers) : []),
    ...givenVariables(request.variables ?? {}, callers),
  ]);
  const { runs } = await submarine.engine(request.engine);
  const { container, engine } = request;
  const running = await findRunning(submarine, { run: container, engine }, call);
  const execId = randomBytes(8).toString('hex');
  return {
    run: runs.open(containerOf(running), call),
    exec: { execId, command, terminal, variables, user, workdir },
  };
}
