import { spawn } from 'node:child_process';

/** Opens an address in the desktop's browser, where there is a desktop; that it cannot be opened is no error. */
export function openBrowser(url: string, env: Readonly<Record<string, string | undefined>>): void {
  const opener = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const hasDesktop = process.platform === 'darwin' || env['DISPLAY'] || env['WAYLAND_DISPLAY'];
  if (!hasDesktop) return;
  spawn(opener, [url], { env, stdio: 'ignore', detached: true })
    .on('error', () => undefined)
    .unref();
}
