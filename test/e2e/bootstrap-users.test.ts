import { describe, expect, test } from '@jest/globals';

import { docker, images } from '../support/bed.ts';
import { start } from '../support/bootstrap.ts';
import { logsWith, startDetached } from '../support/detached.ts';

const SHELLS = { dash: images.test, bash: images.shBash, busybox: images.shBusybox };
const SHOW = ['sh', '-c', 'echo "${USER-unset} ${LOGNAME-unset}"'];
const UNKNOWN = ['--user=12345'];

describe.each(Object.entries(SHELLS))('with %s as sh', (_, image) => {
  test.each([undefined, 'plain', 'odd'])(
    'a user whom the image does not know has a name, in kernel %s',
    async (kernel) => {
      const request = { image, options: UNKNOWN, ...(kernel === undefined ? {} : { kernel }) };
      const python = ['python3', '-c', 'import getpass; print(getpass.getuser())'];

      const [named, numbered] = await Promise.all([
        start({ ...request, variables: { SUBMARINE_USER_NAME: 'ada' }, command: python }),
        start({ ...request, command: SHOW }),
      ]);

      expect(named).toMatchObject({ exitCode: 0, stdout: 'ada' });
      expect(numbered).toMatchObject({ stdout: 'user12345 user12345' });
    },
  );

  test('what the image, the user or the kernel sets stays, and a known user gets nothing', async () => {
    const named = { SUBMARINE_USER_NAME: 'ada' };
    const of = async (request: object): Promise<string> =>
      (await start({ image, command: SHOW, ...request })).stdout;

    expect(await of({ variables: named })).toBe('unset unset');
    expect(await of({ variables: named, options: ['--user=nobody'] })).toBe('unset unset');
    expect(await of({ variables: { ...named, USER: 'bob' }, options: UNKNOWN })).toBe('bob bob');
    expect(await of({ variables: { ...named, LOGNAME: '' }, options: UNKNOWN })).toBe('ada ada');
    const variables = { ...named, SUBMARINE_VARIABLES: "export USER='kernel'\n" };
    expect(await of({ variables, kernel: 'plain', options: UNKNOWN })).toBe('kernel kernel');
  });
});

test.each([undefined, 'plain'])(
  'another command in the container has the name of its own user, kernel %s',
  async (kernel) => {
    const variables = {
      ...{ SUBMARINE_RUN: 'r1', SUBMARINE_USER_NAME: 'ada' },
      ...(kernel === undefined ? {} : { SUBMARINE_KERNEL: kernel }),
    };
    const command = ['sh', '-c', 'echo ready; exec sleep 60'];
    const request = { variables, command, options: UNKNOWN, ...(kernel && { kernel }) };
    const id = await startDetached(request);
    await logsWith(id, 'ready');
    const enter = async (...options: readonly string[]): Promise<string> => {
      const argv = [id, '/submarine-bootstrap.sh', '--enter', '--', ...SHOW];
      return (await docker('exec', ...options, ...argv)).stdout;
    };

    expect(await enter()).toBe('ada ada');
    expect(await enter('--user=root')).toBe('unset unset');
  },
);

test('an image without a list of users is one that knows nobody', async () => {
  const { stdout } = await start({
    image: images.shAlone,
    options: UNKNOWN,
    command: ['/bin/sh', '-c', 'echo "$USER"'],
  });

  expect(stdout).toBe('user12345');
});
