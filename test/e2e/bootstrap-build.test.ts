import { execFileSync } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { derivedImage, docker, images } from '../support/bed.ts';
import { BUILT, makeKernel } from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makePackage,
  makeSources,
  makeWheel,
  serveChannel,
} from '../support/channel-server.ts';
import {
  inContainer,
  install,
  type Installation,
  installPrepared,
  placeOf,
  preparePlace,
  runInKernel,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';

const PYTHON = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
let server: ChannelServer;
let cache: string;
let hello: readonly string[];
let python: readonly string[];

beforeAll(async () => {
  server = await serveChannel();
  cache = await newCache();
  hello = await condaLines(server, ['hello-1.0-0.tar.bz2']);
  python = await condaLines(server, PYTHON);
});

function build(lines: readonly string[], more: Partial<Installation> = {}) {
  return install({ cache, lines, sources: [server.folder], ...more });
}

async function readMark(lines: readonly string[], folder = cache): Promise<readonly string[]> {
  const { prefix } = placeOf(folder, lines);
  return (await readFile(join(prefix, 'conda-meta/submarine-complete'), 'utf8')).split('\n');
}

test('a kernel is built once, which one line tells, and is then there without anything to build with', async () => {
  const first = await build(hello, { variables: { SUBMARINE_IMAGE: 'sha256:abc' } });
  const mark = join(placeOf(cache, hello).prefix, 'conda-meta/submarine-complete');
  const made = await stat(mark);
  const second = await build(hello, { image: images.plain });
  const { stdout } = await runInKernel({ cache, lines: hello }, ['hello']);

  expect(first).toEqual({ exitCode: 0, stdout: '', stderr: expect.stringMatching(BUILT) });
  expect(second).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  expect((await stat(mark)).mtimeMs).toBe(made.mtimeMs);
  expect(stdout).toMatch(/^hello from \/submarine\/kernels\/linux-64-glibc2\.36\/[0-9a-f]{32}$/);
  expect((await readMark(hello)).slice(0, 4)).toEqual([
    'submarine-kernel 2',
    expect.stringMatching(/^digest [0-9a-f]{64}$/),
    'image sha256:abc',
    'builder /opt/conda/bin/conda',
  ]);
});

test('the kernel holds what its packages hold, and each file once', async () => {
  const wheel = await makeWheel(server, 'single', '1.0');
  const lines = [...python, ...hello, wheel];
  await build(lines);
  const { prefix } = placeOf(cache, lines);
  const record = await readFile(join(prefix, 'conda-meta/hello-1.0-0.json'), 'utf8');

  expect(await readdir(prefix)).toEqual(['bin', 'conda-meta', 'lib']);
  expect(execFileSync('find', [prefix, '-type', 'f', '-links', '+1'], { encoding: 'utf8' })).toBe(
    '',
  );
  expect(JSON.parse(record)).toMatchObject({
    url: `${server.url}/noarch/hello-1.0-0.tar.bz2`,
    md5: (hello[0] ?? '').split('#')[1],
  });
  expect(JSON.parse(await readFile(join(prefix, 'conda-meta/frozen'), 'utf8'))).toEqual({
    message: expect.stringContaining('Add packages to the profile'),
  });
  expect(await readdir(join(prefix, 'conda-meta'))).not.toContain('submarine-building');
});

const EVERYWHERE = [
  ['bash as sh', images.shBash],
  ['dash without bash', images.shDash],
  ['busybox, Python for a lock', images.shBusybox],
  ['no flock', images.noFlock],
] as const;

test.each(EVERYWHERE)(
  'with %s kernels are built as root and as an unknown user on a read-only root',
  async (_, image) => {
    const wheel = await makeWheel(server, 'wheely', '1.5');
    const lines = [...python, ...hello, wheel];
    const readOnly = ['--read-only', '--tmpfs', '/tmp'];

    for (const options of [readOnly, [...readOnly, '--user', '12345']]) {
      const folder = await newCache();
      const { exitCode, stderr } = await build(lines, { cache: folder, image, options });
      const pip = ['python', '-m', 'pip', 'freeze', '--exclude', 'pip'];

      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
      expect((await runInKernel({ cache: folder, lines }, pip)).stdout).toBe('wheely==1.5');
      expect(await readMark(lines, folder)).toContainEqual(
        expect.stringMatching(/^file \d+ \d+ bin\/hello$/),
      );
    }
  },
);

test('programs of busybox do for all that a build calls', async () => {
  const programs =
    'stat find sort sed sha256sum md5sum cp mv rm mkdir chmod cut tr tail wc grep head date cat';
  const image = await derivedImage(images.shBusybox, [
    `RUN for name in ${programs}; do /bin/busybox ln -sf /bin/busybox "$(command -v $name)"; done`,
  ]);
  const [line = ''] = hello;
  const lines = [
    line,
    (await condaLines(server, ['many-2.0-0.tar.bz2']))[0]?.replace(/ \S+ /, ' - ') ?? '',
  ];

  const { exitCode, stderr } = await build(lines, { image });

  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
  expect(await readMark(lines)).toContainEqual(expect.stringMatching(/^file \d+ \d+ bin\/hello$/));
});

test('pip lines are installed into the kernel, apart from what surrounds it', async () => {
  const lines = [...python, await makeSources(server, 'around', '1.0')];
  const variables = {
    ...{ PYTHONPATH: '/nowhere', PIP_USER: '1', PIP_TARGET: '/nowhere' },
    ...{ PYTHONPYCACHEPREFIX: '/nowhere', PYTHONDONTWRITEBYTECODE: '1' },
  };

  const { exitCode } = await build(lines, { variables });
  const code = 'import around, sys; print(around.__file__.startswith(sys.prefix), around.version)';
  const { stdout } = await runInKernel({ cache, lines }, ['python', '-c', code]);

  expect([exitCode, stdout]).toEqual([0, 'True 1.0']);
});

test('what the image has not compiled is compiled, and what cannot be is left', async () => {
  const site = 'lib/python3.11/site-packages';
  const files = {
    [`${site}/plain.py`]: 'value = 1\n',
    [`${site}/old.py`]: 'print "for Python 2"\n',
  };
  const lines = [...python, await makePackage(server, 'uncompiled', files)];

  const { exitCode } = await build(lines);
  const { prefix } = placeOf(cache, lines);
  const compiled = await readdir(join(prefix, site, '__pycache__'));

  expect(exitCode).toBe(0);
  expect(compiled.filter((name) => /^(plain|old)/.test(name))).toEqual(['plain.cpython-311.pyc']);
});

test('the mark records programs, scripts of activation and .pth files, and no folder through a link', async () => {
  const site = 'lib/python3.11/site-packages';
  const script =
    '#!/bin/sh\nln -s python3.11 "$PREFIX/lib/python3.1"\nmkdir "$PREFIX/bin/folder"\ntouch "$PREFIX/bin/two\nlines"\n';
  const files = {
    'bin/.odd-post-link.sh': script,
    'bin/two  words': '#!/bin/sh\n',
    'etc/conda/activate.d/odd.sh': 'export ODD=1\n',
    'etc/conda/deactivate.d/odd.sh': 'unset ODD\n',
    [`${site}/odd.pth`]: 'import sys\n',
    [`${site}/odd.py`]: '',
  };
  const lines = [await makePackage(server, 'odd', files)];

  await build(lines);
  const { prefix } = placeOf(cache, lines);
  const recorded = (await readMark(lines)).slice(4, -1);
  const expected = [
    ...['bin/.odd-post-link.sh', 'bin/two  words', 'etc/conda/activate.d/odd.sh'],
    ...['etc/conda/deactivate.d/odd.sh', `${site}/odd.pth`],
  ];

  expect(recorded).toEqual(
    await Promise.all(
      expected.map(async (path) => {
        const { size, mtimeMs } = await stat(join(prefix, path));
        return `file ${size} ${Math.floor(mtimeMs / 1000)} ${path}`;
      }),
    ),
  );
});

describe('a prefix is emptied and built anew', () => {
  const MARK = 'conda-meta/submarine-complete';

  test.each([
    ['without the mark', ''],
    ['with the mark of an earlier version', 'image=sha256:abc\nbuilder=/opt/conda/bin/conda\n'],
    ['with the mark of another kernel', `submarine-kernel 2\ndigest ${'0'.repeat(64)}\n`],
  ])('%s', async (_, mark) => {
    const folder = await newCache();
    await build(hello, { cache: folder });
    const { prefix } = placeOf(folder, hello);
    await rm(join(prefix, MARK));
    if (mark !== '') await writeFile(join(prefix, MARK), mark);
    await writeFile(join(prefix, 'bin/left-over'), '');
    await mkdir(join(prefix, '.hidden/closed'), { recursive: true, mode: 0o500 });
    await symlink('/etc', join(prefix, '..link'));

    const { exitCode, stderr } = await build(hello, { cache: folder });

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: expect.stringMatching(BUILT) });
    expect(await readdir(join(prefix, 'bin'))).toEqual(['hello']);
    expect(await readdir(prefix)).toEqual(['bin', 'conda-meta']);
  });
});

describe('a build of several containers', () => {
  const buildId = 'one';

  test('is complete after the last, and until then has a pip that can be asked', async () => {
    const lines = [
      ...python,
      await makeWheel(server, 'first', '1.0'),
      await makeSources(server, 'second', '2.0'),
    ];
    const parts = ['conda', 'wheels', 'sources finish'].map((steps) => ({ steps, buildId }));
    const freeze = ['python', '-m', 'pip', 'freeze', '--exclude', 'pip'];

    const outcomes = [];
    for (const part of parts) {
      const { exitCode, stderr } = await build(lines, part);
      const { stdout } = await runInKernel({ cache, lines }, freeze);
      outcomes.push([exitCode, stderr.replace(BUILT, 'built'), stdout.replace(/ @ .*/, '')]);
    }

    expect(outcomes).toEqual([
      [0, '', ''],
      [0, '', 'first==1.0'],
      [0, 'built', 'first==1.0\nsecond'],
    ]);
    expect((await readMark(lines))[0]).toBe('submarine-kernel 2');
  });

  test('ends where another has begun, and where it was complete meanwhile has nothing to do', async () => {
    const lines = await condaLines(server, ['many-1.1-0.tar.bz2']);
    await build(lines, { steps: 'conda', buildId });
    await build(lines, { steps: 'conda', buildId: 'two' });

    const late = await build(lines, { steps: 'finish', buildId });
    const end = await build(lines, { steps: 'finish', buildId: 'two' });
    const after = await build(lines, { steps: 'finish', buildId });

    expect(late).toEqual({
      exitCode: 75,
      stdout: '',
      stderr:
        'submarine: kernel "greeter" is being built by another, which has begun after this one\n  start it again',
    });
    expect(end.exitCode).toBe(0);
    expect(after).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

test.each([
  ['micromamba', { MAMBA_EXE: '/programs/micromamba' }],
  ['mamba', {}],
])('%s installs where the image holds it', async (program, more) => {
  const programs = await newCache();
  const [line = ''] = hello;
  const script = `#!/bin/sh
cd /programs || exit
for word do echo "$word"; done >words
cp "$7" list
cat "$5/conda-meta/history" "$CONDA_PKGS_DIRS/hello-1.0-0.tar.bz2" >archive
echo "$CONDA_PKGS_DIRS" >packages
`;
  // Neither is in a registry that can be counted on: one of the name tells how it was called.
  await makeKernel(programs, { [program]: script });
  const lines = [line, `# ${program}`];

  const { exitCode } = await build(lines, {
    image: images.plain,
    variables: { ...more, PATH: '/programs:/usr/bin:/bin' },
    options: [`--mount=type=bind,source=${programs},target=/programs`],
  });

  const prefix = inContainer(cache, placeOf(cache, lines).prefix);
  const words = ['install', '--yes', '--offline', '--prefix', prefix, '--file'];
  const read = (name: string) => readFile(join(programs, name));
  expect(exitCode).toBe(0);
  expect(
    String(await read('words'))
      .trim()
      .split('\n'),
  ).toEqual([...words, `${prefix}/.submarine/explicit`]);
  expect(String(await read('list'))).toBe(`@EXPLICIT\n${line.replace(/^conda \S+ /, '')}\n`);
  expect(await read('archive')).toEqual(
    await readFile(join(server.folder, 'noarch/hello-1.0-0.tar.bz2')),
  );
});

/** What lies in a folder: a line for each file, with its hash, its rights and its time. */
function fingerprint(folder: string): string {
  const script =
    'find . -printf "%p %y %m %T@ %l\\n" | sort; find . -type f -exec sha256sum {} + | sort';
  return execFileSync('sh', ['-c', script], { cwd: folder, encoding: 'utf8' });
}

test('a script and a source that write to all they can reach leave other kernels and archives as they are', async () => {
  const folder = await newCache();
  await build(hello, { cache: folder });
  const program = String.raw`
env >"$PREFIX/env"
cat /proc/self/mountinfo | awk '{print $5}' | while read -r mount; do
    case $mount in /proc* | /sys* | /dev*) continue ;; esac
    find "$mount" -xdev -path "$PREFIX" -prune -o -type f -print | while read -r file; do
        case $file in */submarine/* | */submarine-bootstrap.sh) echo evil >>"$file"; rm -f "$file" ;; esac
    done
    touch "$mount/evil"
done
find /submarine -exec chmod 777 {} +
mkdir -p /submarine/kernels/evil /submarine/archives/evil
ln -sf /etc/passwd "$PREFIX/../../../evil"
exit 0
`;
  const lines = [
    ...python,
    await makePackage(server, 'hostile', { 'bin/.hostile-post-link.sh': `#!/bin/sh${program}` }),
    await makeSources(
      server,
      'hostile',
      '1.0',
      `import subprocess, sys\nsubprocess.run(["sh", "-c", ${JSON.stringify(`PREFIX=$0${program}`)}, sys.prefix])`,
    ),
  ];
  const place = await preparePlace({ cache: folder, lines, sources: [server.folder] });
  const parts = ['kernels', 'builds', 'locks'].map((name) => join(folder, name));
  const others = () =>
    parts.map((part) =>
      fingerprint(part)
        .split('\n')
        .filter((line) => !line.includes(place.prefix.slice(-32)) || part.endsWith('builds'))
        // The times of folders change as the prefix is made beside the other one.
        .filter((line) => !/^\S+ d /.test(line)),
    );
  const before = others();
  const bootstrap = await readFile('bootstrap/submarine-bootstrap.sh');

  const request = { cache: folder, lines, buildId: 'one' };
  const first = await installPrepared({ ...request, steps: 'conda' });
  const second = await installPrepared({ ...request, steps: 'sources finish' });

  expect([first.exitCode, second.exitCode]).toEqual([0, 0]);
  expect(await readFile('bootstrap/submarine-bootstrap.sh')).toEqual(bootstrap);
  expect(others()).toEqual(before);
  expect((await readdir(folder)).toSorted()).toEqual(['builds', 'kernels', 'locks', 'logs']);
  expect(await readdir(join(folder, 'kernels'))).toEqual(['linux-64-glibc2.36']);
  const seen = await readFile(join(place.prefix, 'env'), 'utf8');
  expect(seen).toContain('HOME=/submarine/kernels/');
  expect(seen).not.toMatch(/^SUBMARINE_(?!KERNEL=|PREFIX=)/m);
});

test('no container is left of the builds above', async () => {
  const { stdout } = await docker('ps', '--all', '--quiet', '--filter', `volume=${cache}`);

  expect(stdout).toBe('');
});
