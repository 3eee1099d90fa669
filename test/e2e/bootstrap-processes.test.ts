import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, test } from '@jest/globals';

import { derivedImage, images, temporaryDirectory } from '../support/bed.ts';
import type { Start } from '../support/bootstrap.ts';
import { start } from '../support/bootstrap.ts';
import { condaKernel, inKernel } from '../support/finished-kernel.ts';

/** An entrypoint that is the bootstrap under strace, which writes each program and each fork into /out/trace. */
const TRACED = [
  'RUN apt-get update && apt-get install -y --no-install-recommends strace && rm -rf /var/lib/apt/lists/*',
  `RUN printf '#!/bin/sh\\nexec strace -f -qq -e trace=execve,fork,vfork,clone,clone3 -o /out/trace /submarine-bootstrap.sh "$@"\\n' >/traced && chmod +x /traced`,
];

/** The programs that a start executed, its own and the command's with them, and how many processes it forked. */
async function trace(
  image: string,
  request: Start,
): Promise<{ readonly programs: readonly string[]; readonly forks: number }> {
  const out = await temporaryDirectory();
  await chmod(out, 0o777);
  const options = ['--cap-add=SYS_PTRACE', '--security-opt=seccomp=unconfined'];
  const { exitCode, stderr } = await start({
    ...request,
    image: await derivedImage(image, TRACED),
    options: [
      ...(request.options ?? []),
      ...[...options, `--mount=type=bind,source=${out},target=/out`, '--entrypoint=/traced'],
    ],
  });
  expect([exitCode, stderr]).toEqual([0, '']);
  const calls = (await readFile(join(out, 'trace'), 'utf8')).split('\n');
  return {
    programs: calls.flatMap((call) => /execve\("([^"]*)".* = 0$/.exec(call)?.[1] ?? []),
    forks: calls.filter((call) => /(?:fork|clone3?)\b.* = [1-9]\d*$/.test(call)).length,
  };
}

const BOOTSTRAP = '/submarine-bootstrap.sh';
const NO_SCRIPTS = ['hello', 'many'];
const SCRIPTS = ['activate-plain', 'activate-path', 'hello'];

test.each([
  ['dash', images.test, NO_SCRIPTS, [BOOTSTRAP, '/usr/bin/true'], 0],
  [
    'dash that hands over to bash',
    images.test,
    SCRIPTS,
    [BOOTSTRAP, '/usr/bin/bash', '/usr/bin/true'],
    0,
  ],
  ['bash as sh', images.shBash, SCRIPTS, [BOOTSTRAP, '/usr/bin/true'], 0],
  // One to see what there is, and one for each of the two scripts.
  ['dash alone', images.shDash, SCRIPTS, [BOOTSTRAP, '/usr/bin/true'], 3],
])(
  'a start in a kernel executes nothing but shells and the command: %s',
  async (_, image, packages, programs, forks) => {
    const { kernel, variables, options } = inKernel(await condaKernel(packages));
    const base = await temporaryDirectory();

    const traced = await trace(image, {
      kernel,
      variables: { ...variables, SUBMARINE_USER_BASE: '/base', SUBMARINE_USER_NAME: 'ada' },
      options: [...options, `--mount=type=bind,source=${base},target=/base`],
      command: ['/usr/bin/true'],
    });

    expect(traced).toEqual({ programs, forks });
  },
);

test('a user whom the image does not know costs no process either', async () => {
  const traced = await trace(images.shDash, {
    options: ['--user=12345'],
    command: ['/usr/bin/true'],
  });

  expect(traced).toEqual({ programs: [BOOTSTRAP, '/usr/bin/true'], forks: 0 });
});

test('another command costs no more than that', async () => {
  const command = [BOOTSTRAP, '--enter', '--', '/usr/bin/true'];
  const variables = { SUBMARINE_RUN: 'r1', SUBMARINE_KERNEL: 'plain' };

  const { programs, forks } = await trace(images.test, { kernel: 'plain', variables, command });

  expect(programs.slice(programs.indexOf(BOOTSTRAP, 1))).toEqual([
    BOOTSTRAP,
    '/usr/bin/bash',
    '/usr/bin/true',
  ]);
  expect(forks).toBe(0);
});
