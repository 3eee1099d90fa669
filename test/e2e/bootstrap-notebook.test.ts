import { join } from 'node:path';

import { describe, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, start } from '../support/bootstrap.ts';

const IPYKERNEL = {
  'lib/python3.11/site-packages/ipykernel/__init__.py': '',
  'bin/python': '#!/bin/sh\n',
};
const SPECS = 'share/jupyter/kernels';

interface Prepared {
  /** In the image: what `jupyter` is there, if any. */
  readonly inImage?: Readonly<Record<string, string>>;
  readonly inKernel?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

/** A Jupyter that prints the first of the files of that name in the folders that it would read. */
function printing(variable: string, file: string): string {
  return `#!/bin/sh\nfor file in "\${${variable}%%:*}"/${file}; do cat "$file"; done; echo "$CONDA_PREFIX|$SUBMARINE_DIGEST$SUBMARINE_TIMEOUT|$0"\n`;
}

async function notebook({ inImage = {}, inKernel = {}, variables, command }: Prepared) {
  const programs = await temporaryDirectory();
  const envs = await temporaryDirectory();
  await makeKernel(programs, inImage);
  await makeKernel(join(envs, 'nb'), inKernel);
  const mounts = Object.entries({ '/programs': programs, '/envs': envs }).map(
    ([target, source]) => `--mount=type=bind,source=${source},target=${target},readonly`,
  );
  return start({
    ...{ image: images.plain, kernel: 'nb', options: mounts },
    command: command ?? ['jupyter', 'lab'],
    variables: {
      ...{ CONDA_ENVS_DIRS: '/envs', PATH: '/programs:/usr/bin:/bin' },
      SUBMARINE_NOTEBOOK: 'lab',
      // That of the server: a kernel that had one of its own would end with each interrupt.
      SUBMARINE_TIMEOUT: '60',
      ...variables,
    },
  });
}

const jupyter = printing('JUPYTER_PATH', 'kernels/*/kernel.json');
const OWN_SPEC = {
  argv: [
    ...['/submarine-bootstrap.sh', '--enter', '--'],
    ...['python', '-m', 'ipykernel_launcher', '--log-level=ERROR', '-f', '{connection_file}'],
  ],
  ...{ display_name: 'lab', language: 'python' },
};

/** What is printed, but for the last line, which is returned apart. */
function parsed(stdout: string): { readonly specs: readonly object[]; readonly last: string } {
  const lines = stdout.split('\n');
  const last = lines.pop() ?? '';
  const specs = lines.join('\n').split(/(?<=\})\n(?=\{)/);
  return { specs: specs.map((text) => JSON.parse(text) as object), last };
}

describe('a notebook', () => {
  test("runs in the image's own environment, not activated", async () => {
    const inKernel = { ...IPYKERNEL, 'bin/jupyter': 'no' };
    const { stdout } = await notebook({ inImage: { jupyter }, inKernel });

    expect(parsed(stdout)).toEqual({ specs: [OWN_SPEC], last: '||/programs/jupyter' });
  });

  test('runs in the kernel where only that has Jupyter', async () => {
    const { stdout } = await notebook({ inKernel: { ...IPYKERNEL, 'bin/jupyter': jupyter } });

    expect(parsed(stdout)).toEqual({
      specs: [OWN_SPEC],
      last: '/envs/nb||/envs/nb/bin/jupyter',
    });
  });

  test('offers every kernelspec of the kernel, entered by the bootstrap, with its files', async () => {
    const python = {
      ...{ argv: ['/envs/nb/bin/python', '-m', 'ipykernel_launcher'], language: 'python' },
      ...{ display_name: 'Python 3 "(ipykernel)"', metadata: { debugger: true } },
    };
    const r = { display_name: 'R', language: 'R', argv: ['R', '--slave'], env: { A: 'argv' } };
    const { stdout, stderr } = await notebook({
      inImage: {
        jupyter: `${jupyter}ls -L "\${JUPYTER_PATH%%:*}"/kernels/ir\ncat "\${JUPYTER_CONFIG_PATH%%:*}"/jupyter_server_config.json\n`,
      },
      inKernel: {
        [`${SPECS}/ir/kernel.json`]: JSON.stringify(r, undefined, 2),
        [`${SPECS}/ir/logo-64x64.png`]: 'png',
        [`${SPECS}/python3/kernel.json`]: JSON.stringify(python),
        [`${SPECS}/odd/kernel.json`]: 'no JSON',
      },
      variables: { JUPYTER_TOKEN: 'abc123' },
    });

    const [shown = '', files = ''] = stdout.split('||/programs/jupyter\n');
    const entry = OWN_SPEC.argv.slice(0, 3);
    expect(stderr).toBe('');
    expect(parsed(shown).specs).toEqual([
      { ...r, argv: [...entry, ...r.argv] },
      { ...python, display_name: 'lab', argv: [...entry, ...python.argv, '--log-level=ERROR'] },
    ]);
    expect(files.split('\n').slice(0, 2)).toEqual(['kernel.json', 'logo-64x64.png']);
    expect(JSON.parse(files.split('\n')[2] ?? '')).toEqual({
      MultiKernelManager: { default_kernel_name: 'python3' },
      IdentityProvider: { token: 'abc123' },
    });
  });

  test('needs no Python where the kernel has another language, which is the default then', async () => {
    const { exitCode, stdout } = await notebook({
      inImage: { jupyter: printing('JUPYTER_CONFIG_PATH', '*_config.json') },
      inKernel: {
        'bin/R': '#!/bin/sh\n',
        [`${SPECS}/ir/kernel.json`]: JSON.stringify({ argv: ['R'], language: 'R' }),
      },
    });

    expect([exitCode, parsed(stdout).specs]).toEqual([
      0,
      [{ MultiKernelManager: { default_kernel_name: 'ir' } }],
    ]);
  });

  test.each([
    ['without Jupyter', {}, IPYKERNEL, 66, '"- jupyterlab"'],
    ['without ipykernel', { jupyter }, { 'bin/python': '#!/bin/sh\n' }, 65, '"- ipykernel"'],
    ['without a kernel of R', { jupyter }, { 'bin/R': '#!/bin/sh\n' }, 65, '"- r-irkernel"'],
  ])('%s says what to add', async (_what, inImage, inKernel, code, hint) => {
    const { exitCode, stderr } = await notebook({ inImage, inKernel });

    expect([exitCode, stderr]).toEqual([code, expect.stringContaining(hint)]);
  });

  test('does not ask for news at each start', async () => {
    const page = printing('JUPYTER_CONFIG_PATH', 'labconfig/page_config.json');
    const { stdout } = await notebook({ inImage: { jupyter: page }, inKernel: IPYKERNEL });

    expect(parsed(stdout).specs).toEqual([
      { disabledExtensions: { '@jupyterlab/apputils-extension:announcements': true } },
    ]);
  });
});

describe("the image's Jupyter in a kernel that is activated", () => {
  test.each([['jupyter'], ['jupyter-nbconvert'], ['papermill']])(
    'starts the Python of the kernel: %s',
    async (program) => {
      const { stdout } = await notebook({
        inImage: { [program]: jupyter },
        // What is missing is told by the Python that would have it, and no other runs in its place.
        inKernel: { 'bin/python': '#!/bin/sh\n' },
        variables: { SUBMARINE_NOTEBOOK: '' },
        command: [program],
      });

      expect(parsed(stdout).specs).toEqual([{ ...OWN_SPEC, display_name: 'nb' }]);
    },
  );

  test("does so where it is the kernel's own, too: what that lacks of Jupyter is the image's", async () => {
    const { stdout } = await notebook({
      inKernel: { ...IPYKERNEL, 'bin/jupyter': jupyter },
      variables: { SUBMARINE_NOTEBOOK: '' },
    });

    expect(parsed(stdout).specs).toEqual([{ ...OWN_SPEC, display_name: 'nb' }]);
  });
});
