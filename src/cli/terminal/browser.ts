import { spawn } from 'node:child_process';

import type { Variables } from '../../variables.ts';

/** The program that opens an address in a browser in front of this person, and its arguments before the address. */
type Opener = readonly [string, ...string[]];

/**
 * How a browser is opened here; undefined where there is none, as on a server that is reached by SSH.
 *
 * An editor that is connected to this machine, and a workspace in its cloud, set $BROWSER to a program that opens
 * addresses on the machine where the person sits.
 */
export function findOpener(env: Variables, platform: NodeJS.Platform): Opener | undefined {
  const browser = env['BROWSER'];
  const isEditor = env['TERM_PROGRAM'] === 'vscode' || env['CODESPACES'] === 'true';
  if (isEditor && browser) return [browser];
  if (env['WSL_DISTRO_NAME']) return ['cmd.exe', '/c', 'start'];
  if (isRemote(env)) return undefined;
  if (platform === 'darwin') return ['open'];
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined;
}

/** That it cannot be opened is no error. */
export function openBrowser([program, ...before]: Opener, url: string, env: Variables): void {
  spawn(program, [...before, url], { env, stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}

/** The line that makes the notebook's port one of the machine from which a person has logged in by SSH; undefined where nobody has. */
export function sshLine(url: string, { env, host, user }: Login): string | undefined {
  if (!isRemote(env)) return undefined;
  const { hostname, port } = new URL(url);
  const [, , , sshPort = '22'] = (env['SSH_CONNECTION'] ?? '').split(' ');
  const option = sshPort === '22' ? '' : ` -p ${sshPort}`;
  return `ssh -N -L ${port}:${hostname}:${port}${option} ${user}@${host}`;
}

interface Login {
  readonly env: Variables;
  /** The name of this machine. */
  readonly host: string;
  /** The user's name on it. */
  readonly user: string;
}

function isRemote(env: Variables): boolean {
  return [env['SSH_CONNECTION'], env['SSH_TTY']].some(Boolean);
}
