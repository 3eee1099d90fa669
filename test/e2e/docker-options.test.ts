import { randomBytes } from 'node:crypto';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const ENVIRONMENT = `options-${randomBytes(3).toString('hex')}`;

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', ENVIRONMENT, '--image', images.plain]);
});

function run(options: readonly string[], script: string) {
  return user.run(['run', '--env', ENVIRONMENT, ...options, '--', 'sh', '-c', script]);
}

test('letters and options of docker run that mean the same are taken', async () => {
  const options = [
    ...['-u', '12345', '-m', '64m', '--network', 'none', '--tmpfs', '/scratch:size=1m'],
    ...['--mount', 'type=bind,source=.,target=/data,readonly', '--rm', '-i', '--init'],
  ];
  const script =
    'id -u; cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; ls /sys/class/net; df -P /scratch | tail -n 1; touch /data/x 2>&1';
  const { code, stdout, stderr } = await run(options, script);
  expect(stderr).toBe('');
  expect(stdout).toMatch(/^12345\n67108864\nlo\ntmpfs +1024 .*\/scratch\ntouch: .*Read-only/);
  expect(code).toBe(1);
});

test('-it is taken, since a terminal is given where there is one', async () => {
  expect(await run(['-it'], 'echo hello')).toEqual({ code: 0, stdout: 'hello\n', stderr: '' });
  expect(await user.run(['exec', '-it', 'no-such-run', '--', 'true'])).toMatchObject({ code: 66 });
  expect(await user.run(['exec', '-d', 'no-such-run', '--', 'true'])).toMatchObject({
    ...{ code: 2, stderr: expect.stringContaining('is followed to its end') },
  });
});

describe('what only the engine knows is answered with the line that hands it on:', () => {
  test.each([
    ['--cap-add SYS_PTRACE', '--engine-arg=--cap-add=SYS_PTRACE'],
    ['--security-opt=seccomp=unconfined', '--engine-arg=--security-opt=seccomp=unconfined'],
    ['--device /dev/fuse', '--engine-arg=--device=/dev/fuse'],
    ['--ulimit memlock=-1', '--engine-arg=--ulimit=memlock=-1'],
    ['--ipc host', '--engine-arg=--ipc=host'],
    ['--add-host a:127.0.0.1', '--engine-arg=--add-host=a:127.0.0.1'],
    ['--dns 1.1.1.1', '--engine-arg=--dns=1.1.1.1'],
    ['--hostname node', '--engine-arg=--hostname=node'],
    ['--label a=b', '--engine-arg=--label=a=b'],
    ['--privileged', '--engine-arg=--privileged'],
    ['--tmpfs /x:noexec', '--engine-arg=--tmpfs=/x:noexec'],
    ['--mount type=npipe,source=a,target=/b', '--engine-arg=--mount=type=npipe,source=a,target=/b'],
  ])('%s', async (given, line) => {
    const { code, stderr } = await run(given.split(' '), 'true');
    expect([code, stderr]).toEqual([2, expect.stringContaining(`pass it on: ${line}`)]);
  });

  test('and that line works', async () => {
    const options = ['--engine-arg=--hostname=node', '--engine-arg=--ulimit=nofile=99'];
    expect((await run(options, 'hostname; ulimit -n')).stdout).toBe('node\n99\n');
  });
});

test.each([
  [['--entrypoint', 'python'], 'name the program as the command: -- python'],
  [['--rm', '--detach'], 'leave out --rm'],
  [['--mount', 'type=bind,target=/x'], 'has no source'],
  [['--mount', 'type=bind,source=x'], 'has no target'],
  [['--network', 'a b'], 'invalid network "a b"'],
])('%j is refused with what to do', async (options, words) => {
  expect(await run(options, 'true')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(words),
  });
});

describe('two runs with one name', () => {
  const name = `taken-${randomBytes(3).toString('hex')}`;

  test('of which the first is a run: it is named, and may be ended', async () => {
    const { stdout } = await run(['--detach', '--name', name], 'sleep 60');
    const id = stdout.trim();
    const second = await run(['--name', name], 'true');
    const third = await run(['--detach', '--name', name], 'true');
    await user.run(['stop', '--timeout', '0s', name]);
    const fourth = await run(['--name', name], 'true');
    await user.run(['rm', name]);

    for (const { code, stderr } of [second, third]) {
      expect([code, stderr]).toEqual([
        125,
        `submarine: the run ${id} has the name ${name}, and is running\n` +
          `  choose another --name, or end it: submarine stop ${name}\n`,
      ]);
    }
    expect(fourth.stderr).toContain(`or remove it: submarine rm ${name}`);
    expect(await run(['--name', name], 'true')).toMatchObject({ code: 0 });
  });

  test('of which the first is somebody else’s container: nothing is said of removing it', async () => {
    await docker('create', '--name', `${name}-x`, images.plain, 'true');
    const { code, stderr } = await run(['--name', `${name}-x`], 'true');
    await docker('rm', `${name}-x`);
    expect(code).toBe(125);
    expect(stderr).toContain(`a container named ${name}-x already exists`);
    expect(stderr).not.toMatch(/\brm\b/);
  });
});

describe('an environment that is typed as a command', () => {
  test('is offered as the environment where none is named', async () => {
    expect(await user.run(['run', ENVIRONMENT, 'python', '-V'])).toEqual({
      code: 2,
      stdout: '',
      stderr: `submarine: no environment is named\n  did you mean: submarine run --env ${ENVIRONMENT} -- python -V\n`,
    });
  });

  test('is offered where another environment is selected', async () => {
    await user.run(['env', 'select', ENVIRONMENT]);
    const { code, stderr } = await user.run(['run', ENVIRONMENT, 'python', '-V']);
    expect(code).toBe(127);
    expect(stderr).toContain(`did you mean: submarine run --env ${ENVIRONMENT} -- python -V`);
  });
});
