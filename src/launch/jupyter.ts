import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { ENTERING_SHELL } from './bootstrap.ts';

/** Where Jupyter listens in the container. */
export const JUPYTER_PORT = 8888;

export interface JupyterOptions {
  /** What else the server is told, as `jupyter lab` takes it. */
  readonly arguments?: readonly string[] | undefined;
  /** How long the server, and each of its kernels and terminals, may be idle before it ends. */
  readonly idleTimeoutMs?: number | undefined;
  readonly verbose?: boolean | undefined;
}

/**
 * Settings that a person cannot have otherwise, by the names that Jupyter has for them: the address that is printed
 * would be wrong, or the token would be seen.
 *
 * @see https://jupyter-server.readthedocs.io/en/stable/other/full-config.html
 */
const OWN = [
  ...['ip', 'port', 'port_retries', 'base_url', 'token', 'password', 'hashed_password', 'sock'],
  ...['certfile', 'keyfile', 'client_ca', 'custom_display_url', 'open_browser', 'config'],
] as const;

/**
 * The command of a JupyterLab. What decides on its address is said on the command line, which wins over what an image
 * says in its configuration; the token is in the bootstrap's own settings and in no command line.
 *
 * @throws UsageError when the arguments say something of that themselves
 */
export function jupyterCommand({
  arguments: given = [],
  idleTimeoutMs,
  verbose = false,
}: JupyterOptions): readonly string[] {
  const taken = given.find(isOwn);
  if (taken !== undefined) {
    throw new UsageError(
      `the argument ${quote(taken)} of Jupyter would make the address wrong`,
      undefined,
      { code: 'jupyter-argument-reserved', data: { argument: taken } },
    );
  }
  return [
    ...['jupyter', 'lab', '--no-browser', '--ip=0.0.0.0', `--port=${JUPYTER_PORT}`],
    ...['port_retries=0', 'base_url=/', 'sock=', 'certfile=', 'keyfile=', 'client_ca='].map(
      (setting) => `--ServerApp.${setting}`,
    ),
    // The user in the container is the caller, who may be root; the token guards the server either way.
    '--allow-root',
    // Terminals are in the kernel, as notebooks are.
    `--ServerApp.terminado_settings=${JSON.stringify({ shell_command: ENTERING_SHELL })}`,
    // Its log names addresses that lead nowhere outside of the container.
    ...(verbose ? [] : ['--Application.log_level=WARN']),
    ...(idleTimeoutMs === undefined ? [] : idleSettings(Math.ceil(idleTimeoutMs / 1000))),
    ...given,
  ];
}

function isOwn(argument: string): boolean {
  const name = /^--?(?:[A-Za-z]+\.)?([\w-]+)/.exec(argument)?.[1]?.replaceAll('-', '_');
  return name !== undefined && (OWN as readonly string[]).includes(name);
}

/** The server ends when it has no kernel and no terminal left and nobody has asked it for anything for so long. */
function idleSettings(seconds: number): readonly string[] {
  return [
    ['ServerApp.shutdown_no_activity_timeout', seconds],
    ['MappingKernelManager.cull_idle_timeout', seconds],
    ['MappingKernelManager.cull_interval', Math.min(seconds, 60)],
    // A page that was left open is no sign of somebody at work.
    ['MappingKernelManager.cull_connected', 'True'],
    ['TerminalManager.cull_inactive_timeout', seconds],
    ['TerminalManager.cull_interval', Math.min(seconds, 60)],
  ].map(([name, value]) => `--${name}=${value}`);
}
