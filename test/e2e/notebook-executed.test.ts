import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { CHANNEL, images } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'image', '--image', images.example]);
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
  const kernel = ['--kernel', 'team', '--channel', CHANNEL, '--dependency', 'python'];
  const pip = ['--dependency', 'pip', '--pip', 'ipykernel==7.4.0', '--pip', 'papermill==2.7.0'];
  await user.run(['env', 'add', '--name', 'nb', '--image', images.example, ...kernel, ...pip]);
  await user.run(['env', 'add', '--name', 'no', '--image', images.example, ...kernel]);
  await writeFile(join(user.project, 'train.ipynb'), notebookOf(...CELLS));
  await writeFile(join(user.project, 'fails.ipynb'), notebookOf(...CELLS, '1 / 0', 'print("no")'));
  await writeFile(join(user.project, 'broken.ipynb'), 'no JSON');
  const julia = { kernelspec: { name: 'julia-1.9', language: 'julia', display_name: 'Julia' } };
  await writeFile(join(user.project, 'julia.ipynb'), notebookOf(julia, '1'));
});

type Metadata = Readonly<Record<string, unknown>>;

function notebookOf(...sources: readonly (string | Metadata)[]): string {
  const metadata = sources.find((one) => typeof one === 'object') ?? {};
  const cells = sources
    .filter((one) => typeof one === 'string')
    .map((source, index) => ({
      cell_type: 'code',
      id: `c${index}`,
      execution_count: null,
      outputs: [],
      source,
      metadata: source.startsWith('lr =') ? { tags: ['parameters'] } : {},
    }));
  return JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata, cells });
}

const CELLS = ['lr = 1', 'import sys\nprint("in", sys.prefix, lr)'];

const run = (name: string, ...words: string[]) => user.run(['run', '--env', name, ...words]);

test('a notebook is executed in the kernel of its environment, and written beside itself', async () => {
  const { code, stdout, stderr } = await run('nb', 'train.ipynb');

  expect(stdout).toMatch(/^in \/submarine\/kernels\/\S+ 1\n$/);
  expect(stderr).not.toContain('encryption');
  expect(code).toBe(0);
  expect(await readFile(join(user.project, 'train.executed.ipynb'), 'utf8')).toContain(
    stdout.trimEnd(),
  );
  expect(
    JSON.parse((await user.run(['runs', 'show', '@last', '-o', 'json'])).stdout),
  ).toMatchObject({
    command: ['train.ipynb', 'train.executed.ipynb'],
    end: { reason: 'exit', exitCode: 0 },
  });
});

test('parameters are set, and kept by a rerun', async () => {
  const options = ['--param', 'lr=0.5', '--param', 'name=a "b" $(c)', '--executed', 'out.ipynb'];
  const { code, stdout } = await run('nb', ...options, 'train.ipynb');

  expect([code, stdout.replace(/\S+ (?=\S+\n)/, '')]).toEqual([0, 'in 0.5\n']);
  expect(await readFile(join(user.project, 'out.ipynb'), 'utf8')).toContain(
    'a \\\\\\"b\\\\\\" $(c)',
  );
  expect((await user.run(['rerun', '@last'])).stdout).toBe(stdout);
});

test('the first cell that fails ends it with its traceback, and what came before is kept', async () => {
  const { code, stdout, stderr } = await run('image', 'fails.ipynb');

  expect([code, stdout]).toEqual([1, 'in /opt/jupyter 1\n']);
  expect(stderr).toMatch(/----> 1 1 \/ 0\n\nZeroDivisionError: division by zero\n/);
  expect(stderr).toMatch(/submarine: cell 3 failed: ZeroDivisionError\n$/);
  expect(stderr).not.toContain('nbclient');
  expect(await readFile(join(user.project, 'fails.executed.ipynb'), 'utf8')).toContain(
    'ZeroDivisionError',
  );
});

test.each([
  ['nb', ['absent.ipynb'], 66, 'there is no notebook "absent.ipynb"'],
  ['nb', ['broken.ipynb'], 65, '"broken.ipynb" is not a notebook'],
  ['nb', ['julia.ipynb'], 66, 'no kernel runs "julia"'],
  ['nb', ['--executed', 'no/x.ipynb', 'train.ipynb'], 73, 'cannot write "no/x.ipynb"'],
  ['no', ['train.ipynb'], 65, 'kernel "team" has no ipykernel'],
  ['plain', ['train.ipynb'], 66, 'the image has no nbclient'],
  ['image', ['--param', 'lr=1', 'train.ipynb'], 66, 'the image has no papermill'],
])('in %s, %j ends with %d', async (name, words, exitCode, message) => {
  const { code, stderr } = await run(name, ...words);

  expect(stderr).toContain(message);
  expect(code).toBe(exitCode);
});

test("Jupyter's own nbconvert executes in the kernel, or fails with the reason", async () => {
  const argv = ['jupyter-nbconvert', '--execute', '--to', 'notebook', '--stdout', 'train.ipynb'];
  const path = ['-e', 'PATH=/opt/jupyter/bin:/usr/bin:/bin'];

  expect((await run('nb', ...path, '--', ...argv)).stdout).toMatch(
    /in \/submarine\/kernels\/\S+ 1/,
  );
  const refused = await run('no', ...path, '--', ...argv);
  expect(refused.stderr).toContain('No module named ipykernel_launcher');
  expect(refused.code).toBe(1);
});
