import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { getDefaultSearchPlacesSync } from 'cosmiconfig';

import type { Configuration } from './config.ts';
import { readConfiguration } from './config.ts';
import { userFolders } from './paths.ts';
import { projectFilesOf } from './project-files.ts';

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

const user = { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };

function configuration(tolerant = false, cwd = project): Promise<Configuration> {
  return readConfiguration({ cwd, user, tolerant }, userFolders({ HOME: home }));
}

async function read(cwd = project) {
  return (await configuration(false, cwd)).settings;
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

describe("a project's store", () => {
  const problem = (column: number): string =>
    `${project}/.submarinerc:1:${column}: store cannot be this: write a regular .yaml or .yml file inside the project`;

  test.each([
    ['environments.yaml', 'environments.yaml'],
    ['team/new/environments.yml', 'team/new/environments.yml'],
    ['./a/../b.yaml', 'b.yaml'],
    ['file:team/a%20b.yaml', 'team/a b.yaml'],
    ['link/b.yaml', 'link/b.yaml'],
  ])('may be %s', async (store, path) => {
    await mkdir(join(project, 'real'));
    await symlink('real', join(project, 'link'));
    await write(join(project, '.submarinerc'), `store: ${store}\n`);

    expect(await configuration()).toMatchObject({
      settings: { store: join(project, path) },
      project: { folder: project, settings: { store: join(project, path) } },
    });
  });

  test('may lie beside the .config that names it', async () => {
    await write(join(project, '.config/.submarinerc'), 'store: ../environments.yaml\n');

    expect(await configuration(false, join(project, '.config'))).toMatchObject({
      settings: { store: join(project, 'environments.yaml') },
      project: { folder: project },
    });
  });

  test.each([
    '~/.zshenv',
    '~/environments.yaml',
    '../environments.yaml',
    '/etc/environments.yaml',
    'file:///etc/environments.yaml',
    'file:../environments.yaml',
    'FILE:///etc/environments.yaml',
    'postgres://host/db',
    'https://host/store',
    'https://host/store.yaml',
    '.',
    'Makefile',
    '.envrc',
    'environments.yaml.sh',
  ])('may not be %s', async (store) => {
    await write(join(project, '.submarinerc'), `store: ${store}\n`);

    await expect(read()).rejects.toMatchObject({ kind: 'invalid', message: problem(8) });
  });

  test.each([
    ['a file', 'link.yaml', '../../.zshenv'],
    ['a file that is YAML', 'link.yaml', '../../mine.yaml'],
    ['a folder above it', 'link/environments.yaml', '../..'],
    ['nothing', 'link.yaml', '../../not-there.yaml'],
    ['itself', 'link.yaml', 'link.yaml'],
    ['code of the project', 'link.yaml', '.envrc'],
    ['another file of the project', 'link.yaml', 'compose.yaml'],
  ])('may not be reached through a link to %s', async (_what, store, target) => {
    await write(join(home, 'mine.yaml'), '');
    await write(join(project, '.envrc'), '');
    await write(join(project, 'compose.yaml'), '');
    await symlink(target, join(project, store.split('/')[0] ?? ''));
    await write(join(project, '.submarinerc'), `store: ${store}\n`);

    await expect(read()).rejects.toMatchObject({ kind: 'invalid', message: problem(8) });
  });

  test.each(['folder.yaml', 'fifo.yaml', 'zero.yaml'])('may not be %s', async (store) => {
    await mkdir(join(project, 'folder.yaml'));
    spawnSync('mkfifo', [join(project, 'fifo.yaml')]);
    await symlink('/dev/zero', join(project, 'zero.yaml'));
    await write(join(project, '.submarinerc'), `store: ${store}\n`);

    await expect(read()).rejects.toMatchObject({ kind: 'invalid', message: problem(8) });
  });

  test('may not be an address, which is not a path from the working directory', async () => {
    await write(join(project, '.submarinerc'), 'store: https://host/store.yaml\n');
    const before = process.cwd();
    process.chdir(project);
    try {
      await expect(read()).rejects.toMatchObject({ kind: 'invalid', message: problem(8) });
    } finally {
      process.chdir(before);
    }
  });

  test("and the user's own may be any, a relative one from its file", async () => {
    await write(
      join(home, '.config/submarine/config.yaml'),
      'store: file:../../elsewhere/my%20store\n',
    );

    expect(await read()).toEqual({ store: join(home, 'elsewhere/my store') });
  });
});

describe('what has the name of a configuration file and is none', () => {
  const make: Readonly<Record<string, (path: string) => Promise<unknown>>> = {
    'a folder': (path) => mkdir(path, { recursive: true }),
    'a FIFO': async (path) => spawnSync('mkfifo', [path]),
    'a device': (path) => symlink('/dev/zero', path),
    'a socket': (path) => listen(path),
    'a link to nothing': (path) => symlink('not-there', path),
    'a link in a circle': (path) => symlink(path, path),
    'larger than 1 MiB': (path) => writeFile(path, ' '.repeat(1024 ** 2 + 1)),
  };

  /** A socket stays when the process that made it is gone. */
  async function listen(path: string): Promise<void> {
    const program = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
    spawnSync(process.execPath, ['-e', program]);
  }

  test.each([
    ['has no end', '/proc/self/pagemap'],
    ['would be waited for', '/proc/kmsg'],
  ])('a regular file of no size that %s is one', async (_what, target) => {
    await symlink(target, join(project, '.submarinerc'));

    await expect(read()).rejects.toMatchObject({
      kind: 'invalid',
      message: expect.stringContaining(`"${project}/.submarinerc"`),
    });
    expect(await configuration(true)).toMatchObject({ settings: {} });
  });

  test.each(Object.entries(make))(
    "%s is an error that names it in a project's place",
    async (what, make) => {
      // What the user's own file may say, a project's may not: it was taken for one.
      await write(join(home, '.config/submarine/config.yaml'), 'user: root\n');
      await make(join(project, '.submarinerc'));

      await expect(read()).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(`"${project}/.submarinerc" is ${what}`),
      });
      const { settings, warnings } = await configuration(true);
      expect(settings).toEqual({ user: 'root' });
      expect(warnings[0]?.message).toContain(`.submarinerc" is ${what}`);
    },
  );

  test.each(Object.entries(make))(
    "%s is one in the place of the user's own",
    async (what, make) => {
      await mkdir(join(home, '.config/submarine'), { recursive: true });
      await make(join(home, '.config/submarine/config.yaml'));

      await expect(read()).rejects.toMatchObject({
        kind: 'invalid',
        message: expect.stringContaining(`config.yaml" is ${what}`),
      });
    },
  );
});

describe('an unknown key', () => {
  test("is a warning in a project's file, and the others hold", async () => {
    await write(join(project, '.submarinerc'), 'emv: abc\nenv: abc\n');

    expect(await configuration()).toMatchObject({
      settings: { env: 'abc' },
      warnings: [
        {
          place: `${project}/.submarinerc:1:1`,
          message: 'there is no setting "emv"',
          remedy: 'did you mean env?',
        },
      ],
    });
  });

  test("is an error in the user's own", async () => {
    await write(join(home, '.config/submarine/config.yaml'), 'emv: abc\n');

    await expect(read()).rejects.toThrow(
      'config.yaml:1:1: there is no setting "emv": did you mean env?',
    );
  });
});

describe('to those who only look, a broken project', () => {
  test.each(['env: [\n', 'user: root\n', 'store: ~/.zshenv\n'])('%j is a warning', async (text) => {
    await write(join(home, '.config/submarine/config.yaml'), 'env: mine\n');
    await write(join(project, '.submarinerc'), text);

    const { settings, project: used, warnings } = await configuration(true);

    expect([settings, used]).toEqual([{ env: 'mine' }, undefined]);
    expect(warnings[0]?.place).toMatch(`${project}/.submarinerc:`);
    expect(warnings.at(-1)?.message).toBe('no configuration of a project is used');
  });

  test('is one where its file is a folder, too', async () => {
    await mkdir(join(project, '.submarinerc'));

    expect((await configuration(true)).warnings[0]?.message).toContain('is a folder');
  });

  test("is not the user's own", async () => {
    await write(join(home, '.config/submarine/config.yaml'), 'env: [\n');

    await expect(configuration(true)).rejects.toThrow('config.yaml:2:1: ');
  });
});

test('the places of a project file are those of cosmiconfig that hold no code', () => {
  const places = getDefaultSearchPlacesSync('submarine').filter(
    (place) => place.includes('submarinerc') && !/\.(?:[cm]?js|ts)$/.test(place),
  );

  expect(
    projectFilesOf('/x')
      .map(({ path }) => path)
      .toSorted(),
  ).toEqual(places.map((place) => `/x/${place}`).toSorted());
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

    expect(await inFolder(project, () => read())).toEqual({});
    expect(await readdir(home)).not.toContain('it-ran');
  });

  test('which would be seen here, also where nobody waits for it', async () => {
    await write(join(project, 'evil.mjs'), module(join(home, 'it-ran')));

    await inFolder(project, async () => void import(join(project, 'evil.mjs')));

    expect(await readdir(home)).toContain('it-ran');
  });

  /** The loading would go on in the background: it began before that of another module, and is done when that is. */
  async function inFolder<Value>(folder: string, run: () => Promise<Value>): Promise<Value> {
    const before = process.cwd();
    process.chdir(folder);
    try {
      return await run();
    } finally {
      process.chdir(before);
      await write(join(home, 'other.mjs'), module(join(home, 'other-ran')));
      await import(join(home, 'other.mjs'));
    }
  }
});

describe('problems are located, all at once', () => {
  test.each([
    ['env: a/b\n', ':1:6: env cannot be this: write the name of an environment'],
    ['- env\n', ':1:1: this is no list of settings'],
    ['env: [\n', ':2:1: '],
    ['shm-size: much\n', ':1:11: shm-size cannot be this'],
    ['emv: 1\nstore: []\n', ':2:8: store cannot be this'],
    ['a: &a [1]\nenv: &b [*a, *a]\nstore: *c\n', ':3:8: '],
    [`env: &a [x]\nstore: [${'*a,'.repeat(200)}]\n`, ':1:9: env cannot be this'],
    [`env: ${'['.repeat(900_000)}`, ':1:1: this is nested too deeply'],
    ['[]['.repeat(300_000), ':1:1: this is nested too deeply'],
    ['- '.repeat(400_000), ':1:1: this is nested too deeply'],
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
