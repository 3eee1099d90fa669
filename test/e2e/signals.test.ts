import { spawn } from 'node:child_process';
import { once } from 'node:events';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import { terminateAtEachMoment } from '../support/moments.ts';
import { poll } from '../support/poll.ts';
import { clientOf, endWithTest } from '../support/started.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

/** Says which signals come, waits a while for another after the first, and ends with 7. */
const LISTENER = `
import os, signal, time
got = []
# A signal may come while print is still at it, which does not stand that.
say = lambda text: os.write(1, (text + '\\n').encode())
for name in ['HUP', 'INT', 'TERM', 'QUIT', 'USR1']:
    signal.signal(getattr(signal, 'SIG' + name), lambda number, frame: got.append(number) or say('got ' + signal.Signals(number).name))
say('ready')
while not got: time.sleep(0.05)
time.sleep(0.8)
say('the end')
raise SystemExit(7)
`;
/** Ends by nothing but KILL. */
const STUBBORN = `
import os, signal, time
for name in ['HUP', 'INT', 'TERM']: signal.signal(getattr(signal, 'SIG' + name), lambda *_: os.write(1, b'no\\n'))
os.write(1, b'ready\\n')
while True: time.sleep(0.05)
`;

let user: User;
let serial = 0;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
});

interface Running {
  readonly pid: number;
  readonly container: string;
  readonly output: () => string;
  /** Waits until the output holds the text. */
  readonly until: (text: string) => Promise<void>;
  /** The output and the exit code, when it has ended. */
  readonly end: () => Promise<{ output: string; code: number }>;
}

function argvFor(script: string, container: string, options: readonly string[]): string[] {
  const run = [BUILT, 'run', '--env', 'plain', '--name', container, ...options];
  return [...run, '--', 'python3', '-c', script];
}

function start(script: string, ...options: string[]): Running {
  const container = `signals-${process.pid}-${(serial += 1)}`;
  const child = spawn(process.execPath, argvFor(script, container, options), {
    env: user.env,
    cwd: user.project,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  endWithTest(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const closed = once(child, 'close');
  return {
    pid: child.pid ?? 0,
    container,
    output: () => output,
    until: (text) =>
      poll(
        () => output.includes(text),
        () => output,
      ),
    end: async () => {
      const [code] = (await closed) as [number];
      return { output, code };
    },
  };
}

async function startWithTerminal(script: string) {
  const container = `signals-${process.pid}-${(serial += 1)}`;
  const terminal = await startInTerminal(process.execPath, argvFor(script, container, []), {
    env: user.env,
    cwd: user.project,
  });
  const end = async () => ({
    code: await terminal.end(),
    output: terminal.output().replaceAll('\r\n', '\n'),
  });
  return { ...terminal, container, end };
}

async function expectGone(container: string): Promise<void> {
  await poll(async () => (await docker('container', 'inspect', container)).exitCode !== 0);
}

describe('without a terminal', () => {
  test.each([
    ['SIGTERM', 'SIGTERM'],
    ['SIGINT', 'SIGINT'],
    ['SIGQUIT', 'SIGQUIT'],
    ['SIGUSR1', 'SIGUSR1'],
    ['SIGHUP', 'SIGTERM'],
  ] as const)('%s reaches the command once, as %s', async (sent, received) => {
    const running = start(LISTENER);
    await running.until('ready');

    process.kill(running.pid, sent);

    expect(await running.end()).toEqual({ code: 7, output: `ready\ngot ${received}\nthe end\n` });
    await expectGone(running.container);
  });

  test("one that the engine's client is sent reaches the command once, too", async () => {
    const running = start(LISTENER);
    await running.until('ready');

    process.kill(await clientOf(running.pid), 'SIGTERM');

    expect(await running.end()).toEqual({ code: 7, output: 'ready\ngot SIGTERM\nthe end\n' });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('a command that does nothing about %s ends with %d', async (signal, code) => {
    const running = start(
      'import signal, time\nsignal.signal(signal.SIGINT, signal.SIG_DFL)\nprint("ready", flush=True)\ntime.sleep(60)',
    );
    await running.until('ready');

    process.kill(running.pid, signal);

    expect((await running.end()).code).toBe(code);
    await expectGone(running.container);
  });

  test('a second INT within five seconds kills', async () => {
    const running = start(STUBBORN);
    await running.until('ready');

    process.kill(running.pid, 'SIGINT');
    await running.until('no');
    process.kill(running.pid, 'SIGINT');

    expect((await running.end()).code).toBe(137);
    await expectGone(running.container);
  });

  test('a stop timeout kills, and nothing else does', async () => {
    const running = start(STUBBORN, '--stop-timeout', '1');
    await running.until('ready');
    const before = Date.now();

    process.kill(running.pid, 'SIGTERM');

    expect((await running.end()).code).toBe(137);
    expect(Date.now() - before).toBeGreaterThan(900);
  });

  test('at whatever moment of the start it comes, no container is left behind', async () => {
    const containers: string[] = [];
    const begin = () => {
      const running = start('import time\nprint("ready", flush=True)\ntime.sleep(600)');
      containers.push(running.container);
      return { ...running, kill: (signal: NodeJS.Signals) => process.kill(running.pid, signal) };
    };

    await terminateAtEachMoment(begin, () => expectGone(containers.at(-1) ?? ''));

    // One that came late would be there still.
    for (const container of containers) await expectGone(container);
  });

  test('a client that is killed takes its container with it', async () => {
    const running = start('import time\ntime.sleep(60)');
    await poll(async () => (await docker('top', running.container)).exitCode === 0);

    process.kill(await clientOf(running.pid), 'SIGKILL');

    expect((await running.end()).code).toBe(137);
    await expectGone(running.container);
  });
});

describe('with a terminal', () => {
  test('Ctrl-C is a key, and reaches the command once', async () => {
    const running = await startWithTerminal(LISTENER);
    await running.until('ready');

    running.type('\u0003');

    expect(await running.end()).toEqual({ code: 7, output: 'ready\n^Cgot SIGINT\nthe end\n' });
    await expectGone(running.container);
  });

  test.each(['SIGTERM', 'SIGHUP'] as const)(
    '%s to the whole session reaches the command once, as TERM',
    async (signal) => {
      const running = await startWithTerminal(LISTENER);
      await running.until('ready');

      process.kill(-running.pid, signal);

      expect(await running.end()).toEqual({ code: 7, output: 'ready\ngot SIGTERM\nthe end\n' });
      await expectGone(running.container);
    },
  );

  test('the command has a terminal, of the same size also when it changes', async () => {
    const size =
      'import os, time\nwhile os.get_terminal_size(1).columns != 100: time.sleep(0.05)\nprint("ready", *os.get_terminal_size(1), flush=True)\nwhile os.get_terminal_size(1).columns == 100: time.sleep(0.05)\nprint(*os.get_terminal_size(1), flush=True)';
    const running = await startWithTerminal(size);
    await running.until('ready 100 30');

    running.resize(120, 40);

    expect(await running.end()).toEqual({ code: 0, output: 'ready 100 30\n120 40\n' });
  });

  test('when the terminal closes, the command is asked to end', async () => {
    const running = await startWithTerminal(LISTENER);
    await running.until('ready');

    running.close();

    await expectGone(running.container);
  });
});
