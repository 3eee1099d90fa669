import { expect, test } from '@jest/globals';

import { jupyterCommand } from './jupyter.ts';

test('is a JupyterLab whose address is decided on the command line, with the arguments last', () => {
  const command = jupyterCommand({ arguments: ['--ServerApp.root_dir=/data', '--debug'] });

  expect(command.slice(0, 2)).toEqual(['jupyter', 'lab']);
  for (const argument of ['--ip=0.0.0.0', '--port=8888', '--ServerApp.base_url=/']) {
    expect(command).toContain(argument);
  }
  expect(command.slice(-2)).toEqual(['--ServerApp.root_dir=/data', '--debug']);
  expect(command.join(' ')).not.toMatch(/token|idle|timeout/);
});

test('an idle server, its kernels and its terminals end by settings of Jupyter', () => {
  const command = jupyterCommand({ idleTimeoutMs: 7_200_000 });

  expect(command).toContain('--ServerApp.shutdown_no_activity_timeout=7200');
  expect(command).toContain('--MappingKernelManager.cull_idle_timeout=7200');
  expect(command).toContain('--TerminalManager.cull_inactive_timeout=7200');
});

test.each([
  ['--port=1'],
  ['--ip', '0.0.0.0'],
  ['--ServerApp.base_url=/x'],
  ['--IdentityProvider.token=x'],
  ['--NotebookApp.password=x'],
  ['--no-browser', '--port-retries=3'],
  ['--config=/x.py'],
])('refuses what would make the address wrong: %s %s', (...given) => {
  expect(() => jupyterCommand({ arguments: given })).toThrow(/would make the address wrong/);
});
