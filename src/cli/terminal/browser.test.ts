import { expect, test } from '@jest/globals';

import { findOpener, sshLine } from './browser.ts';

const SSH = { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 22' };
const CODE = { TERM_PROGRAM: 'vscode', BROWSER: '/code/browser.sh' };

test.each<
  [string, Readonly<Record<string, string>>, NodeJS.Platform, readonly string[] | undefined]
>([
  ['a desktop', { DISPLAY: ':0' }, 'linux', ['xdg-open']],
  ['Wayland', { WAYLAND_DISPLAY: 'w' }, 'linux', ['xdg-open']],
  ['macOS', {}, 'darwin', ['open']],
  ['a server', {}, 'linux', undefined],
  ['SSH, also where a display is forwarded', { ...SSH, DISPLAY: ':10' }, 'linux', undefined],
  ['SSH to macOS', SSH, 'darwin', undefined],
  ['an editor that is connected by SSH', { ...SSH, ...CODE }, 'linux', ['/code/browser.sh']],
  ['Codespaces', { CODESPACES: 'true', BROWSER: 'b' }, 'linux', ['b']],
  ['WSL', { WSL_DISTRO_NAME: 'Debian' }, 'linux', ['cmd.exe', '/c', 'start']],
])('on %s', (_what, env, platform, opener) => {
  expect(findOpener(env, platform)).toEqual(opener);
});

test('over SSH the port is made one of the machine where the person sits', () => {
  const login = { host: 'lab.example', user: 'ada' };
  const url = 'http://127.0.0.1:32768/lab?token=x';

  expect(sshLine(url, { ...login, env: SSH })).toBe(
    'ssh -N -L 32768:127.0.0.1:32768 ada@lab.example',
  );
  const env = { SSH_CONNECTION: '10.0.0.1 50000 10.0.0.2 2222' };
  expect(sshLine(url, { ...login, env })).toBe(
    'ssh -N -L 32768:127.0.0.1:32768 -p 2222 ada@lab.example',
  );
  expect(sshLine(url, { ...login, env: {} })).toBeUndefined();
});
