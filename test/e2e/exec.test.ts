import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images, TEST_LABEL } from '../support/bed.ts';
import { terminateAtEachMoment } from '../support/moments.ts';
import { poll } from '../support/poll.ts';
import { clientOf, endWithTest } from '../support/started.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

/** The environments, each with a container that runs for all tests; both their names have this number in them. */
const SERIAL = process.pid;
const ENVIRONMENTS = {
  bash: images.test,
  dash: images.shDash,
  busybox: images.shBusybox,
} as const;
type Name = keyof typeof ENVIRONMENTS;

let user: User;

beforeAll(async () => {
  user = await newUser();
  for (const [name, image] of Object.entries(ENVIRONMENTS)) {
    const env = `${name}-${SERIAL}`;
    await user.run(['env', 'add', '--name', env, '--image', image, '--kernel', 'plain']);
    // In a session of its own, since it outlives the first test.
    const argv = ['run', '--env', env, '--name', containerOf(name as Name), '-e', 'GIVEN=run'];
    const options = name === 'bash' ? ['--user=1234:1234'] : [];
    const command = ['--', 'sh', '-c', 'touch /tmp/up; exec sleep 600'];
    spawn(process.execPath, [BUILT, ...argv, ...options, ...command], {
      env: user.env,
      cwd: user.project,
      stdio: 'ignore',
      detached: true,
    }).unref();
  }
  for (const name of Object.keys(ENVIRONMENTS) as Name[]) {
    await poll(
      async () => (await docker('exec', containerOf(name), 'test', '-e', '/tmp/up')).exitCode === 0,
    );
  }
});

afterAll(async () => {
  await docker('rm', '--force', ...(Object.keys(ENVIRONMENTS) as Name[]).map(containerOf));
});

function containerOf(name: Name): string {
  return `exec-${name}-of-${SERIAL}`;
}

function sh(name: Name, script: string, ...options: string[]) {
  return user.run(['exec', ...options, containerOf(name), '--', 'sh', '-c', script]);
}

describe('exec', () => {
  test.each(['bash', 'dash', 'busybox'] as const)(
    'sees the kernel, the user, the folder and what was given, in %s',
    async (name) => {
      const show = 'echo "$CONDA_PREFIX $PLAIN_SENTENCE $PWD $(id -u) $GIVEN"; command -v hello';

      const outcome = await sh(name, show);

      const prefix = '/opt/conda/envs/plain';
      const uid = name === 'bash' ? 1234 : 0;
      expect(outcome).toEqual({
        code: 0,
        stdout: `${prefix} it's "quoted", with $HOME /code/project ${uid} run\n${prefix}/bin/hello\n`,
        stderr: '',
      });
    },
  );

  test('finds the container by its environment and by its id, too', async () => {
    const id = await dockerOutput('inspect', '--format', '{{.Id}}', containerOf('bash'));

    for (const given of [`bash-${SERIAL}`, id.slice(0, 12), id]) {
      const { stdout } = await user.run(['exec', given, 'sh', '-c', 'echo "$CONDA_DEFAULT_ENV"']);
      expect(stdout).toBe('plain\n');
    }
  });

  test('finds it through the client, too, where the socket of the engine is not known', async () => {
    const host = user.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
    const env = { DOCKER_HOST: undefined, DOCKER_CONTEXT: 'here' };
    const create = ['context', 'create', 'here', '--docker', `host=${host}`];
    expect(
      spawnSync('docker', create, { env: { ...user.env, DOCKER_HOST: undefined } }).status,
    ).toBe(0);

    const found = await user.run(['exec', `dash-${SERIAL}`, 'echo', 'found'], { env });
    const other = await user.run(['exec', `no-${SERIAL}-such`, 'true'], { env });

    expect([found.code, found.stdout, other.code]).toEqual([0, 'found\n', 66]);
  });

  test('means none that builds or helps, neither by its environment nor by its name', async () => {
    const names = ['build', 'helper'].map((kind) => `exec-${kind}-of-${SERIAL}`);
    for (const [index, name] of names.entries()) {
      const labels = [
        `submarine.kind=${index === 0 ? 'build' : 'helper'}`,
        `submarine.run=${name}`,
      ];
      const options = [...labels, `submarine.env=dash-${SERIAL}`, `${TEST_LABEL}=exec`];
      const given = options.flatMap((label) => ['--label', label]);
      await dockerOutput('run', '-d', '--name', name, ...given, images.busybox, 'sleep', '600');
    }
    const dryRun = (container: string) => user.run(['exec', '--dry-run', container, 'true']);

    const byEnvironment = await dryRun(`dash-${SERIAL}`);
    const byName = await dryRun(names[0] ?? '');
    await docker('rm', '--force', ...names);

    expect(byEnvironment.stdout).toContain(containerOf('dash'));
    expect(byName.code).toBe(66);
  });

  test.each([0, 1, 2, 42, 125, 126, 127, 143])(
    "returns the command's exit code %d and what it says",
    async (code) => {
      const script = `echo "Error response from daemon: I said that" >&2; exit ${code}`;

      expect(await sh('bash', script)).toEqual({
        code,
        stdout: '',
        stderr: 'Error response from daemon: I said that\n',
      });
    },
  );

  test('hands on stdin and the arguments as they are', async () => {
    const words = ['a b', '', "it's\n*", '--', '-x'];
    const command = ['sh', '-c', 'printf "<%s>" "$@"; cat', 'sh', ...words];

    const { stdout } = await user.run(['exec', containerOf('dash'), '--', ...command], {
      stdin: 'typed',
    });

    expect(stdout).toBe("<a b><><it's\n*><--><-x>typed");
  });

  test('takes a user, a folder and variables, which win over the kernel', async () => {
    const options = [
      '-u',
      '0:0',
      '-w',
      '/etc',
      '-e',
      'PLAIN_HOME=mine',
      '-e',
      'FROM_ME',
      '-e',
      'my.own=1',
    ];
    const show = 'echo "$(id -u) $PWD $PLAIN_HOME $FROM_ME $CONDA_PREFIX $HOME"';

    const outcome = await user.run(
      ['exec', ...options, containerOf('bash'), '--', 'sh', '-c', show],
      { env: { FROM_ME: "it's mine" } },
    );

    expect(outcome.stdout).toBe("0 /etc mine it's mine /opt/conda/envs/plain /root\n");
  });

  test('prints what it would do', async () => {
    const { stdout } = await sh('bash', 'true', '--dry-run', '--user', 'root');

    expect(stdout).toMatch(
      /^docker exec -i --user root --env SUBMARINE_EXEC=\w+ exec-bash-of-\d+ \/submarine-bootstrap.sh --enter -- sh -c true\n$/,
    );
  });

  test('a command that is not there is told as in run', async () => {
    expect(await user.run(['exec', containerOf('dash'), 'no-such-command'])).toEqual({
      code: 127,
      stdout: '',
      stderr:
        'submarine: there is no command "no-such-command" in the container\n' +
        '  check its spelling, or add the package that has it to the kernel\n',
    });
  });

  test("another tool's container is refused", async () => {
    const name = `foreign-${SERIAL}`;
    await dockerOutput('run', '--detach', '--rm', '--name', name, images.busybox, 'sleep', '60');

    const { code, stderr } = await user.run(['exec', name, '--', 'true']);
    await docker('rm', '--force', name);

    expect([code, stderr]).toEqual([
      2,
      `submarine: the container "${name}" was not started by submarine\n` +
        `  use the engine's own command: docker exec ${name}\n`,
    ]);
  });
});

/** Says which signals come, and ends with 7 after the first. */
const LISTENER = `
for name in HUP INT TERM QUIT USR1 USR2; do trap "echo got $name; exit 7" $name; done
echo ready
while :; do sleep 0.05; done
`;

describe('a signal to exec', () => {
  function beginExec(container: string, script: string, options: readonly string[] = []) {
    const command = ['sh', '-c', script];
    const child = spawn(
      process.execPath,
      [BUILT, 'exec', ...options, container, '--', ...command],
      { env: user.env, cwd: user.project, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    endWithTest(child);
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const closed = once(child, 'close');
    return {
      output: () => output,
      kill: (signal: NodeJS.Signals) => child.kill(signal),
      until: (text: string) =>
        poll(
          () => output.includes(text),
          () => output,
        ),
      end: async () => {
        const [code] = (await closed) as [number | null];
        return { code, output };
      },
    };
  }

  async function startExec(...given: Parameters<typeof beginExec>) {
    const running = beginExec(...given);
    await running.until('ready');
    return running;
  }

  test.each([
    ['TERM', 'bash'],
    ['INT', 'bash'],
    ['HUP', 'bash'],
    ['QUIT', 'bash'],
    ['USR1', 'bash'],
    ['USR2', 'bash'],
    ['TERM', 'dash'],
    ['TERM', 'busybox'],
  ] as const)('%s reaches the command once and as itself, in %s', async (signal, name) => {
    const running = await startExec(containerOf(name), LISTENER);

    running.kill(`SIG${signal}`);

    expect(await running.end()).toEqual({ code: 7, output: `ready\ngot ${signal}\n` });
  });

  test.each([
    ['SIGTERM', 143],
    ['SIGINT', 130],
  ] as const)('%s ends a command that does nothing about it with %d', async (signal, code) => {
    const mark = `${signal}-${SERIAL}`;
    const running = await startExec(containerOf('bash'), 'echo ready; exec sleep 60', [
      '-e',
      `MARK=${mark}`,
    ]);

    running.kill(signal);

    expect((await running.end()).code).toBe(code);
    const left = `cat /proc/[0-9]*/environ | tr "\\0" "\\n" | grep -c "^MARK=${mark}" || :`;
    expect(await dockerOutput('exec', containerOf('bash'), 'sh', '-c', left)).toBe('0');
  });

  test('reaches the command of another user, and among several its own', async () => {
    const [first, second] = [
      await startExec(containerOf('bash'), LISTENER, ['--user', '0:0']),
      await startExec(containerOf('bash'), LISTENER, ['--user', '0:0']),
    ];

    first.kill('SIGTERM');
    expect(await first.end()).toEqual({ code: 7, output: 'ready\ngot TERM\n' });
    second.kill('SIGUSR1');
    expect(await second.end()).toEqual({ code: 7, output: 'ready\ngot USR1\n' });
  });

  test('reaches a command in a container that sees the processes of its machine', async () => {
    const name = `exec-host-of-${SERIAL}`;
    const argv = ['--env', `dash-${SERIAL}`, '--name', name, '--engine-arg=--pid=host'];
    const running = user.run(['run', ...argv, '--', 'sh', '-c', 'touch /tmp/up; exec sleep 600']);
    await poll(async () => (await docker('exec', name, 'test', '-e', '/tmp/up')).exitCode === 0);
    const entered = await startExec(name, LISTENER);

    entered.kill('SIGTERM');

    expect(await entered.end()).toEqual({ code: 7, output: 'ready\ngot TERM\n' });
    await docker('rm', '--force', name);
    await running;
  });

  test('at whatever moment it comes, no command is left behind', async () => {
    // True as well where none was ever started: that some were is held by terminateAtEachMoment.
    const isGone = async () =>
      !(await dockerOutput('top', containerOf('dash'))).includes('sleep 601');
    const start = () => beginExec(containerOf('dash'), 'echo ready; exec sleep 601');

    await terminateAtEachMoment(start, () => poll(isGone));

    // One that came late would be there still.
    expect(await isGone()).toBe(true);
  });

  test.each([
    ['that nobody reads', '| head -1', 141],
    ['for which there is no room', '>/dev/full', 1],
  ])('a command with output %s ends', async (_, redirection, code) => {
    const line = `"$0" "$1" exec "$2" yes ${redirection}; echo "\${PIPESTATUS[0]}" >&2`;
    const argv = ['-c', line, process.execPath, BUILT, containerOf('dash')];
    const options = { cwd: user.project, env: user.env, encoding: 'utf8' } as const;
    const { stderr } = spawnSync('bash', argv, options);

    expect(stderr.split('\n').at(-2)).toBe(String(code));
    expect(stderr).not.toContain('engine');
    await poll(async () => !/ yes$/m.test(await dockerOutput('top', containerOf('dash'))));
  });

  /** By way of a context, the engine is asked through its client alone. */
  async function throughClient() {
    const host = user.env['DOCKER_HOST'] ?? 'unix:///var/run/docker.sock';
    const argv = ['context', 'create', 'through-client', '--docker', `host=${host}`];
    spawnSync('docker', argv, { env: { PATH: user.env['PATH'], HOME: user.home } });
    return { ...user.env, DOCKER_HOST: undefined, DOCKER_CONTEXT: 'through-client' };
  }

  test('reaches a command whose engine has no socket here', async () => {
    const argv = [BUILT, 'exec', containerOf('dash'), '--', 'sh', '-c', LISTENER];
    const child = spawn(process.execPath, argv, {
      ...{ env: await throughClient(), cwd: user.project, stdio: ['pipe', 'pipe', 'inherit'] },
    });
    endWithTest(child);
    const said = text(child.stdout);
    child.stdout.once('data', () => child.kill('SIGUSR2'));

    expect((await once(child, 'exit'))[0]).toBe(7);
    expect(await said).toBe('ready\ngot USR2\n');
  });

  test('a client that is killed takes its command with it', async () => {
    const child = spawn(process.execPath, [BUILT, 'exec', containerOf('dash'), 'sleep', '62'], {
      env: await throughClient(),
      cwd: user.project,
      stdio: 'ignore',
    });
    endWithTest(child);
    const closed = once(child, 'close');
    const isThere = async () =>
      (await dockerOutput('top', containerOf('dash'))).includes('sleep 62');
    await poll(isThere);

    process.kill(await clientOf(child.pid ?? 0), 'SIGKILL');

    expect((await closed)[0]).toBe(137);
    await poll(async () => !(await isThere()));
  });

  test('a second INT within five seconds kills', async () => {
    const running = await startExec(
      containerOf('bash'),
      'trap "echo no" INT; echo ready; while :; do sleep 0.05; done',
    );

    running.kill('SIGINT');
    await running.until('no');
    running.kill('SIGINT');

    expect(await running.end()).toEqual({ code: 137, output: 'ready\nno\n' });
  });
});

describe('shell', () => {
  function openShell(name: Name, options: readonly string[] = []) {
    return startInTerminal(process.execPath, [BUILT, 'shell', ...options, containerOf(name)], {
      env: user.env,
      cwd: user.project,
    });
  }

  test.each([
    ['bash', '(plain) I have no name!@'],
    ['dash', '(plain) # '],
    ['busybox', '(plain) '],
  ] as const)('shows the kernel in the prompt and is in it, %s', async (name, prompt) => {
    const shell = await openShell(name);
    await shell.until(prompt);

    shell.type(
      'echo "<$CONDA_PREFIX>" "<$PWD>"; until [ "$(stty size)" = "30 100" ]; do sleep 0.1; done; stty size; tty -s && exit 5\r',
    );

    await shell.until('\n30 100');
    expect(await shell.end()).toBe(5);
    expect(shell.output()).toContain('</opt/conda/envs/plain> </code/project>');
  });

  test('keeps the kernel where the settings of bash would leave it', async () => {
    const settings = [
      'alias mine="echo my alias"',
      'export CONDA_PREFIX=/opt/conda CONDA_DEFAULT_ENV=base CONDA_SHLVL=2',
      'export CONDA_PROMPT_MODIFIER="(base) "; PS1="(base) \\\\w: "',
      'PATH=/opt/conda/bin:/usr/bin:/bin:$HOME/.local/bin',
    ].join('\n');
    await dockerOutput(...['exec', '--user=0:0', containerOf('bash'), 'mkdir', '-p', '/home/h']);
    const write = `printf '${settings.replaceAll("'", "'\\''")}' >/home/h/.bashrc`;
    await dockerOutput('exec', '--user=0:0', containerOf('bash'), 'sh', '-c', write);
    const shell = await openShell('bash', ['-e', 'HOME=/home/h', '--user', '0:0']);
    await shell.until('(plain) /code/project: ');

    shell.type(
      'mine; echo "<$CONDA_PREFIX $CONDA_SHLVL>"; command -v hello; echo "[$PATH]"; exit\r',
    );

    expect(await shell.end()).toBe(0);
    expect(shell.output()).toContain('my alias');
    expect(shell.output()).toContain('</opt/conda/envs/plain 1>');
    expect(shell.output()).toContain('\n/opt/conda/envs/plain/bin/hello');
    expect(shell.output()).toMatch(
      /\[\/opt\/conda\/envs\/plain\/special\/bin:.*:\/home\/h\/\.local\/bin\]/,
    );
    expect(shell.output()).not.toContain('(base)');
  });

  test('Ctrl-C is a key', async () => {
    const shell = await openShell('bash');
    await shell.until('(plain) ');
    shell.type('sleep 50\r');
    await poll(async () => (await dockerOutput('top', containerOf('bash'))).includes('sleep 50'));

    shell.type('\u0003');
    shell.type('exit $?\r');

    expect(await shell.end()).toBe(130);
  });

  test('ends with its terminal', async () => {
    const shell = await openShell('bash');
    await shell.until('(plain) ');

    shell.close();

    await poll(
      async () => !(await dockerOutput('top', containerOf('bash'))).includes('bash --rcfile'),
    );
  });

  test('needs a terminal', async () => {
    expect(await user.run(['shell', containerOf('bash')])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'submarine: a shell needs a terminal\n' +
        `  give it a command: submarine exec ${containerOf('bash')} -- sh -c 'echo hello'\n`,
    });
  });
});
