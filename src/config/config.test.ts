import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { readSettings } from './config.ts';
import { userFolders } from './paths.ts';

let home: string;
let project: string;

beforeEach(async () => {
  home = await mkdtemp(join(await realpath(tmpdir()), 'submarine-config-'));
  project = join(home, 'work', 'project');
  await mkdir(project, { recursive: true });
});

afterEach(() => rm(home, { recursive: true }));

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function read(cwd = project) {
  return readSettings({ cwd }, userFolders({ HOME: home }));
}

test('without files there are no settings', async () => {
  expect(await read()).toEqual({});
});

test.each(['.submarinerc', '.submarinerc.yaml', '.config/submarinerc.yml'])(
  'a project sets the environment in %s, for its sub-folders too',
  async (name) => {
    await write(join(project, name), 'env: abc\nshm-size: 2g\n');
    await mkdir(join(project, 'deep', 'down'), { recursive: true });

    expect(await read(join(project, 'deep', 'down'))).toEqual({ env: 'abc', 'shm-size': '2g' });
  },
);

test('a JSON file is read, too', async () => {
  await write(join(project, '.submarinerc.json'), '{"env": "abc"}');

  expect(await read()).toEqual({ env: 'abc' });
});

test("the nearest project is laid key by key over the user's own file", async () => {
  await write(
    join(home, '.config/submarine/config.yaml'),
    'env: mine\nuser: 1000:1000\nengine: docker\n',
  );
  await write(join(home, 'work', '.submarinerc'), 'env: outer\nstore: outer.yaml\n');
  await write(join(project, '.submarinerc'), 'env: inner\n');

  expect(await read()).toEqual({ env: 'inner', user: '1000:1000', engine: 'docker' });
});

test('an empty project file hides the one above it, as any other file does', async () => {
  await write(join(home, 'work', '.submarinerc'), 'env: outer\n');
  await write(join(project, '.submarinerc'), '');

  expect(await read()).toEqual({});
});

test('relative paths are relative to the file they stand in', async () => {
  await write(
    join(home, '.config/submarine/config.yaml'),
    'volumes: ["./data:/data", "~/x:/x", "named:/n"]\ncache: ../cache\n',
  );
  await write(join(project, '.submarinerc'), 'store: team/environments.yaml\ncode: src\n');

  expect(await read(project)).toEqual({
    store: join(project, 'team/environments.yaml'),
    code: join(project, 'src'),
    volumes: [`${home}/.config/submarine/data:/data`, `${home}/x:/x`, 'named:/n'],
    cache: join(home, '.config/cache'),
  });
});

describe('a project is not trusted', () => {
  test.each([
    'user: root',
    'engine: docker',
    'volumes: ["/:/host"]',
    'engine-args: [--privileged]',
    'no-new-privileges: false',
    'cache: /etc',
  ])('with %s', async (line) => {
    await write(join(project, '.submarinerc'), `env: abc\n${line}\n`);

    await expect(read()).rejects.toThrow(`${project}/.submarinerc:2:1: a project cannot set `);
  });

  test.each(['..', '/', '../../other'])('with the code folder %s', async (code) => {
    await write(join(project, '.submarinerc'), `code: ${code}\n`);

    await expect(read()).rejects.toThrow('write a folder inside the project');
  });

  test('but may name a folder beside its .config', async () => {
    await write(join(project, '.config/submarinerc.yaml'), 'code: ../src\n');

    expect(await read()).toEqual({ code: join(project, 'src') });
  });

  test('with a link out of its folder', async () => {
    await symlink('/', join(project, 'link'));
    await write(join(project, '.submarinerc'), 'code: link\n');

    await expect(read()).rejects.toThrow('write a folder inside the project');
  });
});

describe('nothing in a cloned folder is run', () => {
  // What each file would leave behind, if it were loaded.
  const code = (marker: string): string =>
    `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')\nmodule.exports = {}\n`;
  const module = (marker: string): string =>
    `import { writeFileSync } from 'node:fs';\nwriteFileSync(${JSON.stringify(marker)}, '');\nexport default {};\n`;

  test.each([
    ['.config/config.cjs', code],
    ['.config/config.mjs', module],
    ['.config/submarinerc.cjs', code],
    ['.submarinerc.cjs', code],
    ['submarine.config.mjs', module],
  ])('%s', async (name, content) => {
    const marker = join(home, 'it-ran');
    await write(join(project, name), content(marker));
    await write(join(project, '.submarinerc'), 'env: abc\n');

    expect(await inFolder(project, () => read())).toEqual({ env: 'abc' });
    expect(await readdir(home)).not.toContain('it-ran');
  });

  test('a configuration of the finder that names a module', async () => {
    const marker = join(home, 'it-ran');
    await write(join(project, 'evil.mjs'), module(marker));
    await write(join(project, '.config/config.yaml'), 'cosmiconfig:\n  searchPlaces: [evil.mjs]\n');
    await write(join(project, '.submarinerc'), 'env: abc\n');

    expect(await inFolder(project, () => read())).toEqual({ env: 'abc' });
    expect(await readdir(home)).not.toContain('it-ran');
  });

  test('an import of a module', async () => {
    await write(join(project, 'evil.mjs'), module(join(home, 'it-ran')));
    await write(join(project, '.submarinerc'), '$import: ./evil.mjs\n');

    await expect(inFolder(project, () => read())).rejects.toThrow('there is no setting "$import"');
    expect(await readdir(home)).not.toContain('it-ran');
  });

  /** The loading would go on in the background, so what it leaves behind is waited for. */
  async function inFolder<Value>(folder: string, run: () => Promise<Value>): Promise<Value> {
    const before = process.cwd();
    process.chdir(folder);
    try {
      return await run();
    } finally {
      process.chdir(before);
      await sleep(300);
    }
  }
});

describe('problems are located, all at once', () => {
  test.each([
    ['emv: abc\n', ':1:1: there is no setting "emv": did you mean env?'],
    ['env: a/b\n', ':1:6: env cannot be this: write the name of an environment'],
    ['- env\n', ':1:1: this is no list of settings'],
    ['env: [\n', ':2:1: '],
    ['shm-size: much\n', ':1:11: shm-size cannot be this'],
    ['emv: 1\nstore: []\n', ':2:8: store cannot be this'],
  ])('%j', async (text, message) => {
    await write(join(project, '.submarinerc'), text);

    await expect(read()).rejects.toThrow(`${project}/.submarinerc${message}`);
  });

  test('a switch is true or false, and no text', async () => {
    const path = join(home, '.config/submarine/config.yaml');
    await write(path, 'no-new-privileges: "no"\n');
    await expect(read()).rejects.toThrow(
      ':1:20: no-new-privileges cannot be this: write true or false',
    );

    await write(path, 'no-new-privileges: false\n');
    expect(await read()).toEqual({ 'no-new-privileges': false });
  });

  test('only docker is an engine, and never a path', async () => {
    await write(join(home, '.config/submarine/config.yaml'), 'engine: /tmp/evil\n');

    await expect(read()).rejects.toThrow('engine cannot be this: write docker');
  });
});
