import type { DockerOptions } from './docker-options.ts';
import { endedBy } from './client-process.ts';
import { LaunchedContainer } from './launched-container.ts';
import { relaySignals } from './signal-relay.ts';

/**
 * Does what starts a container that answers something, and has a signal end the container: it would outlive both this
 * process and the client that waits for it.
 *
 * @param runId - by which the container is found
 * @throws SubmarineError with exit code 128 + n after signal n, when the container is gone
 */
export async function guardContainer<Value>(
  runId: string,
  env: DockerOptions['env'],
  work: () => Promise<Value>,
): Promise<Value> {
  const container = new LaunchedContainer(runId, env);
  let ended = false;
  let last: NodeJS.Signals | undefined;
  const stopRelay = relaySignals({
    deliver: (signal) => {
      last ??= signal;
      // Nobody reads the answer any more, so there is nothing to end in good order.
      container.signal('SIGKILL', () => ended).catch(() => {});
    },
    resize: () => {},
    stopTimeoutMs: undefined,
  });
  try {
    return await work();
  } finally {
    ended = true;
    stopRelay();
    if (last !== undefined) await leave(container, last);
  }
}

async function leave(container: LaunchedContainer, signal: NodeJS.Signals): Promise<never> {
  await container.remove();
  throw endedBy(signal);
}
