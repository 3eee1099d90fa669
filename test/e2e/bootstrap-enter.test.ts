import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { docker as runDocker } from '../../tools/run.js';
import { docker, dockerOutput, images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, readEnvironment } from '../support/bootstrap.ts';
import type { Start } from '../support/bootstrap.ts';
import { startDetached } from '../support/detached.ts';
import { finishedKernel, inKernel, PREFIX } from '../support/finished-kernel.ts';
import { poll } from '../support/poll.ts';

/** Says its own environment and stays. */
const SHOW_AND_STAY = ['sh', '-c', 'env -0 >/tmp/first; mv /tmp/first /tmp/seen; exec sleep 60'];

/** Starts a container that stays, and waits until its command runs; returns its id. */
async function stay(request: Partial<Start> & { readonly run?: string }): Promise<string> {
  const { run = 'r1', variables = {}, ...rest } = request;
  const own = {
    SUBMARINE_RUN: run,
    ...(rest.kernel === undefined ? {} : { SUBMARINE_KERNEL: rest.kernel }),
  };
  const id = await startDetached({
    command: SHOW_AND_STAY,
    ...rest,
    variables: { ...own, ...variables },
  });
  await poll(async () => (await docker('exec', id, 'test', '-e', '/tmp/seen')).exitCode === 0);
  return id;
}

function enter(id: string, command: readonly string[], options: readonly string[] = []) {
  return docker('exec', ...options, id, '/submarine-bootstrap.sh', '--enter', '--', ...command);
}

function firstEnvironment(id: string): Promise<Record<string, string>> {
  return dockerOutput('exec', id, 'cat', '/tmp/seen').then(readEnvironment);
}

const SCRIPT = { 'etc/conda/activate.d/a.sh': 'export SCRIPT_RAN=yes\n' };
const GIVEN = { SUBMARINE_GIVEN: 'SECRET LINES', SECRET: 'hush', LINES: "user's\nown" };

describe("another command sees the environment of the container's own", () => {
  test.each([
    ['dash, and bash for its scripts', images.test, ['plain', 'bash', 'odd', 'variables']],
    ['bash as sh', images.shBash, ['plain', 'odd', 'variables']],
    ['dash', images.shDash, ['plain', 'odd', 'variables']],
    ['busybox', images.shBusybox, ['plain', 'odd', 'variables']],
  ])('%s', async (_, image, kernels) => {
    for (const kernel of kernels) {
      const id = await stay({ image, kernel, variables: GIVEN });

      const { stdout, stderr } = await enter(id, ['env', '-0']);

      expect([kernel, stderr]).toEqual([kernel, '']);
      expect([kernel, readEnvironment(stdout)]).toEqual([kernel, await firstEnvironment(id)]);
    }
  });

  test('without a kernel', async () => {
    const id = await stay({ variables: { OTHER: '1' } });

    const { stdout } = await enter(id, ['env', '-0']);

    expect(readEnvironment(stdout)).toEqual(await firstEnvironment(id));
    expect(await dockerOutput('exec', id, 'ls', '/tmp')).toBe('seen');
  });

  test('where the file system is read-only but for the kernels', async () => {
    const shared = ['--read-only', '--tmpfs=/seen', '--env=HOME=/opt'];
    const command = ['sh', '-c', 'exec sleep 60'];
    const id = await startDetached({
      kernel: 'plain',
      command,
      options: shared,
      variables: {
        ...{ SUBMARINE_RUN: 'r1', SUBMARINE_KERNEL: 'plain' },
        ...{ SUBMARINE_GIVEN: 'PLAIN_HOME', PLAIN_HOME: 'mine' },
      },
    });

    const { stdout, stderr } = await enter(
      id,
      ['sh', '-c', 'echo "$CONDA_PREFIX $PLAIN_HOME $PLAIN_LINES"'],
      ['--env=PLAIN_LINES=also', '--env=SUBMARINE_ALSO_GIVEN=PLAIN_LINES'],
    );

    expect(stderr).toBe('');
    expect(stdout).toBe('/opt/conda/envs/plain mine also');
  });
});

describe('where nothing was kept, the kernel is activated for the entering command', () => {
  const show = ['sh', '-c', 'echo "$CONDA_PREFIX $SUBMARINE_KERNEL ${SUBMARINE_NOTEBOOK-none}"'];

  test('in a notebook, whose server is not activated', async () => {
    const envs = await temporaryDirectory();
    await makeKernel(join(envs, 'k'), { 'lib/python3.11/site-packages/ipykernel/__init__.py': '' });
    const id = await stay({
      kernel: 'k',
      variables: { CONDA_ENVS_DIRS: '/envs', SUBMARINE_NOTEBOOK: 'lab' },
      options: [`--mount=type=bind,source=${envs},target=/envs,readonly`],
      // A path, so that it is the image's.
      command: ['/bin/sh', ...SHOW_AND_STAY.slice(1)],
    });

    expect(await firstEnvironment(id)).not.toHaveProperty('CONDA_PREFIX');
    expect((await enter(id, show)).stdout).toBe('/envs/k k none');
    expect(await dockerOutput('exec', id, 'ls', '/tmp')).not.toContain('.env');
  });

  test('while the start has not got so far', async () => {
    const { kernel, variables, options } = inKernel(await finishedKernel(SCRIPT));
    const waiting = { ...variables, SUBMARINE_SECRETS: '/tmp/secrets' };
    const request = { kernel, options, variables: waiting, command: SHOW_AND_STAY };
    const id = await startDetached(request);

    const { stdout, stderr } = await enter(id, ['sh', '-c', 'echo "$CONDA_PREFIX $SCRIPT_RAN"']);

    expect(stderr).toBe('');
    expect(stdout).toBe(`${PREFIX} yes`);
  });
});

describe('the file of the environment', () => {
  test('is for its user alone and holds nothing that the user gave', async () => {
    const options = ['--user=1234:1234', '--env=JUPYTER_TOKEN=t0ken'];
    const id = await stay({ kernel: 'plain', variables: GIVEN, options });
    const file = '/tmp/submarine-r1.env';

    expect(await dockerOutput('exec', id, 'stat', '--format', '%a %u', file)).toBe('600 1234');
    expect(await dockerOutput('exec', id, 'cat', file)).not.toMatch(/hush|user's|t0ken/);
    expect(await firstEnvironment(id)).toMatchObject({ SECRET: 'hush', JUPYTER_TOKEN: 't0ken' });
    expect(await dockerOutput('exec', id, 'sh', '-c', 'umask')).toBe('0022');
  });

  test.each([
    ['root', '0:0', '/root'],
    ['another user', '1235:1235', '/tmp'],
  ])('does not keep %s from entering', async (_, user, home) => {
    const id = await stay({ kernel: 'plain', options: ['--user=1234:1234'] });

    const shown = await enter(id, ['sh', '-c', 'echo "$PLAIN_HOME $HOME"'], [`--user=${user}`]);

    expect(shown.stdout).toBe(`/opt/conda/envs/plain/share/plain ${home}`);
  });

  test('that another user made, of a kernel that nobody names, is refused with the reason', async () => {
    const options = ['--user=1234:1234', '--env=SUBMARINE_KERNEL='];
    const id = await stay({ kernel: 'plain', options });

    const { exitCode, stderr } = await enter(id, ['true'], ['--user=1235:1235']);

    expect(exitCode).toBe(65);
    expect(stderr).toBe(
      'submarine: user 1235 may not read the environment of this container\n' +
        '  enter as the user that it was started as, or as root',
    );
  });

  test('that is not whole yet is not used', async () => {
    const id = await stay({ kernel: 'plain' });
    await dockerOutput('exec', id, 'sh', '-c', `echo "# part\nexport A='" >/tmp/submarine-r1.env`);

    const { exitCode, stdout } = await enter(id, ['sh', '-c', 'echo "$PLAIN_HOME"']);

    expect([exitCode, stdout]).toEqual([0, '/opt/conda/envs/plain/share/plain']);
  });
});

test('what an entering command is given wins over the kernel', async () => {
  const id = await stay({ kernel: 'plain' });
  const options = ['--env=PLAIN_HOME=mine', '--env=SUBMARINE_ALSO_GIVEN=PLAIN_HOME'];

  const { stdout } = await enter(id, ['sh', '-c', 'echo "$PLAIN_HOME"'], options);

  expect(stdout).toBe('mine');
});

test("a variable that a script unset is unset for another command, and bash's functions are kept", async () => {
  const envs = await temporaryDirectory();
  const script = 'unset REMOVED; function hi { echo "hi $1"; }; export -f hi\n';
  await makeKernel(join(envs, 'k'), { 'etc/conda/activate.d/a.sh': script });
  const mount = `--mount=type=bind,source=${envs},target=/envs,readonly`;
  const variables = { CONDA_ENVS_DIRS: '/envs', REMOVED: '1' };
  const id = await stay({ kernel: 'k', variables, options: [mount] });

  const { stdout } = await enter(id, ['bash', '-c', 'echo "${REMOVED-gone}"; hi you']);

  expect(stdout).toBe('gone\nhi you');
});

test('arguments, stdin and the exit code are those of the command', async () => {
  const id = await stay({ kernel: 'plain' });
  const argv = ['--interactive', id, '/submarine-bootstrap.sh', '--enter', '--'];
  const words = ['a b', '', "it's\n*"];
  const print = 'printf "<%s>" "$@"; cat; exit 7';

  const { exitCode, stdout } = await runDocker(
    ['exec', ...argv, 'sh', '-c', print, 'sh', ...words],
    {
      input: 'typed',
    },
  );

  expect([exitCode, stdout]).toEqual([7, "<a b><><it's\n*>typed"]);
});
