import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import type { Terminal } from '../support/terminal.ts';
import { startInTerminal } from '../support/terminal.ts';

const COUNT = 'echo ready; i=0; while :; do i=$((i + 1)); echo "n$i"; sleep 0.2; done';

let user: User;

beforeAll(async () => {
  await removeContainers();
  user = await newUser();
  await user.run(['env', 'add', '--name', 'keys', '--image', images.plain]);
});

afterAll(removeContainers);

/** Those of these tests, also of ones that were ended: their names are taken. */
async function removeContainers(): Promise<void> {
  const found = await dockerOutput('ps', '-aq', '--filter', 'label=submarine.env=keys');
  const ids = found.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await docker('rm', '--force', ...ids);
}

/** A shell with jobs, in a terminal, in which `submarine` is the command. */
async function startShell() {
  const terminal = await startInTerminal('bash', ['--norc', '--noprofile', '-i'], {
    ...{ env: { ...user.env, TERM: 'xterm-256color', COLORTERM: 'truecolor', PS1: '$ ' } },
    cwd: user.project,
  });
  terminal.type(`submarine() { "${process.execPath}" "${BUILT}" "$@"; }\r`);
  return terminal;
}

async function stateOf(name: string): Promise<string> {
  const shown = await dockerOutput(
    'ps',
    '--all',
    '--filter',
    `name=^${name}$`,
    '--format',
    '{{.State}}',
  );
  return shown.trim();
}

async function becomes(name: string, state: string): Promise<void> {
  await poll(async () => (await stateOf(name)) === state);
}

/** Until the shell reads again; a client that is about to end would take what is typed. */
async function prompted(terminal: Terminal): Promise<void> {
  await poll(() => terminal.output().endsWith('$ '), terminal.output);
}

/** Until it shows more numbers than it did when its output was so long; the shell itself shows the command again. */
async function countsOn(terminal: Terminal, length: number): Promise<void> {
  await poll(() => Promise.resolve(/n\d+\s+n\d+\s/.test(terminal.output().slice(length))));
}

describe('Ctrl-Z at a terminal', () => {
  test('pauses the container and stops the command, and fg lets both go on', async () => {
    const terminal = await startShell();
    terminal.type(`submarine run --env keys --name keys-z -- sh -c '${COUNT}'\r`);
    await terminal.until('n2');
    terminal.type('\u001a');
    await terminal.until('Stopped');
    await becomes('keys-z', 'paused');
    const shown = terminal.output();
    await sleep(1000);
    expect(terminal.output()).toBe(shown);

    terminal.type('fg\r');
    await becomes('keys-z', 'running');
    await countsOn(terminal, shown.length);

    // The client that follows from now on is another one.
    terminal.type('\u001a');
    await becomes('keys-z', 'paused');
    await poll(() => Promise.resolve(terminal.output().split('Stopped').length > 2));
    terminal.type('fg\r');
    await becomes('keys-z', 'running');
    await countsOn(terminal, terminal.output().length);
    expect(terminal.output()).not.toContain('escape sequence');
    terminal.type('\u0003');
    await becomes('keys-z', '');
    await prompted(terminal);
    terminal.type('echo "code $?"; exit\r');
    await terminal.end();
    expect(terminal.output()).toContain('code 130');
  });

  test('reaches a command that nobody follows yet after fg', async () => {
    const terminal = await startShell();
    terminal.type(`submarine run --env keys --name keys-zz -- sh -c '${COUNT}'\r`);
    await terminal.until('n2');
    terminal.type('\u001a');
    await terminal.until('Stopped');
    const stops = () => terminal.output().split('Stopped').length - 1;
    terminal.type('fg\r');
    await becomes('keys-zz', 'running');
    terminal.type('\u001a');
    await becomes('keys-zz', 'paused');
    await poll(() => Promise.resolve(stops() === 2));
    terminal.type('fg\r');
    await becomes('keys-zz', 'running');
    await countsOn(terminal, terminal.output().length);
    terminal.type('\u0003');
    await becomes('keys-zz', '');
    await prompted(terminal);
    terminal.type('echo "code $?"; exit\r');
    await terminal.end();
    expect(terminal.output()).toContain('code 130');
  });

  test.each([
    ['', 'after bg it stops again, and the terminal is the shell’s'],
    [' | cat', 'in a pipe it leaves the terminal to the shell'],
  ])('(%s) %s', async (pipe) => {
    const terminal = await startShell();
    terminal.type(`submarine run --env keys --name keys-bg -- sh -c '${COUNT}'${pipe}\r`);
    await terminal.until('n2');
    terminal.type('\u001a');
    await terminal.until('Stopped');
    await becomes('keys-bg', 'paused');
    terminal.type(pipe === '' ? 'bg\r' : '\r');
    await sleep(500);
    terminal.type('echo "typed $((6 * 7))"\r');
    await terminal.until('typed 42');
    terminal.type('fg\r');
    await becomes('keys-bg', 'running');
    await countsOn(terminal, terminal.output().length);
    terminal.type('\u0003');
    await becomes('keys-bg', '');
    await prompted(terminal);
    terminal.type('exit\r');
    await terminal.end();
  });

  test.each<[string, (terminal: Terminal) => void]>([
    ['the terminal closes', ({ close }) => close()],
    ['its shell ends it', ({ type }) => type('kill %1\r')],
  ])('a command that it has paused ends when %s', async (_, end) => {
    const terminal = await startShell();
    terminal.type(`submarine run --env keys --name keys-hup -- sh -c '${COUNT}'\r`);
    await terminal.until('n2');
    terminal.type('\u001a');
    await terminal.until('Stopped');
    await becomes('keys-hup', 'paused');

    end(terminal);

    await becomes('keys-hup', '');
    terminal.close();
  });

  test('belongs to what runs in a shell', async () => {
    const terminal = await startShell();
    terminal.type('submarine run --env keys --name keys-sh -- bash --norc --noprofile -i\r');
    await terminal.until('bash-');
    terminal.type('sleep 60\r');
    await sleep(500);
    terminal.type('\u001a');
    await terminal.until('Stopped');
    expect(await stateOf('keys-sh')).toBe('running');
    terminal.type('exit\rexit\r');
    await becomes('keys-sh', '');
    await prompted(terminal);
    terminal.type('exit\r');
    await terminal.end();
  });
});

test('a command without a terminal is paused when its job is stopped', async () => {
  const argv = [BUILT, 'run', '--env', 'keys', '--name', 'keys-tstp', '--', 'sh', '-c', COUNT];
  const child = spawn(process.execPath, argv, {
    ...{ env: user.env, cwd: user.project, detached: true, stdio: ['ignore', 'pipe', 'inherit'] },
  });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  await poll(() => Promise.resolve(output.includes('n2')));
  process.kill(-(child.pid ?? 0), 'SIGTSTP');
  // Nobody could continue a job that no shell looks after, so that it goes on by itself.
  await sleep(1000);
  const before = output.length;
  await poll(() => Promise.resolve(output.length > before));
  expect(await stateOf('keys-tstp')).toBe('running');
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('chosen keys leave the command running, which is no success that is recorded', async () => {
  const terminal = await startShell();
  terminal.type(
    `submarine run --env keys --name keys-left --detach-keys ctrl-p,ctrl-q -- sh -c '${COUNT}'\r`,
  );
  await terminal.until('n2');
  terminal.type('\u0010\u0011');
  await terminal.until('keys-left runs on');
  await prompted(terminal);
  terminal.type('exit\r');
  await terminal.end();
  const { stdout } = await user.run(['ps', '--env', 'keys', '-o', 'json']);
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'keys-left', status: 'running' }]);
  expect(await user.run(['stop', '--timeout', '1s', 'keys-left'])).toMatchObject({ code: 0 });
});

test('a client that ends before its command leaves the record and the folder of the run', async () => {
  const programs = join(user.home, 'programs');
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const client = `#!/bin/sh
exec 4<&0
case $1 in run) "${real}" "$@" <&4 & sleep 2; kill -KILL $!; exit 0 ;; esac
exec "${real}" "$@"\n`;
  await mkdir(programs);
  await writeFile(join(programs, 'docker'), client, { mode: 0o755 });
  const argv = ['run', '--env', 'keys', '--name', 'keys-client', '--', 'bash'];
  const env = { ...user.env, PATH: `${programs}:${user.env['PATH']}` };
  const terminal = await startInTerminal(process.execPath, [BUILT, ...argv], {
    ...{ env, cwd: user.project },
  });
  expect(await terminal.end()).toBe(125);
  expect(terminal.output()).toContain('runs on');
  const { stdout } = await user.run(['runs', 'list', '--env', 'keys', '-o', 'json']);
  expect(JSON.parse(stdout)).toContainEqual(
    expect.objectContaining({ name: 'keys-client', status: 'running' }),
  );
  expect(await user.run(['rm', '--force', 'keys-client'])).toMatchObject({ code: 0 });
});

test('the keys of the engine are the command’s own', async () => {
  const script = 'stty raw -echo; echo ready; head -c 2 | od -An -tx1; stty sane';
  const argv = [BUILT, 'run', '--env', 'keys', '--', 'sh', '-c', script];
  const terminal = await startInTerminal(process.execPath, argv, {
    ...{ env: user.env, cwd: user.project },
  });
  await terminal.until('ready');
  terminal.type('\u0010\u0011');
  expect(await terminal.end()).toBe(0);
  expect(terminal.output()).toContain('10 11');
});

test('a stop timeout also begins with Ctrl-C at a terminal, which the whole foreground hears', async () => {
  const script =
    'trap "echo sh-heard" INT; (trap "echo child-heard" INT; echo began; while :; do sleep 0.1; done); while :; do sleep 0.1; done';
  const argv = [BUILT, 'run', '--env', 'keys', '--stop-timeout', '2'];
  const terminal = await startInTerminal(process.execPath, [...argv, '--', 'sh', '-c', script], {
    env: user.env,
    cwd: user.project,
  });
  await terminal.until('began');
  terminal.type('\u0003');
  await terminal.until('child-heard');
  expect(await terminal.end()).toBe(137);
});

test('a command at a terminal knows what the terminal is, and another does not', async () => {
  const script = 'echo "[$TERM] [${COLORTERM-none}]"';
  const argv = ['run', '--env', 'keys', '--', 'sh', '-c', script];
  const env = { ...user.env, TERM: 'screen-256color', COLORTERM: 'truecolor' };
  const terminal = await startInTerminal(process.execPath, [BUILT, ...argv], {
    ...{ env, cwd: user.project },
  });
  expect(await terminal.end()).toBe(0);
  expect(terminal.output()).toContain('[screen-256color] [truecolor]');
  expect((await user.run(argv, { env })).stdout).toBe('[] [none]\n');
});

test('a shell in an environment is that of its container, or of a new one', async () => {
  const type = ['shell', '--env', 'keys', '-e', 'GREETING=hello'];
  const open = () =>
    startInTerminal(process.execPath, [BUILT, ...type], { env: user.env, cwd: user.project });
  const first = await open();
  first.type('echo "$GREETING $((6 * 7))"; pwd\r');
  await first.until('hello 42');
  await first.until('/code/project');
  const second = await open();
  await second.until('keys is running as submarine-keys-');
  second.type('exit 3\r');
  expect(await second.end()).toBe(3);
  first.type('exit 4\r');
  expect(await first.end()).toBe(4);
  expect((await user.run(['ps', '--env', 'keys', '-o', 'name'])).stdout).toBe('');
  expect(await user.run(['shell', '--env', 'keys', 'x', '--dry-run'])).toMatchObject({ code: 2 });
});

test('under nohup a command goes on when its terminal closes, and its first line says what is there for that', async () => {
  const terminal = await startInTerminal('bash', ['--norc', '--noprofile', '-i'], {
    ...{ env: { ...user.env, PS1: '$ ' }, cwd: user.project },
  });
  const argv = `run --env keys --name keys-nohup -- sh -c '${COUNT}'`;
  terminal.type(`nohup "${process.execPath}" "${BUILT}" ${argv} &\r`);
  const output = join(user.project, 'nohup.out');
  await poll(async () => (await readFile(output, 'utf8').catch(() => '')).includes('n2'));
  terminal.close();
  await sleep(1000);
  const [first] = (await readFile(output, 'utf8')).split('\n');
  expect(await stateOf('keys-nohup')).toBe('running');
  expect(first).toBe(
    'submarine: this command needs no nohup: submarine run --detach leaves it running',
  );
  await docker('rm', '--force', 'keys-nohup');
});

test.each(['ctrl-1', 'ctrl', 'ctrl-p,,q', ''])('keys %j are refused', async (keys) => {
  expect(
    await user.run(['run', '--env', 'keys', '--detach-keys', keys, '--', 'true']),
  ).toMatchObject({ code: 2, stderr: expect.stringContaining('invalid keys') });
});
