import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, dockerOutput, images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  for (const name of ['plain', 'busybox', 'conda', 'example', 'noShell'] as const) {
    await user.run(['env', 'add', '--name', name, '--image', images[name]]);
  }
});

function sh(script: string, ...options: string[]) {
  return user.run(['run', '--env', 'plain', ...options, '--', 'sh', '-c', script]);
}

test.each([0, 1, 2, 42, 125, 126, 127, 130, 137, 143])(
  "the exit code %d is the command's own",
  async (code) => {
    expect(await sh(`exit ${code}`)).toEqual({ code, stdout: '', stderr: '' });
  },
);

test.each([125, 126, 127])(
  'what a command says like the engine, ending with %d, is its own',
  async (code) => {
    const outcome = await sh(`echo "docker: I said that" >&2; exit ${code}`);

    expect(outcome).toEqual({ code, stdout: '', stderr: 'docker: I said that\n' });
  },
);

test('arguments arrive as they were given', async () => {
  const words = ['two words', "it's", '"', 'a\nb', '$(id)', '', '-x', '--help', '`id`', '*'];

  const { stdout } = await user.run(['run', '--env', 'busybox', 'printf', '[%s]', ...words]);

  expect(stdout).toBe(words.map((word) => `[${word}]`).join(''));
});

test('stdin reaches the command, and its two outputs come apart', async () => {
  const argv = ['run', '--env', 'busybox', '--', 'sh', '-c', 'cat; echo talk >&2'];

  expect(await user.run(argv, { stdin: 'some\ninput' })).toEqual({
    code: 0,
    stdout: 'some\ninput',
    stderr: 'talk\n',
  });
});

describe('any image works', () => {
  test.each(['plain', 'busybox', 'conda', 'example'])('%s', async (name) => {
    const outcome = await user.run(['run', '--env', name, '--', 'echo', 'hello']);

    expect(outcome).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  });

  test('but one without a shell, which is said', async () => {
    const { code, stderr } = await user.run(['run', '--env', 'noShell', '--', '/bin/true']);

    expect(code).toBe(65);
    expect(stderr).toContain('has no /bin/sh');
  });
});

describe('code', () => {
  test('is the working directory, and what is written there belongs to the caller', async () => {
    const folder = join(user.project, 'written, by: "me"');
    await mkdir(folder);
    // The container writes as the caller, so the folder is the caller's to give away.
    const argv = ['run', '--env', 'busybox', '--', 'sh', '-c', 'pwd; echo x > made'];

    const { stdout } = await user.run(argv, { cwd: folder });

    expect(stdout).toBe('/code/written, by: "me"\n');
    const { uid, gid } = await stat(join(folder, 'made'));
    expect([uid, gid]).toEqual([process.getuid?.(), process.getgid?.()]);
  });

  test('can be another folder, or none', async () => {
    await mkdir(join(user.home, 'other'));
    const pwd = ['--', 'pwd'];

    expect((await user.run(['run', '--env', 'busybox', '--code', '../other', ...pwd])).stdout).toBe(
      '/code/other\n',
    );
    expect((await user.run(['run', '--env', 'busybox', '--no-code', ...pwd])).stdout).toBe('/\n');
  });

  test('can be there to be read alone', async () => {
    const folder = join(user.project, 'read-only');
    await mkdir(folder);
    await writeFile(join(folder, 'train.py'), 'print("hello")\n');
    const options = ['--env', 'plain', '--code-read-only'];
    const argv = ['run', ...options, '--', 'python3', '-c'];
    const program = 'exec(open("train.py").read()); open("/code/read-only/made", "w")';

    const { code, stdout, stderr } = await user.run([...argv, program], { cwd: folder });

    expect({ code, stdout }).toEqual({ code: 1, stdout: 'hello\n' });
    expect(stderr).toContain('OSError: [Errno 30] Read-only file system: ');
    const shown = await user.run(['notebook', 'read-only', ...options, '--dry-run']);
    expect(shown.stdout).toContain(`source=${folder},target=/code/read-only,readonly `);
  });

  test('must be there', async () => {
    const { code, stderr } = await user.run([
      'run',
      '--env',
      'busybox',
      '--code',
      'nowhere',
      '--',
      'true',
    ]);

    expect([code, stderr]).toEqual([2, expect.stringContaining('nowhere" does not exist')]);
  });
});

test('the options of a container reach it', async () => {
  await writeFile(join(user.project, 'some.env'), 'FROM_FILE=f\n');
  await mkdir(join(user.project, 'data'), { recursive: true });
  await writeFile(join(user.project, 'data', 'x'), 'mounted');
  const script =
    'echo $A $B $FROM_FILE; cat /data/x; echo; id -u; pwd; df -k /dev/shm | tail -1; ' +
    'cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; hostname';

  const { code, stdout, stderr } = await user.run(
    [
      ...['run', '--env', 'plain', '-e', 'A=a b', '-e', 'B', '--env-file', 'some.env'],
      ...[
        '-v',
        './data:/data:ro',
        '-w',
        '/tmp',
        '--user',
        '1234',
        '--memory',
        '256m',
        '--cpus',
        '1.5',
      ],
      ...['--engine-arg=--hostname=inside', '--engine-arg=--read-only', '--', 'sh', '-c', script],
    ],
    { env: { B: 'from the caller' } },
  );

  expect(stderr).toBe('');
  expect(code).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.slice(0, 4)).toEqual(['a b from the caller f', 'mounted', '1234', '/tmp']);
  // Half of the limit.
  expect(lines[4]).toMatch(/\b131072\b/);
  expect(lines.slice(5)).toEqual([String(256 * 1024 ** 2), 'inside']);
});

test('the container has the name that was given, as it is, and labels', async () => {
  const name = `named-${process.pid}`;
  const script = 'while [ ! -e /tmp/seen ]; do sleep 0.1; done';
  const argv = ['run', '--env', 'busybox', '--name', name, '--', 'sh', '-c', script];
  const running = user.run(argv);
  const inspect = ['container', 'inspect', '--format', '{{json .Config.Labels}}', name];
  await poll(async () => (await docker('exec', name, 'true')).exitCode === 0);
  const labels = await dockerOutput(...inspect);
  await dockerOutput('exec', name, 'touch', '/tmp/seen');

  expect(JSON.parse(labels)).toMatchObject({ 'submarine.env': 'busybox', 'submarine.kind': 'run' });
  expect((await running).code).toBe(0);
});

test('a published port answers', async () => {
  const name = `port-${process.pid}`;
  const options = ['--env', 'busybox', '--name', name, '-p', '127.0.0.1::80'];
  const running = user.run(['run', ...options, '--', 'httpd', '-f', '-p', '80']);
  let address = '';
  await poll(async () => {
    address = (await docker('port', name, '80/tcp')).stdout.trim();
    return address !== '';
  });
  const answers = () =>
    fetch(`http://${address}/`).then(
      ({ status }) => status,
      () => undefined,
    );
  await poll(async () => (await answers()) !== undefined);

  const status = await answers();
  await docker('kill', '--signal', 'TERM', name);

  expect(status).toBe(404);
  expect((await running).code).toBe(143);
});

test('when nobody reads the output any more, no container is left behind', async () => {
  const script = '"$0" run --env busybox --name "$1" -- yes | head -1';
  const name = `unread-${process.pid}`;

  const stdout = execFileSync('sh', ['-c', script, BUILT, name], {
    encoding: 'utf8',
    env: user.env,
    cwd: user.project,
    stdio: ['ignore', 'pipe', 'ignore'],
  });

  expect(stdout).toBe('y\n');
  // The engine may still be removing what has ended.
  await poll(async () => (await docker('container', 'inspect', name)).exitCode !== 0);
});

test('a dry run prints the command that does the same when it is pasted', async () => {
  const argv = [
    'run',
    '--env',
    'busybox',
    '-e',
    'A=it\'s "$HOME"\nand',
    '--dry-run',
    '--',
    'sh',
    '-c',
    'echo "$A"; exit 7',
  ];
  const { code, stdout } = await user.run(argv);
  const pasted = () => execFileSync('sh', ['-c', stdout], { encoding: 'utf8', input: '' });

  expect(code).toBe(0);
  expect(stdout).toMatch(/^A='[^=]*' docker run --rm --init -i /);
  expect(pasted).toThrow(expect.objectContaining({ status: 7, stdout: 'it\'s "$HOME"\nand\n' }));
});

test('what is pulled first stands in the dry run, too', async () => {
  const dry = (when: string) =>
    user.run(['run', '--env', 'busybox', '--pull', when, '--dry-run', '--', 'true']);

  expect((await dry('always')).stdout).toMatch(/^docker pull \S+ && docker run /);
  expect((await dry('never')).stdout).toContain(' --pull never ');
});

test('--verbose, on either side of the command, says what runs and that the entrypoint gives way', async () => {
  const rest = ['--env', 'busybox', '--', 'true'];

  for (const argv of [
    ['--verbose', 'run', ...rest],
    ['run', '--verbose', ...rest],
  ]) {
    const { stderr } = await user.run(argv);
    expect(stderr).toMatch(/the bootstrap replaces it\n\+ docker run --rm /);
  }
});

test('a container that is killed for memory is said to be', async () => {
  const hog = 'x = []\nwhile True: x.append(bytearray(10**7))';
  const argv = ['run', '--env', 'plain', '--memory', '64m', '--', 'python3', '-c', hog];

  const { code, stderr } = await user.run(argv);

  expect(code).toBe(137);
  expect(stderr).toContain('ran out of memory (its limit is 64m)');
});

describe('what cannot be run is explained', () => {
  beforeAll(() => writeFile(join(user.project, 'reserved.env'), 'SUBMARINE_DIGEST=x\n'));

  test('a port that another program has', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const { code, stderr } = await user.run([
      'run',
      '--env',
      'busybox',
      '-p',
      `127.0.0.1:${port}:80`,
      '--',
      'true',
    ]);
    server.close();

    expect([code, stderr]).toEqual([125, expect.stringContaining('the port is taken')]);
  });

  test('the name of a container of somebody else, which stays', async () => {
    const name = `taken-${process.pid}`;
    await docker(
      'run',
      '-d',
      '--rm',
      '--name',
      name,
      '--label',
      'submarine-test',
      images.busybox,
      'sleep',
      '60',
    );

    const { code, stderr } = await user.run([
      'run',
      '--env',
      'busybox',
      '--name',
      name,
      '--',
      'true',
    ]);

    expect([code, stderr]).toEqual([125, expect.stringContaining(name)]);
    expect((await docker('rm', '--force', name)).stdout.trim()).toBe(name);
  });

  test.each([
    [['--env', 'nowhere'], 66, /no environment "nowhere"/],
    [['--env', 'busybix'], 66, /did you mean "busybox"\?/],
    [['--env', 'KEY=VALUE'], 2, /-e KEY=VALUE/],
    [['--env', 'busybox', '-e', 'A B=c'], 2, /invalid variable name/],
    [['--env', 'busybox', '-v', './x:/a/../b'], 2, /holds "\.\."/],
    [
      ['--env', 'busybox', '-v', './not-there:/x'],
      2,
      /cannot mount ".*not-there": it does not exist/,
    ],
    [['--env', 'busybox', '--memory', 'lots'], 2, /invalid memory size/],
    [['--env', 'busybox', '--shm-size', 'zz'], 2, /invalid memory size/],
    [['--env', 'busybox', '--cpus', 'abc'], 2, /invalid number of CPUs/],
    [['--env', 'busybox', '--name', ''], 2, /invalid container name/],
    [['--env', 'busybox', '-w', 'data'], 2, /not absolute/],
    [['--env', 'busybox', '-e', 'SUBMARINE_X=1'], 2, /reserved/],
    [['--env', 'busybox', '--env-file', 'reserved.env'], 2, /reserved/],
    [['--env', 'busybox', '--engine-arg=--no-such-option'], 125, /knows no option/],
    [['--env', 'busybox', '-p', 'eighty'], 2, /invalid port/],
    [['--env', 'busybox', '--gpus', 'all'], 125, /no GPU runtime/],
    [['--env', 'busybox', '--engine', '/bin/sh'], 2, /--engine/],
    [['--env', 'busybox', '--env-file', 'no-file'], 2, /cannot read the variables file/],
  ])('%j', async (options, code, message) => {
    const outcome = await user.run(['run', ...options, '--', 'true']);

    expect(outcome.stderr).toMatch(message);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(2);
  });

  test('no environment at all, with the three ways to name one', async () => {
    const { code, stderr } = await user.run(['run', '--', 'true']);

    expect(code).toBe(2);
    for (const way of ['--env', '$SUBMARINE_ENV', 'env select']) expect(stderr).toContain(way);
  });

  test('no command', async () => {
    expect((await user.run(['run', '--env', 'busybox'])).code).toBe(2);
  });

  test('an image that is not here and in no registry', async () => {
    await user.run(['env', 'add', '--name', 'absent', '--image', 'localhost:1/absent:none']);

    const fetched = await user.run(['run', '--env', 'absent', '--', 'true']);
    const never = await user.run(['run', '--env', 'absent', '--pull', 'never', '--', 'true']);

    expect([fetched.code, fetched.stderr]).toEqual([
      125,
      expect.stringContaining('localhost:1/absent:none'),
    ]);
    expect([never.code, never.stderr]).toEqual([125, expect.stringContaining('is not here')]);
  });

  test.each([
    [{ DOCKER_HOST: 'unix:///nowhere.sock' }, /nowhere\.sock does not answer/],
    [{ PATH: '/nowhere' }, /no docker on this machine/],
  ])('an engine that is not there: %j', async (env, message) => {
    const { code, stderr } = await user.run(['run', '--env', 'busybox', '--', 'true'], { env });

    expect([code, stderr]).toEqual([69, expect.stringMatching(message)]);
  });
});
