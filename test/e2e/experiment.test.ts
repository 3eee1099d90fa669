import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { images, temporaryDirectory } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const EXAMPLES = fileURLToPath(new URL('../../examples/experiments/', import.meta.url));

describe('of the examples', () => {
  let user: User;
  let folder: string;

  beforeAll(async () => {
    user = await newUser();
    folder = await temporaryDirectory();
    await cp(EXAMPLES, folder, { recursive: true });
    const store = join(folder, 'environments.yaml');
    const text = await readFile(store, 'utf8');
    await writeFile(store, text.replace('python:3.12-slim', images.plain));
  });

  /** In another folder, so that what is relative starts from that of the store. */
  const submarine = (...words: string[]) =>
    user.run(['--store', join(folder, 'environments.yaml'), ...words]);

  test('hello hands a value on as one argument, whatever it holds', async () => {
    const odd = '$(id) `id` "; rm -rf / #\'\n{name} *';
    expect(await submarine('experiment', 'run', 'hello', '--param', `name=${odd}`)).toEqual({
      code: 0,
      stdout: `hello ${odd}\na brace is written twice: {}\n`,
      stderr: '',
    });
  });

  test('pi is recorded with its values, and repeated with its results', async () => {
    expect(await submarine('experiment', 'run', 'pi', '--param', 'samples=2000')).toMatchObject({
      code: 0,
      stdout: 'pi is about 3.136 after 2000 darts\n',
    });
    const shown = await submarine('runs', 'show', '@last', '-o', 'json');
    const record: unknown = JSON.parse(shown.stdout);
    expect(record).toMatchObject({
      experiment: { name: 'pi', parameters: { samples: 2000, seed: 0 } },
      environment: { name: 'experiments' },
      options: {
        code: folder,
        results: [join(folder, 'results')],
        memoryBytes: 512 * 1024 ** 2,
        cpus: 1,
        timeoutMs: 600_000,
      },
      end: { results: { [join(folder, 'results')]: { 'pi.json': expect.any(String) } } },
    });
    expect(await submarine('rerun', '@last')).toMatchObject({ code: 0, stderr: 'results: same\n' });
    const again = await submarine('runs', 'show', '@last');
    expect(again.stdout).toContain('experiment:\n  name: pi\n  parameters:\n    samples: 2000\n');
  });

  test('words leaves out the argument of a parameter without a value', async () => {
    const words = ['experiment', 'run', 'words', '--param', 'text=b a A a'];
    expect((await submarine(...words)).stdout).toBe('3 a\n1 b\n');
    const more = ['--param', 'ignore_case=false', '--param', 'only=a', '--param', 'order=alphabet'];
    expect((await submarine(...words, ...more)).stdout).toBe('2 a\n');
  });

  test('an experiment is left running, and found by the id that is printed', async () => {
    const { stdout } = await submarine('experiment', 'run', 'hello', '-d');
    expect(await submarine('wait', stdout.trim())).toMatchObject({ code: 0 });
    expect((await submarine('logs', stdout.trim())).stdout).toContain('hello world\n');
    expect(await submarine('rm', stdout.trim())).toMatchObject({ code: 0 });
  });

  test('what is wrong with parameters is told together', async () => {
    const params = ['--param', 'txt=x', '--param', 'top=0', '--param', 'order=random'];
    expect(await submarine('experiment', 'run', 'words', ...params)).toEqual({
      code: 2,
      stdout: '',
      stderr: `submarine: there is no parameter "txt": did you mean "text"?
submarine: missing parameter "text": write a text
submarine: invalid value "random" for parameter "order": write often or alphabet
submarine: invalid value "0" for parameter "top": write a whole number from 1 to 100
  see: submarine experiment show words --parameters
`,
    });
  });

  test('list and show have tables for people and values for programs', async () => {
    expect((await submarine('experiment', 'list')).stdout)
      .toBe(`NAME   ENVIRONMENT  PARAMETERS                       DESCRIPTION
hello  experiments  name                             what a value holds, it stays one argument
pi     experiments  samples,seed                     the area of a circle, by throwing darts
words  experiments  text,order,top,ignore_case,only  the words of a text, counted
`);
    expect((await submarine('experiment', 'list', '-o', 'name')).stdout).toBe('hello\npi\nwords\n');
    expect((await submarine('experiment', 'show', 'words', '--parameters')).stdout)
      .toBe(`NAME         TYPE     DEFAULT     VALUES           DESCRIPTION
text         string   (required)                   the text itself
order        string   often       often, alphabet
top          integer  3           1..100
ignore_case  boolean  true
only         string   (left out)                   a regular expression that words must match
`);
    const { stdout } = await submarine('experiment', 'show', 'pi', '--parameters', '-o', 'json');
    expect(Object.keys(JSON.parse(stdout) as object)).toEqual(['samples', 'seed']);
    expect((await submarine('env', 'list', '-o', 'name')).stdout).toBe('experiments\n');
  });

  test('options win over what the experiment says', async () => {
    const words = ['experiment', 'run', 'pi', '--memory', '1g', '--code', EXAMPLES, '--dry-run'];
    const { stdout } = await submarine(...words);
    expect(stdout).toContain('--memory 1g');
    expect(stdout).toContain(`source=${EXAMPLES.slice(0, -1)},`);
    expect(await submarine('experiment', 'run', 'pi', '--env', 'ghost')).toMatchObject({
      code: 66,
      stderr: expect.stringContaining('no environment "ghost" in the store'),
    });
  });
});

describe('of a store', () => {
  let user: User;
  beforeEach(async () => {
    user = await newUser();
  });

  const EXPERIMENT = 'kind: experiment\nname: e\nenvironment: demo # one\ncommand: [ls]\n';
  const ENVIRONMENT = `name: demo\ndocker-image: ${images.plain}\n`;
  const add = (kind: string, stdin: string, ...more: string[]) =>
    user.run([kind, 'add', '-', ...more], { stdin });

  test('experiments are added, shown to the byte, replaced and deleted', async () => {
    expect(await add('experiment', EXPERIMENT)).toMatchObject({ code: 0, stdout: 'e\n' });
    expect((await user.run(['experiment', 'show', 'e'])).stdout).toBe(EXPERIMENT);
    expect(await add('experiment', EXPERIMENT)).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('the store already has an experiment "e"'),
    });
    expect(await add('experiment', EXPERIMENT, '--replace')).toMatchObject({ code: 0 });
    expect(await user.run(['experiment', 'delete', 'e'])).toMatchObject({ code: 2 });
    expect(await user.run(['experiment', 'delete', '--yes', 'e'])).toMatchObject({
      ...{ code: 0, stdout: 'e\n' },
    });
    expect(await user.run(['experiment', 'show', 'e'])).toMatchObject({ code: 66 });
  });

  test('of a file with both kinds each command adds its own, and says what it has left out', async () => {
    const both = `${ENVIRONMENT}---\n${EXPERIMENT}`;
    expect(await add('env', both)).toEqual({
      code: 0,
      stdout: 'demo\n',
      stderr:
        'submarine: "<stdin>" also holds an experiment, not added here\n  add it: submarine experiment add -\n',
    });
    expect(await add('experiment', both)).toMatchObject({ code: 0, stdout: 'e\n' });
    expect(await add('env', EXPERIMENT)).toMatchObject({
      code: 65,
      stderr:
        'submarine: "<stdin>" holds experiments, and no environment\n  type: submarine experiment add -\n',
    });
  });

  test('a notebook is executed with the parameters that its name does not have', async () => {
    const text =
      "kind: experiment\nname: e\nenvironment: demo\ncommand: ['{file}.ipynb']\nparameters: { file: {}, lr: { type: number, default: 0.5 } }\n";
    await add('experiment', text);
    await add('env', ENVIRONMENT);
    const { stdout } = await user.run([
      'experiment',
      'run',
      'e',
      '--param',
      'file=train',
      '--dry-run',
    ]);
    expect(stdout).toMatch(/ train\.ipynb train\.executed\.ipynb lr=0\.5\n$/);
  });

  test('a relative code folder is refused in the store that is in no project', async () => {
    await add('experiment', `${EXPERIMENT}code: .\n`);
    await add('env', ENVIRONMENT);
    expect(await user.run(['experiment', 'run', 'e'])).toMatchObject({
      code: 65,
      stderr: expect.stringContaining('is relative, and your own store lies in no project'),
    });
    await writeFile(join(user.project, 'here'), '');
    expect(await user.run(['experiment', 'run', 'e', '--code', '.'])).toMatchObject({
      ...{ code: 0, stdout: 'here\n' },
    });
  });

  test.each([
    ['a folder above', 'code: ..\n'],
    ['a link that leads out', 'code: link\n'],
    ['a repository elsewhere', 'code: git+https://host.invalid/a/b.git\n'],
    ['results elsewhere', 'code: .\nresults: [../x]\n'],
  ])('an experiment of a project reaches nothing out of it: %s', async (_what, more) => {
    await mkdir(join(user.home, 'secret'));
    await symlink(join(user.home, 'secret'), join(user.project, 'link'));
    await writeFile(join(user.project, '.submarinerc'), 'store: store.yaml\n');
    const store = `${ENVIRONMENT}---\n${EXPERIMENT}${more}`;
    await writeFile(join(user.project, 'store.yaml'), store);
    expect(await user.run(['experiment', 'run', 'e'])).toMatchObject({
      code: 65,
      stdout: '',
      stderr: expect.stringContaining('the experiment "e" leads out of its project'),
    });
  });
});
