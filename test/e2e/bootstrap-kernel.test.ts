import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { dockerOutput, images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, start } from '../support/bootstrap.ts';
import { logsWith, startDetached } from '../support/detached.ts';
import { condaKernel, finishedKernel, inKernel, PREFIX } from '../support/finished-kernel.ts';

const USERS = [
  ['root', []],
  ['a user whom the image does not know', ['--user=12345']],
] as const;
const READ_ONLY = ['--read-only', '--tmpfs=/tmp'];

describe.each(USERS)(
  'as %s, on a read-only root, in a kernel that cannot be written',
  (_, user) => {
    let folder: string;

    beforeAll(async () => {
      folder = await condaKernel(['python', 'hello', 'activate-plain', 'activate-bash']);
    });

    test('the kernel is activated, and a command that enters sees the same', async () => {
      const { kernel, variables, options } = inKernel(folder);
      const show =
        'hello; echo "$CONDA_PREFIX|$PLAIN_HOME|$BASH_ACTIVATED|$(python -c 1 && echo py)"';
      const command = ['sh', '-c', `(${show}); echo ready; exec sleep 60`];
      const request = { kernel, variables, command, options: [...options, ...READ_ONLY, ...user] };
      const id = await startDetached(request);
      const logs = await logsWith(id, 'ready');

      const entered = await dockerOutput(
        ...['exec', id, '/submarine-bootstrap.sh', '--enter', '--', 'sh', '-c', show],
      );

      const seen = `hello from ${PREFIX}\n${PREFIX}|${PREFIX}/share/plain|one two|py`;
      expect(logs).toBe(`${seen}\nready`);
      expect(entered).toBe(seen);
    });

    test('nothing in the container changes the kernel', async () => {
      const { options, ...request } = inKernel(folder);
      const script = `cd ${PREFIX}; for f in bin/hello conda-meta/submarine-complete etc/new; do (: >>$f) 2>/dev/null && echo wrote $f; done; :`;

      const { exitCode, stdout } = await start({
        ...request,
        options: [...options, ...user],
        command: ['sh', '-c', script],
      });

      expect([exitCode, stdout]).toEqual([0, '']);
    });
  },
);

describe.each(USERS)('as %s, Jupyter of a read-only image', (_, user) => {
  test('runs a notebook in the kernel, through the bootstrap', async () => {
    const folder = await condaKernel(['python'], {
      image: images.example,
      channel: 'file:///opt/channel',
    });
    await borrowJupyter(folder);
    const { options, variables, ...request } = inKernel(folder);
    const notebooks = await temporaryDirectory();
    await chmod(notebooks, 0o755);
    await writeFile(join(notebooks, 'a.ipynb'), NOTEBOOK, { mode: 0o644 });

    const { exitCode, stdout, stderr } = await start({
      ...request,
      image: images.example,
      variables: {
        ...variables,
        SUBMARINE_NOTEBOOK: 'lab',
        SUBMARINE_USER_BASE: '/tmp/base',
        SUBMARINE_USER_NAME: 'ada',
      },
      options: [
        ...[...options, ...READ_ONLY, ...user],
        `--mount=type=bind,source=${notebooks},target=/notebooks,readonly`,
      ],
      command: 'jupyter nbconvert --execute --to notebook --stdout /notebooks/a.ipynb'.split(' '),
    });

    expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
    const name = user.length === 0 ? 'root' : 'ada';
    expect(stdout).toContain(`said: ${PREFIX} ${PREFIX} /tmp/base ${name}`);
  });
});

const NOTEBOOK = JSON.stringify({
  ...{ nbformat: 4, nbformat_minor: 5, metadata: {} },
  cells: [
    {
      ...{ cell_type: 'code', id: 'a', metadata: {}, execution_count: null, outputs: [] },
      source:
        'import getpass, os, site, sys\n' +
        'print("said:", sys.prefix, os.environ["CONDA_PREFIX"], site.USER_BASE, getpass.getuser())',
    },
  ],
});

/** Has the kernel's Python import the ipykernel that the image's Jupyter brings. */
async function borrowJupyter(folder: string): Promise<void> {
  const site = join(folder, 'lib/python3.11/site-packages');
  const jupyter = '/opt/jupyter/lib/python3.11/site-packages';
  await mkdir(site, { recursive: true });
  await symlink(`${jupyter}/ipykernel`, join(site, 'ipykernel'));
  await writeFile(join(site, 'jupyter.pth'), `${jupyter}\n`);
}

describe('a kernel that is not finished', () => {
  test.each([
    ['is missing', { 'bin/x': '' }],
    ['is that of an earlier version', { 'conda-meta/submarine-complete': 'image=x\nbuilder=y\n' }],
    ['is of another version', { 'conda-meta/submarine-complete': 'submarine-kernel 20\n' }],
    ['is empty', { 'conda-meta/submarine-complete': '' }],
  ])('is refused and not built when its mark %s', async (_, files) => {
    const folder = await finishedKernel({});
    await rm(join(folder, 'conda-meta/submarine-complete'));
    await makeKernel(folder, files);

    const { exitCode, stdout, stderr } = await start({
      ...inKernel(folder),
      command: ['echo', 'started'],
    });

    expect([exitCode, stdout]).toEqual([65, '']);
    expect(stderr).toBe(
      `submarine: the kernel "k" is not there\n  ${PREFIX} holds no finished kernel; build it: submarine kernel build`,
    );
  });

  test('is refused where the image holds another one of that name', async () => {
    const { options, ...request } = inKernel(await temporaryDirectory());
    const variables = { ...request.variables, SUBMARINE_KERNEL: 'plain' };

    const { exitCode } = await start({ variables, options, kernel: 'plain', command: ['true'] });

    expect(exitCode).toBe(65);
  });
});

test('a command in a kernel can start another kernel, and its own once more', async () => {
  const request = inKernel(await finishedKernel({}));
  const show = '-- sh -c \'echo "$SUBMARINE_KERNEL $CONDA_PREFIX"\'';

  const { stdout } = await start({
    ...request,
    command: ['sh', '-c', `for k in plain k; do /submarine-bootstrap.sh --kernel $k ${show}; done`],
  });

  expect(stdout).toBe(`plain /opt/conda/envs/plain\nk ${PREFIX}`);
});
