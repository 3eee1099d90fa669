import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { images, temporaryDirectory } from '../support/bed.ts';
import { makeKernel, start } from '../support/bootstrap.ts';

describe('a notebook', () => {
  const KERNELSPEC = JSON.stringify({ argv: ['/submarine-bootstrap.sh'], display_name: "it's" });
  const show =
    'cat "${JUPYTER_PATH%%:*}"/kernels/*/kernel.json; echo "$CONDA_PREFIX|$SUBMARINE_DIGEST|$0"';
  const jupyter = `#!/bin/sh\n${show}\n`;

  async function notebook(
    files: Readonly<Record<string, string>>,
    inKernel: Readonly<Record<string, string>>,
  ) {
    const programs = await temporaryDirectory();
    const envs = await temporaryDirectory();
    await makeKernel(programs, files);
    await makeKernel(join(envs, 'nb'), inKernel);
    const mounts = Object.entries({ '/programs': programs, '/envs': envs }).map(
      ([target, source]) => `--mount=type=bind,source=${source},target=${target},readonly`,
    );
    return start({
      ...{ image: images.plain, kernel: 'nb', options: mounts, command: ['jupyter', 'lab'] },
      variables: {
        ...{ CONDA_ENVS_DIRS: '/envs', PATH: '/programs:/usr/bin:/bin' },
        SUBMARINE_KERNELSPEC: KERNELSPEC,
      },
    });
  }

  const IPYKERNEL = { 'lib/python3.11/site-packages/ipykernel/__init__.py': '' };

  test("runs in the image's own environment, not activated", async () => {
    const { stdout } = await notebook({ jupyter }, { ...IPYKERNEL, 'bin/jupyter': 'no' });

    expect(stdout).toBe(`${KERNELSPEC}\n||/programs/jupyter`);
  });

  test('runs in the kernel where only that has Jupyter', async () => {
    const { stdout } = await notebook({}, { ...IPYKERNEL, 'bin/jupyter': jupyter });

    expect(stdout).toBe(`${KERNELSPEC}\n/envs/nb||/envs/nb/bin/jupyter`);
  });

  test('without Jupyter, or without ipykernel, says what to add', async () => {
    const [server, kernel] = await Promise.all([
      notebook({}, IPYKERNEL),
      notebook({ jupyter }, {}),
    ]);

    expect([server.exitCode, server.stderr]).toEqual([
      66,
      expect.stringContaining('"- jupyterlab"'),
    ]);
    expect([kernel.exitCode, kernel.stderr]).toEqual([
      65,
      expect.stringContaining('"- ipykernel"'),
    ]);
  });
});
