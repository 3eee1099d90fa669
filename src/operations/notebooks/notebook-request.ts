import type { JupyterOptions } from '../../launch/jupyter.ts';
import { JUPYTER_PORT, jupyterCommand } from '../../launch/jupyter.ts';
import type { Port } from '../../launch/ports.ts';
import { UsageError } from '../../errors.ts';
import type { RunRequest } from '../runs/run-request.ts';

/** JupyterLab in an environment; its `code` is the folder that it opens. */
export interface NotebookRequest
  extends
    Omit<
      RunRequest,
      'command' | 'executes' | 'experiment' | 'terminal' | 'detachKeys' | 'tellsInterrupt'
    >,
    Omit<JupyterOptions, 'verbose'> {
  /** The port of this machine; without it one that the engine chooses. */
  readonly port?: number | undefined;
  /** The address of this machine; 127.0.0.1 where nothing is said. With another one the notebook is open to the network. */
  readonly host?: string | undefined;
}

const LOOPBACK = '127.0.0.1';
/** In the first every user of this machine's network could reach it. */
const UNPUBLISHED: ReadonlySet<string> = new Set(['host', 'none']);

/**
 * The run that a notebook is.
 *
 * @throws UsageError when the server's port is published besides, or its arguments would make its address wrong
 */
export function toServerRun({
  port,
  host = LOOPBACK,
  arguments: given,
  idleTimeoutMs,
  ...request
}: NotebookRequest): RunRequest {
  const { ports = [], verbose, network } = request;
  if (ports.some(({ containerPort }) => containerPort === JUPYTER_PORT)) {
    throw new UsageError(
      'the port of the notebook is published already, for this machine alone',
      undefined,
      { code: 'notebook-port-published', data: { port: JUPYTER_PORT } },
    );
  }
  if (network !== undefined && UNPUBLISHED.has(network)) {
    throw new UsageError(`a notebook cannot be reached in the network ${network}`, undefined, {
      code: 'port-not-published',
      data: { network },
    });
  }
  const own: Port = {
    ...{ host, containerPort: JUPYTER_PORT, protocol: 'tcp' },
    ...(port === undefined ? {} : { hostPort: port }),
  };
  return {
    ...request,
    command: jupyterCommand({ arguments: given, idleTimeoutMs, verbose }),
    ports: [own, ...ports],
  };
}
