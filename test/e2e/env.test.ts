import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

const KEPT = `# for the ABC team
name:   abc
docker-image: "cuda:10.2"   # the old one
kernel: {name: team, dependencies: [numpy]}
`;

let user: User;

beforeEach(async () => {
  user = await newUser();
});

/** Writes a file of the project and returns its name. */
async function file(name: string, text: string | Buffer): Promise<string> {
  await writeFile(join(user.project, name), text);
  return name;
}

function store(): Promise<string> {
  return readFile(join(user.home, '.local/share/submarine/environments.yaml'), 'utf8');
}

describe('add', () => {
  test('keeps a file to the byte, prints the names, and all of it can be shown', async () => {
    const name = await file('two.yaml', `${KEPT}---\nname: def\ndocker-image: alpine\n`);

    expect(await user.run(['env', 'add', name])).toEqual({
      code: 0,
      stdout: 'abc\ndef\n',
      stderr: '',
    });
    expect((await user.run(['env', 'show', 'abc'])).stdout).toBe(KEPT);
    expect((await user.run(['env', 'get', 'def'])).stdout).toBe(
      'name: def\ndocker-image: alpine\n',
    );
  });

  test('makes an environment of options', async () => {
    const argv = [
      ...[
        'env',
        'add',
        '--name',
        'abc',
        '--image',
        'cuda:12',
        '--vm-image',
        'ami-1',
        '--kernel',
        'team',
      ],
      ...['--channel', 'conda-forge', '--channel', 'defaults', '--dependency', 'python=3.11'],
      ...['--pip', 'torch==2.0', '--pip', 'x', '--description', 'for: all'],
    ];

    expect((await user.run(argv)).stdout).toBe('abc\n');
    expect(JSON.parse((await user.run(['env', 'show', 'abc', '-o', 'json'])).stdout)).toEqual({
      name: 'abc',
      'docker-image': 'cuda:12',
      'vm-image': 'ami-1',
      kernel: {
        name: 'team',
        channels: ['conda-forge', 'defaults'],
        dependencies: ['python=3.11', { pip: ['torch==2.0', 'x'] }],
      },
      description: 'for: all',
    });
  });

  test('lets options override a file, and leaves its other bytes', async () => {
    const name = await file('abc.yaml', KEPT);

    await user.run(['env', 'add', name, '--image', 'cuda:12', '--name', 'other']);

    expect(await store()).toBe(KEPT.replace('  abc', '  other').replace(/"cuda:10.2"/, 'cuda:12'));
  });

  test('reads stdin', async () => {
    expect((await user.run(['env', 'add', '-'], { stdin: KEPT })).stdout).toBe('abc\n');
  });

  test('takes the kernel from a conda file, also where a profile is expected', async () => {
    const conda =
      'name: team\nchannels: [conda-forge]\ndependencies:\n  - numpy\n  - pip:\n    - -r more.txt\nprefix: /home/me/x\n';
    await file('more.txt', 'torch==2.0\n');
    await file('environment.yml', conda);

    await user.run([
      'env',
      'add',
      '--name',
      'abc',
      '--image',
      'alpine',
      '--conda-file',
      'environment.yml',
    ]);
    await user.run(['env', 'add', 'environment.yml', '--image', 'alpine']);

    const { kernel } = JSON.parse((await user.run(['env', 'show', 'abc', '-o', 'json'])).stdout);
    expect(kernel).toEqual({
      name: 'team',
      channels: ['conda-forge'],
      dependencies: ['numpy', 'pip', { pip: ['torch==2.0'] }],
    });
    expect((await user.run(['env', 'list', '-o', 'name'])).stdout).toBe('abc\nteam\n');
  });

  test('answers a conda file without an image with the command to type', async () => {
    const name = await file('environment.yml', 'name: team\ndependencies: [numpy]\n');

    const { code, stderr } = await user.run(['env', 'add', name]);

    expect(code).toBe(65);
    expect(stderr).toContain('submarine env add environment.yml --image IMAGE');
  });

  test('refuses a name that is taken, and all of the others with it', async () => {
    await user.run(['env', 'add', '-'], { stdin: KEPT });
    const both = 'name: new\ndocker-image: alpine\n---\nname: abc\ndocker-image: alpine\n';

    const refused = await user.run(['env', 'add', '-'], { stdin: both });

    expect([refused.code, refused.stderr]).toEqual([65, expect.stringContaining('--replace')]);
    expect(await store()).toBe(KEPT);
    expect((await user.run(['env', 'add', '--replace', '-'], { stdin: both })).stdout).toBe(
      'new\nabc\n',
    );
    expect((await user.run(['env', 'show', 'abc'])).stdout).toBe(
      'name: abc\ndocker-image: alpine\n',
    );
  });

  test('a dry run prints what would be added and changes nothing', async () => {
    const { code, stdout } = await user.run(['env', 'add', '--dry-run', '-'], { stdin: KEPT });

    expect([code, stdout]).toEqual([0, KEPT]);
    await expect(store()).rejects.toThrow('ENOENT');
  });

  const BOMB = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'.replaceAll(
    /./g,
    (letter) =>
      `${letter}: &${letter} [${Array(9)
        .fill(`*${String.fromCodePoint((letter.codePointAt(0) ?? 0) - 1)}`)
        .join(',')}]\n`,
  )}`;
  const WITH_IMAGE = 'docker-image: alpine\n';

  test.each([
    ['an empty file', '', /holds no environment/],
    ['no YAML', 'name: [\n', /<stdin>:\d+:\d+: /],
    ['a list', '- name: abc\n', /:1:1: /],
    [
      'two documents of one name',
      `name: a\n${WITH_IMAGE}---\nname: a\n${WITH_IMAGE}`,
      /:4:\d+: .*"a"/,
    ],
    ['no name', WITH_IMAGE, /name/],
    ['an empty name', `name: ""\n${WITH_IMAGE}`, /:1:7: /],
    ['a name with a slash', `name: a/b\n${WITH_IMAGE}`, /:1:7: /],
    ['a name of 64 characters', `name: ${'a'.repeat(64)}\n${WITH_IMAGE}`, /:1:7: /],
    ['the name ..', `name: ..\n${WITH_IMAGE}`, /:1:7: /],
    ['no image', 'name: abc\n', /docker-image/],
    ['the image -v', 'name: abc\ndocker-image: -v\n', /:2:15: /],
    ['the image UPPER', 'name: abc\ndocker-image: UPPER\n', /:2:15: /],
    ['an image with a newline', 'name: abc\ndocker-image: "a\\nb"\n', /:2:15: /],
    ['a kernel that is a text', `name: abc\n${WITH_IMAGE}kernel: team\n`, /:3:9: /],
    [
      'dependencies that are a mapping',
      `name: abc\n${WITH_IMAGE}kernel:\n  name: k\n  dependencies: {numpy: 1}\n`,
      /:5:17: /,
    ],
    [
      'half a dependency',
      `name: abc\n${WITH_IMAGE}kernel:\n  name: k\n  dependencies: ["numpy >= "]\n`,
      /:5:18: /,
    ],
    [
      'a pip line -e .',
      `name: abc\n${WITH_IMAGE}kernel:\n  name: k\n  dependencies:\n    - pip: [-e .]\n`,
      /:6:\d+: .*-e/,
    ],
    ['an unknown key', `name: abc\ndocker_image: alpine\n`, /docker_image.*docker-image/],
    [
      'an unknown key of the kernel',
      `name: abc\n${WITH_IMAGE}kernel:\n  name: k\n  dependancies: []\n`,
      /:5:3: .*dependancies.*dependencies/,
    ],
    ['a tab', `name: abc\n${WITH_IMAGE}kernel:\n\tname: k\n`, /:4:1: .*tab/i],
    ['a bomb of anchors', `${BOMB}name: abc\n${WITH_IMAGE}`, /<stdin>:\d+:\d+: /],
    ['lines that end in a comma', 'name: "my_submarine_env",\ndocker-image: "alpine",\n', /comma/],
  ])('refuses %s', async (_what, text, message) => {
    const before = Date.now();

    const { code, stderr, stdout } = await user.run(['env', 'add', '-'], { stdin: text });

    expect(stderr).toMatch(message);
    expect([code, stdout]).toEqual([65, '']);
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  test('names every problem at once', async () => {
    const { stderr } = await user.run(['env', 'add', '-'], {
      stdin: 'name: a/b\ndocker-image: UPPER\nkernal: {}\n',
    });

    expect(stderr.match(/^<stdin>:\d+:\d+: /gm)).toHaveLength(3);
  });

  test('says what is wrong with an option without a place in a file', async () => {
    const { code, stderr } = await user.run(['env', 'add', '--name', 'abc', '--image', 'UPPER']);

    expect(code).toBe(65);
    expect(stderr).toMatch(/^submarine: .*UPPER.*\n {2}/);
  });

  test('accepts a byte order mark, keeps CRLF', async () => {
    await user.run(['env', 'add', '-'], { stdin: '\uFEFFname: abc\r\ndocker-image: alpine\r\n' });

    expect((await user.run(['env', 'show', 'abc'])).stdout).toBe(
      'name: abc\r\ndocker-image: alpine\r\n',
    );
  });

  test('answers 5 MB of YAML soon', async () => {
    const huge = `name: abc\n${WITH_IMAGE}kernel:\n  name: k\n  dependencies:\n${'    - package=1.0=build_0\n'.repeat(200_000)}`;
    const before = Date.now();

    const { code } = await user.run(['env', 'add', '-'], { stdin: huge });

    expect(code).toBe(65);
    expect(Date.now() - before).toBeLessThan(20_000);
  });

  test.each([[[]], [['--name', 'abc']], [['no-such-file.yaml']]])('refuses %j', async (argv) => {
    const { code, stderr } = await user.run(['env', 'add', ...argv]);

    expect([2, 65]).toContain(code);
    expect(stderr).toMatch(/^submarine: .*\n {2}/);
  });
});

describe('list', () => {
  test('of an empty store says how to add the first one', async () => {
    const { code, stdout, stderr } = await user.run(['env', 'list']);

    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain('submarine env add');
  });

  test('shows name, image, kernel and description, sorted, the selected one marked', async () => {
    await user.run([
      'env',
      'add',
      '--name',
      'b',
      '--image',
      'alpine',
      '--description',
      'one\u001b[2Jx',
    ]);
    await user.run(['env', 'add', '-'], { stdin: KEPT });
    await user.run(['env', 'select', 'abc']);

    expect((await user.run(['env', 'ls'])).stdout).toBe(
      [
        '   NAME  IMAGE      KERNEL  DESCRIPTION',
        '*  abc   cuda:10.2  team',
        String.raw`   b     alpine             one\u{1b}[2Jx`,
        '',
      ].join('\n'),
    );
    expect(
      (await user.run(['env', 'list', '--no-headers', '-o', 'wide'])).stdout.split('\n')[0],
    ).toMatch(/^\*\s+abc\s+cuda:10.2\s+team\s+1$/);
    expect(JSON.parse((await user.run(['env', 'list', '-o', 'json'])).stdout)).toMatchObject([
      { name: 'abc', selected: true },
      { name: 'b', selected: false },
    ]);
    expect((await user.run(['env', 'list', '-o', 'yaml'])).stdout).toContain(KEPT);
  });

  test.each([
    [['env', 'list'], { FORCE_COLOR: '1' }, true],
    [['env', 'list'], { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
    [['env', 'list', '--no-color'], { FORCE_COLOR: '1' }, false],
    [['--no-color', 'env', 'list'], { FORCE_COLOR: '1' }, false],
    [['env', 'list'], {}, false],
  ])('%j with %j is coloured: %j', async (argv, env, coloured) => {
    await user.run(['env', 'add', '-'], { stdin: KEPT });

    expect((await user.run(argv, { env })).stdout.includes('\u001b[')).toBe(coloured);
  });

  test('marks what is not a valid environment, and its neighbours stay usable', async () => {
    await mkdir(join(user.home, '.local/share/submarine'), { recursive: true });
    await writeFile(
      join(user.home, '.local/share/submarine/environments.yaml'),
      `${KEPT}---\nname: broken\ndocker-image: UPPER\n`,
    );

    expect((await user.run(['env', 'list'])).stdout).toMatch(/broken .*invalid: .*UPPER/);
    expect((await user.run(['env', 'show', 'abc'])).code).toBe(0);
    expect(await user.run(['env', 'show', 'broken'])).toMatchObject({
      code: 65,
      stderr: expect.stringMatching(/environments\.yaml:7:15: /),
    });
  });
});

describe('delete', () => {
  beforeEach(() =>
    user.run(['env', 'add', '-'], { stdin: `${KEPT}---\nname: gone\ndocker-image: alpine\n` }),
  );

  test('leaves every byte of the others, and clears the selection', async () => {
    await user.run(['env', 'select', 'gone']);

    const outcome = await user.run(['env', 'rm', '--yes', 'gone']);

    expect(outcome).toEqual({
      code: 0,
      stdout: 'gone\n',
      stderr: expect.stringContaining('none is selected now'),
    });
    expect(await store()).toBe(KEPT);
    expect((await user.run(['env', 'current'])).code).toBe(66);
  });

  test('refuses in a pipe without --yes', async () => {
    const { code, stderr } = await user.run(['env', 'delete', 'gone'], { stdin: 'y\n' });

    expect([code, stderr]).toEqual([2, expect.stringContaining('--yes')]);
  });

  test.each([
    ['y\r', 0, KEPT],
    ['n\r', 0, 'name: gone'],
    ['\u0003', 130, 'name: gone'],
    ['\u0004', 0, 'name: gone'],
  ])('asks on a terminal, and takes %j for an answer', async (keys, code, left) => {
    const terminal = await startInTerminal(process.execPath, [BUILT, 'env', 'rm', 'gone'], {
      env: user.env,
      cwd: user.project,
    });
    await terminal.until('delete "gone"? [y/N] ');
    terminal.type(keys);

    expect(await terminal.end()).toBe(code);
    expect(await store()).toContain(left);
  });

  test('deletes all or none', async () => {
    const { code, stderr } = await user.run(['env', 'delete', '--yes', 'gone', 'abd']);

    expect([code, stderr]).toEqual([66, expect.stringContaining('did you mean "abc"?')]);
    expect(await store()).toContain('name: gone');
  });
});

describe('select', () => {
  beforeEach(() => user.run(['env', 'add', '-'], { stdin: KEPT }));

  test('names the environment to use, which --clear forgets', async () => {
    expect((await user.run(['env', 'current'])).code).toBe(66);
    expect((await user.run(['env', 'use', 'abc'])).stdout).toBe('abc\n');
    expect((await user.run(['env', 'current'])).stdout).toBe('abc\n');
    expect((await user.run(['env', 'select', '--clear'])).code).toBe(0);
    expect((await user.run(['env', 'current'])).code).toBe(66);
  });

  test('says so where something else wins', async () => {
    for (const name of ['other', 'third']) {
      await user.run(['env', 'add', '--name', name, '--image', 'alpine']);
    }
    await writeFile(join(user.project, '.submarinerc'), 'env: other\n');

    expect((await user.run(['env', 'select', 'abc'])).stderr).toContain('the configuration wins');
    expect((await user.run(['env', 'current'])).stdout).toBe('other\n');
    expect((await user.run(['env', 'current'], { env: { SUBMARINE_ENV: 'third' } })).stdout).toBe(
      'third\n',
    );
  });

  test.each([[['abx']], [[]], [['abc', '--clear']]])('refuses %j', async (argv) => {
    expect([2, 66]).toContain((await user.run(['env', 'select', ...argv])).code);
  });
});

test('the schema is printed as it is', async () => {
  const shipped = await readFile(
    new URL('../../schemas/environment.schema.json', import.meta.url),
    'utf8',
  );

  expect((await user.run(['env', 'schema'])).stdout).toBe(shipped);
});

describe('the store', () => {
  test.each(['--store', 'SUBMARINE_STORE'])('can be another file, by %s', async (way) => {
    const [argv, env] =
      way === '--store' ? [['--store', 'team.yaml'], {}] : [[], { SUBMARINE_STORE: 'team.yaml' }];

    await user.run(['env', 'add', ...argv, '-'], { stdin: KEPT, env });
    const list = await user.run([...argv, 'env', 'list', '-o', 'name'], { env });

    expect(await readFile(join(user.project, 'team.yaml'), 'utf8')).toBe(KEPT);
    expect(list.stdout).toBe('abc\n');
  });

  test('that is no YAML is never overwritten', async () => {
    const broken = await file('broken.yaml', 'name: [\n');

    const { code, stderr } = await user.run(['env', 'add', '--store', broken, '-'], {
      stdin: KEPT,
    });

    expect([code, stderr]).toEqual([65, expect.stringMatching(/broken\.yaml:\d+:\d+: /)]);
    expect(await readFile(join(user.project, broken), 'utf8')).toBe('name: [\n');
  });

  test('that never ends is refused', async () => {
    const { code, stderr } = await user.run(['env', 'list', '--store', '/dev/zero']);

    expect([code, stderr]).toEqual([65, expect.stringContaining('not a regular file')]);
  });

  test('that is a directory is refused', async () => {
    expect((await user.run(['env', 'list', '--store', '.'])).code).toBe(65);
    expect((await user.run(['env', 'add', '--store', '.', '-'], { stdin: KEPT })).code).not.toBe(0);
  });
});
