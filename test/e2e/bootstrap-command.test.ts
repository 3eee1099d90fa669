import { describe, expect, test } from '@jest/globals';
import { CONTRACT } from '../../src/launch/bootstrap.ts';
import { docker, dockerOutput, images } from '../support/bed.ts';
import { start, startArguments } from '../support/bootstrap.ts';
import { poll } from '../support/poll.ts';

/** Prints each argument between brackets. */
const PRINT = ['sh', '-c', 'for word do printf "[%s]" "$word"; done', 'print'];
const SHELLS = { dash: images.test, bash: images.shBash, busybox: images.shBusybox };
const AWKWARD = [
  'a b',
  '',
  "it's",
  '"',
  'a\nb',
  '$(id)',
  '`id`',
  '$HOME',
  '*',
  '-x',
  '--',
  '\\',
  'é',
];

describe.each(Object.entries(SHELLS))('with %s as sh', (_, image) => {
  test('the bootstrap prints the version of its contract', async () => {
    const argv = ['run', '--rm', ...startArguments({ image, command: [] })];

    const { stdout } = await docker(...argv.slice(0, -1), '--contract');

    expect(stdout).toBe(String(CONTRACT));
  });

  test.each([undefined, 'plain', 'odd'])(
    'the arguments arrive unchanged in kernel %s',
    async (kernel) => {
      const command = [...PRINT, ...AWKWARD];

      const { stdout, exitCode } = await start({
        image,
        command,
        ...(kernel === undefined ? {} : { kernel }),
      });

      expect(stdout).toBe(AWKWARD.map((word) => `[${word}]`).join(''));
      expect(exitCode).toBe(0);
    },
  );

  test('what is piped in arrives to the last byte, scripts that read included', async () => {
    const input = 'x'.repeat(9_999_999);

    const { stdout } = await start({ image, kernel: 'odd', input, command: ['wc', '-c'] });

    expect(stdout.trim()).toBe('9999999');
  });

  test('where no kernel is asked for, only the variables of the contract go', async () => {
    const variables = { SUBMARINE_VERBOSE: '1', SUBMARINE_SPEC_1: 'x', KEPT: "it's" };
    const bare = await docker('run', '--rm', '--env', "KEPT=it's", image, 'env');

    const { stdout } = await start({ image, variables, command: ['env'] });

    expect(sortedLines(stdout)).toEqual(sortedLines(bare.stdout));
  });
});

/** bash alone cannot be kept from setting SHLVL and _. */
function sortedLines(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => !/^(HOSTNAME|SHLVL|_)=/.test(line))
    .toSorted();
}

test.each([
  ['an unknown command', ['no-such-command'], 127, 'there is no command "no-such-command"'],
  ['a path that is not there', ['/no/such'], 127, 'there is no file "/no/such"'],
  ['a folder', ['/tmp'], 126, '"/tmp" cannot be run'],
  ['a file that is not executable', ['/etc/passwd'], 126, '"/etc/passwd" cannot be run'],
  ['no command', [], 2, 'there is no command to run'],
  ['an empty command', [''], 2, 'there is no command to run'],
])('%s is refused in two lines', async (_, command, code, message) => {
  const { exitCode, stderr } = await start({ command });

  expect(exitCode).toBe(code);
  expect(stderr).toContain(`submarine: ${message}`);
  expect(stderr.split('\n')).toHaveLength(2);
});

test.each([
  ['a folder', '../envs/plain'],
  ['an option', '-x'],
  ['nothing', ''],
  ['two words', 'a b'],
  ['a control character', 'a\u001B[31m'],
])('a kernel name that is %s is refused', async (_, kernel) => {
  const { exitCode, stderr } = await start({ kernel, command: ['true'] });

  expect(exitCode).toBe(2);
  expect(stderr).not.toContain('\u001B');
});

test.each(['test', 'shBash', 'shBusybox'] as const)(
  "in %s variables that look like the bootstrap's or bash's own do not end a start",
  async (image) => {
    const variables = { BASH_VERSION: '5', boot_file: '/x', boot_level: 'x', SUBMARINE_RUN: 'own' };
    const given = { ...variables, SUBMARINE_GIVEN: 'BASH_VERSION boot_file boot_level' };
    const command = ['sh', '-c', 'echo "$CONDA_SHLVL $SUBMARINE_KERNEL"'];

    const outcome = await start({
      image: images[image],
      kernel: 'bash',
      variables: given,
      command,
    });

    expect(outcome).toMatchObject({ exitCode: 0, stdout: '1 bash' });
  },
);

test.each(['test', 'shBash', 'shBusybox'] as const)(
  'in %s a kernel name may have letters of any script',
  async (image) => {
    const outcome = await start({ image: images[image], kernel: 'tëam-環境', command: ['true'] });

    expect(outcome).toMatchObject({
      exitCode: 66,
      stderr: expect.stringContaining('the image holds no kernel "tëam-環境"'),
    });
  },
);

test("an option that there is not is refused, and one behind the command is the command's", async () => {
  const [unknown, behind] = await Promise.all([
    docker('run', '--rm', ...startArguments({ command: [] }).slice(0, -1), '--kernl', 'plain'),
    start({ command: ['echo', '--kernel', 'x'] }),
  ]);

  expect(unknown.exitCode).toBe(2);
  expect(unknown.stderr).toContain('there is no option --kernl');
  expect(behind.stdout).toBe('--kernel x');
});

test("exit codes and signals are the command's own", async () => {
  const codes = [1, 42, 130].map((code) =>
    start({ kernel: 'bash', command: ['sh', '-c', `exit ${code}`] }),
  );
  const trap = 'trap "echo caught; exit 7" TERM; echo ready; while :; do sleep 0.05; done';
  const id = await dockerOutput(
    ...[
      'run',
      '--detach',
      '--init',
      ...startArguments({ kernel: 'bash', command: ['sh', '-c', trap] }),
    ],
  );
  await poll(async () => (await dockerOutput('logs', id)).includes('ready'));
  await dockerOutput('kill', '--signal', 'TERM', id);

  expect(await dockerOutput('wait', id)).toBe('7');
  expect(await dockerOutput('logs', id)).toBe('ready\ncaught');
  await dockerOutput('rm', id);
  expect((await Promise.all(codes)).map(({ exitCode }) => exitCode)).toEqual([1, 42, 130]);
});

test.each([
  ['root', []],
  ['a user whom the image does not know', ['--user', '12345']],
])('as %s on a read-only root there is a home that can be written', async (_, user) => {
  const options = ['--read-only', '--tmpfs', '/tmp', ...user];
  const command = ['sh', '-c', ': > "$HOME/file" && echo "$CONDA_DEFAULT_ENV"'];

  const { exitCode, stdout, stderr } = await start({ kernel: 'plain', options, command });

  expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 0, stdout: 'plain', stderr: '' });
});

test('images with a shell and nothing else start commands too', async () => {
  const { stdout } = await start({
    image: images.shAlone,
    command: ['/bin/sh', '-c', 'echo hello'],
  });

  expect(stdout).toBe('hello');
});

test('starting in a kernel that is there starts no process but the command', async () => {
  // Each process takes a number: the next one after the command's own tells how many there were.
  const command = ['sh', '-c', 'sh -c "echo $$ \\$\\$"; :'];
  const numbers = await Promise.all(
    ['variables', 'bash'].map((kernel) => start({ kernel, command })),
  );

  for (const { stdout } of numbers) {
    const [own = 0, next = 0] = stdout.split(' ').map(Number);
    expect(next - own).toBe(1);
  }
});
