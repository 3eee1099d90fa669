import { mkdir, readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import { expect, test } from '@jest/globals';

import { temporaryDirectory } from '../../test/support/bed.ts';
import type { ListedPackage } from '../../test/support/channel.ts';
import { hostChannels, repodata, writeChannel } from '../../test/support/channel.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import type { SolverSettings, Target } from './solve-kernel.ts';
import { openSolver } from './solve-kernel.ts';

const LINUX: Target = {
  platform: 'linux-64',
  virtualPackages: { __archspec: '1=x86_64', __glibc: '2.36', __linux: '5.10', __unix: '0' },
};

interface Attempt extends Partial<SolverSettings> {
  readonly condarc?: string;
  readonly netrc?: string;
  readonly target?: Partial<Target>;
}

/** Solves with settings of its own, and gives the packages as `name version build`. */
async function solveIt(content: KernelContent, attempt: Attempt = {}) {
  const home = attempt.home ?? (await temporaryDirectory());
  const notes: string[] = [];
  if (attempt.condarc !== undefined) await writeFile(join(home, '.condarc'), attempt.condarc);
  if (attempt.netrc !== undefined) await writeFile(join(home, '.netrc'), attempt.netrc);
  const solve = await openSolver({
    env: {},
    home,
    channelFolder: join(home, 'cache/channels'),
    offline: false,
    leftOut: (why) => void notes.push(why),
    ...attempt,
  });
  const packages = await solve(content, { ...LINUX, ...attempt.target });
  const names = packages.map(({ name, version, build }) => `${name} ${version} ${build}`);
  return { packages, names, notes, home };
}

async function channelOf(...packages: readonly ListedPackage[]): Promise<string> {
  return writeChannel(await temporaryDirectory(), packages);
}

test('packages come with their dependencies, and with the addresses and hashes of their own channel', async () => {
  const channel = await channelOf(['a 1.0 h_0', 'b >=2'], ['b 2.1 0'], ['b 1.0 0'], ['c 1 0']);

  const { packages } = await solveIt({ channels: [channel, 'nodefaults'], dependencies: ['a'] });

  expect(packages).toEqual([
    {
      name: 'a',
      version: '1.0',
      build: 'h_0',
      url: `${channel}/linux-64/a-1.0-h_0.conda`,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      depends: ['b >=2'],
    },
    expect.objectContaining({ name: 'b', url: `${channel}/linux-64/b-2.1-0.conda`, depends: [] }),
  ]);
});

test.each([
  ['n=3.7', 'n 3.7.2 h_1'],
  ['n==3.7', 'n 3.7 h_0'],
  ['n 3.7', 'n 3.7 h_0'],
  ['n=3.7=h_0', 'n 3.7 h_0'],
  ['n >= 3.7, < 3.7.2', 'n 3.7.1 h_0'],
  [`n[version='>=3.7,<4', build=h_0]`, 'n 3.7.1 h_0'],
  ['n=3.7.1|3.7', 'n 3.7.1 h_0'],
  ['N', 'n 4.0 h_0'],
  ['n[extra,other]=3.7', 'n 3.7.2 h_1'],
])('%s means %s', async (spec, expected) => {
  const channel = await channelOf(
    ...(['n 3.7 h_0', 'n 3.7.1 h_0', 'n 3.7.2 h_1', 'n 4.0 h_0'].map((text) => [
      text,
    ]) as ListedPackage[]),
  );

  const { names } = await solveIt({ channels: [channel, 'nodefaults'], dependencies: [spec] });

  expect(names).toEqual([expected]);
});

test('the first channel that has a name is the only one for it, whatever version is asked for', async () => {
  const [first, second] = [
    await channelOf(['a 1.0 0'], ['b 1.0 0', 'a']),
    await channelOf(['a 2.0 0'], ['c 1.0 0', 'a']),
  ];
  const solve = (...dependencies: string[]) =>
    solveIt({ channels: [first, second, 'nodefaults'], dependencies });

  expect((await solve('a')).names).toEqual(['a 1.0 0']);
  expect((await solve('c')).names).toEqual(['a 1.0 0', 'c 1.0 0']);
  await expect(solve('a=2')).rejects.toMatchObject({ kind: 'invalid' });
});

test('a spec that names its channel takes that package from there, and only that', async () => {
  const [first, second] = [
    await channelOf(['a 1.0 0', 'b'], ['b 1.0 0']),
    await channelOf(['a 2.0 0', 'b'], ['b 2.0 0'], ['a-b 3.0 0']),
  ];

  for (const spec of [`${second}::a`, `${second}/linux-64::a`, `a[channel='${second}']`]) {
    const { packages, names } = await solveIt({
      channels: [first, 'nodefaults'],
      dependencies: [spec],
    });
    expect(names).toEqual(['a 2.0 0', 'b 1.0 0']);
    expect(packages[0]?.url).toBe(`${second}/linux-64/a-2.0-0.conda`);
  }
  await expect(
    solveIt({ channels: [first, 'nodefaults'], dependencies: [`${second}::c`] }),
  ).rejects.toMatchObject({
    message: `the channel "${second}" has no "c" for linux-64`,
    kind: 'invalid',
  });
});

test('the address of a package takes that one, with the bytes of its hash', async () => {
  const channel = await channelOf(['a 1.0 0', 'b'], ['a 2.0 0', 'b'], ['b 1.0 0']);
  const solve = (hash: string) =>
    solveIt({
      channels: [channel, 'nodefaults'],
      dependencies: [`${channel}/linux-64/a-1.0-0.conda${hash}`],
    });
  const { packages, names } = await solve('');

  expect(names).toEqual(['a 1.0 0', 'b 1.0 0']);
  for (const hash of [packages[0]?.md5, packages[0]?.sha256]) {
    expect((await solve(`#${hash}`)).packages).toEqual(packages);
  }
  await expect(solve('#d41d8cd98f00b204e9800998ecf8427e')).rejects.toMatchObject({
    kind: 'invalid',
  });
});

test('a conflict is one line of cause, the tree of the solver below it, and what to do', async () => {
  const channel = await channelOf(['many 1.0 0'], ['many 2.0 0'], ['wants-old 1.0 0', 'many <2']);

  const failed = solveIt({
    channels: [channel, 'nodefaults'],
    dependencies: ['many=2', 'wants-old'],
  });

  await expect(failed).rejects.toMatchObject({ kind: 'invalid' });
  await expect(failed).rejects.toThrow(
    `no packages for linux-64 meet all dependencies at once
  ├─ many 2.*, which can be installed with any of the following options:
  │  └─ many 2.0
  └─ wants-old *, which cannot be installed because there are no viable options:
     └─ wants-old 1.0 would require
        └─ many <2, which cannot be installed because there are no viable options:
           └─ many 1.0, which conflicts with the versions reported above.`,
  );
});

test('a package that no channel has is named', async () => {
  const channel = await channelOf(['a 1.0 0']);

  await expect(
    solveIt({ channels: [channel, 'nodefaults'], dependencies: ['a', 'nmpy'] }),
  ).rejects.toThrow(/^ {2}.*nmpy \*, for which no candidates were found/m);
});

test.each([
  ['a ^1.*$', /^the solver cannot read the dependency "a \^1\.\*\$" \(.+\)$/],
  [
    'a[fn=a-1.0-0.conda]',
    /^the solver cannot read the dependency ".*" \(it chooses by no file name\)$/,
  ],
])(
  '%s, which the solver cannot read, is named before anything is solved',
  async (spec, message) => {
    const channel = await channelOf(['a 1.0 0']);

    await expect(
      solveIt({ channels: [channel, 'nodefaults'], dependencies: [spec] }),
    ).rejects.toMatchObject({ message: expect.stringMatching(message), kind: 'invalid' });
  },
);

test('the machine decides by its virtual packages', async () => {
  const channel = await channelOf(
    ['a 2.0 0', '__glibc >=2.30'],
    ['a 1.0 0', '__glibc >=2.17'],
    ['gpu 1.0 0', '__cuda >=12'],
    ['v3 1.0 0', '__archspec 1 x86_64_v3'],
    ['plain 1.0 0', '__archspec 1 x86_64', '__unix', '__linux >=5'],
  );
  const solve = (spec: string, virtualPackages: Record<string, string>) =>
    solveIt(
      { channels: [channel, 'nodefaults'], dependencies: [spec] },
      { target: { virtualPackages: { ...LINUX.virtualPackages, ...virtualPackages } } },
    );

  expect((await solve('a', {})).names).toEqual(['a 2.0 0']);
  expect((await solve('a', { __glibc: '2.17' })).names).toEqual(['a 1.0 0']);
  expect((await solve('plain', {})).names).toEqual(['plain 1.0 0']);
  expect((await solve('gpu', { __cuda: '12.4' })).names).toEqual(['gpu 1.0 0']);
  await expect(solve('gpu', {})).rejects.toThrow(/__cuda >=12/);
  await expect(solve('v3', {})).rejects.toThrow(/__archspec/);
});

test('pip comes with python, as conda has it, unless the settings say otherwise', async () => {
  const channel = await channelOf(
    ['python 3.11.2 0'],
    ['pip 24.0 0', 'python'],
    ['tool 1.0 0', 'python'],
    ['data 1.0 0'],
  );
  const content = { channels: [channel, 'nodefaults'] };
  const solve = (dependencies: KernelContent['dependencies'], condarc = '') =>
    solveIt({ ...content, dependencies: dependencies ?? [] }, { condarc });

  expect((await solve(['tool'])).names).toEqual(['pip 24.0 0', 'python 3.11.2 0', 'tool 1.0 0']);
  expect((await solve(['data'])).names).toEqual(['data 1.0 0']);
  expect((await solve(['data', { pip: ['x'] }])).names).toEqual([
    'data 1.0 0',
    'pip 24.0 0',
    'python 3.11.2 0',
  ]);
  expect((await solve(['tool'], 'add_pip_as_python_dependency: false')).names).toEqual([
    'python 3.11.2 0',
    'tool 1.0 0',
  ]);
});

test('what was locked stays where nothing speaks against it', async () => {
  const channel = await channelOf(
    ['a 1.0 0', 'b'],
    ['a 2.0 0', 'b >=2'],
    ['b 1.0 0'],
    ['b 2.0 0'],
    ['c 1 0'],
  );
  const content = { channels: [channel, 'nodefaults'], dependencies: ['a', 'c'] };
  const before = await solveIt({ ...content, dependencies: ['a=1', 'b=1', 'c'] });
  const locked = (...names: string[]) => ({
    target: { locked: before.packages.filter(({ name }) => names.includes(name)) },
  });

  const same = await solveIt(content, locked('a', 'b', 'c'));
  expect(same.packages).toEqual(before.packages);
  // The new one asks for another b.
  expect((await solveIt(content, locked('b', 'c'))).names).toEqual(['a 2.0 0', 'b 2.0 0', 'c 1 0']);
  expect((await solveIt(content, locked('a', 'c'))).names).toEqual(['a 1.0 0', 'b 2.0 0', 'c 1 0']);
});

test('a server is asked the second time only whether the list has changed', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const content = { channels: [`${host.url}/team`, 'nodefaults'], dependencies: ['a'] };
  const { home } = await solveIt(content);
  const once = host.log.length;

  expect((await solveIt(content, { home })).names).toEqual(['a 1.0 0']);
  expect(host.log.slice(once)).toEqual(
    expect.arrayContaining([
      'GET /team/linux-64/repodata.json 304',
      'GET /team/noarch/repodata.json 304',
    ]),
  );
  host.channels['team'] = [['a 1.1 0']];
  expect((await solveIt(content, { home })).names).toEqual(['a 1.1 0']);

  const asked = host.log.length;
  expect((await solveIt(content, { home, offline: true })).names).toEqual(['a 1.1 0']);
  expect(host.log).toHaveLength(asked);
  await expect(solveIt(content, { offline: true })).rejects.toMatchObject({
    message: `the channel "${host.url}/team" has not been fetched for linux-64 before`,
    code: 'channel-not-fetched',
    kind: 'invalid',
  });
});

test('a channel that the profile names must be there, one that conda adds need not', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const condarc = `channels: [${host.url}/gone]`;

  const { names, notes } = await solveIt(
    { channels: [`${host.url}/team`], dependencies: ['a'] },
    { condarc },
  );
  expect(names).toEqual(['a 1.0 0']);
  expect(notes).toEqual([expect.stringMatching(/^there is no channel at "http:.*\/gone"/)]);
  await expect(
    solveIt({ channels: [`${host.url}/gone`, 'nodefaults'], dependencies: ['a'] }),
  ).rejects.toMatchObject({
    message: `there is no channel at "${host.url}/gone": it has a repodata.json neither for linux-64 nor for noarch`,
    kind: 'invalid',
  });
  await expect(
    solveIt({ channels: ['http://127.0.0.1:2/team', 'nodefaults'], dependencies: ['a'] }),
  ).rejects.toMatchObject({
    message: 'the channel "http://127.0.0.1:2/team" cannot be read (ECONNREFUSED)',
    kind: 'invalid',
  });
  await expect(
    solveIt({ channels: ['s3://bucket/team', 'nodefaults'], dependencies: ['a'] }),
  ).rejects.toMatchObject({
    message: 'the channel "s3://bucket/team" can be read for no lock',
    kind: 'invalid',
  });
  await expect(
    solveIt({ channels: ['file:///nowhere/channel', 'nodefaults'], dependencies: ['a'] }),
  ).rejects.toThrow('there is no channel at "file:///nowhere/channel"');
});

test('the compressed list of a channel is read where it has one', async () => {
  const channel = await channelOf(['a 1.0 0'], ['b 1.0 0']);
  const list = join(new URL(channel).pathname, 'linux-64/repodata.json.zst');
  await writeFile(list, zstd(repodata([['a 2.0 0']], 'linux-64')));
  const solve = (...dependencies: string[]) =>
    solveIt({ channels: [channel, 'nodefaults'], dependencies });

  expect((await solve('a')).names).toEqual(['a 2.0 0']);
  // Where a spec names its channel the list has to be plain.
  expect((await solve(`${channel}::b`)).names).toEqual(['b 1.0 0']);
});

/** One block of bytes that are not compressed. @see https://www.rfc-editor.org/rfc/rfc8878#section-3.1.1 */
function zstd(text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(12);
  header.writeUInt32LE(0xfd2fb528, 0);
  header.writeUInt8(0xa0, 4);
  header.writeUInt32LE(content.length, 5);
  header.writeUIntLE(1 + (content.length << 3), 9, 3);
  return Buffer.concat([header, content]);
}

test('a page in the place of a compressed list is none', async () => {
  const channel = await channelOf(['a 1.0 0']);
  for (const subdir of ['linux-64', 'noarch']) {
    await writeFile(join(new URL(channel).pathname, subdir, 'repodata.json.zst'), '<html>');
  }

  const { names } = await solveIt({ channels: [channel, 'nodefaults'], dependencies: ['a'] });
  expect(names).toEqual(['a 1.0 0']);
});

test('a store that has no folders forbids what it does not have', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const content = { channels: [`${host.url}/team`, 'nodefaults'], dependencies: ['a'] };
  host.refuse = ({ url = '' }) => (url.endsWith('/linux-64/repodata.json') ? undefined : 403);

  const { names, home } = await solveIt(content);
  expect(names).toEqual(['a 1.0 0']);
  expect((await solveIt(content, { home, offline: true })).names).toEqual(names);

  host.refuse = () => 403;
  await expect(solveIt(content)).rejects.toMatchObject({
    message: `the channel "${host.url}/team" lets nobody in without a login (HTTP 403)`,
  });
});

test('without the network a platform is another channel than one that was fetched', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const content = { channels: [`${host.url}/team`, 'nodefaults'], dependencies: ['a'] };
  const { home } = await solveIt(content);

  await expect(
    solveIt(content, { home, offline: true, target: { platform: 'linux-aarch64' } }),
  ).rejects.toMatchObject({
    message: `the channel "${host.url}/team" has not been fetched for linux-aarch64 before`,
    kind: 'invalid',
  });
});

test('a folder that cannot be written is said to be, and is no fault of the channel', async () => {
  const file = join(await temporaryDirectory(), 'file');
  await writeFile(file, '');
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const content = { channels: [`${host.url}/team`, 'nodefaults'], dependencies: ['a'] };

  await expect(solveIt(content, { channelFolder: join(file, 'channels') })).rejects.toMatchObject({
    message: `what is fetched of channels cannot be kept in "${join(file, 'channels')}" (ENOTDIR)`,
    kind: 'cannot-write',
  });
});

test('what is kept of a channel is for its user alone, and downloads that broke off do not stay', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  const content = { channels: [`${host.url}/team`, 'nodefaults'], dependencies: ['a'] };
  const { home } = await solveIt(content);
  const folder = join(home, 'cache/channels');
  const [kept = ''] = await readdir(folder);
  expect((await stat(folder)).mode & 0o777).toBe(0o700);
  expect((await stat(join(folder, kept))).mode & 0o777).toBe(0o600);

  const [old, fresh] = [`${kept}.0000aaaa`, `${kept}.0000bbbb`].map((name) => join(folder, name));
  for (const path of [old, fresh]) await writeFile(path ?? '', 'half');
  await utimes(old ?? '', 0, 0);
  host.channels['team'] = [['a 1.1 0']];
  await solveIt(content, { home });
  const names = (await readdir(folder)).filter((name) => name.includes('.'));
  expect(names).toEqual([basename(fresh ?? '')]);
});

test('a busy server is asked again', async () => {
  const host = await hostChannels({ team: [['a 1.0 0']] });
  let busy = 2;
  host.refuse = () => (busy-- > 0 ? 503 : undefined);

  const { names } = await solveIt({
    channels: [`${host.url}/team`, 'nodefaults'],
    dependencies: ['a'],
  });

  expect(names).toEqual(['a 1.0 0']);
});

test('logins come from .netrc and tokens from .condarc, and neither leaves the request', async () => {
  const host = await hostChannels({
    team: [['a 1.0 0']],
    't/tk-secret/own': [['b 1.0 0']],
  });
  const basic = `Basic ${Buffer.from('ann:pass word').toString('base64')}`;
  host.refuse = ({ url = '', headers }) =>
    url.startsWith('/team') && headers.authorization !== basic ? 401 : undefined;
  const content = {
    channels: [`${host.url}/team`, `${host.url}/own`, 'nodefaults'],
    dependencies: ['a', 'b'],
  };
  const condarc = `custom_channels:\n  own: ${host.url}/t/\${TEAM_TOKEN}\n`;
  const env = { TEAM_TOKEN: 'tk-secret' };

  await expect(solveIt(content, { condarc, env })).rejects.toMatchObject({
    message: `the channel "${host.url}/team" lets nobody in without a login (HTTP 401)`,
    kind: 'invalid',
  });
  const { packages } = await solveIt(content, {
    condarc,
    env,
    netrc: 'machine 127.0.0.1 login ann password "pass word"\n',
  });
  expect(packages.map(({ url }) => url)).toEqual([
    `${host.url}/team/linux-64/a-1.0-0.conda`,
    `${host.url}/own/linux-64/b-1.0-0.conda`,
  ]);
  await expect(
    solveIt(
      { channels: [`${host.url}/own`, 'nodefaults'], dependencies: ['zzz'] },
      { condarc, env },
    ),
  ).rejects.not.toThrow(/tk-secret/);
});

test.each([
  ['a page', '<html>'],
  ['a list that breaks off', repodata([['a 1.0 0'], ['b 1.0 0']], 'linux-64').slice(0, -100)],
])('%s is an error that names its channel', async (_, text) => {
  const [good, folder] = [await channelOf(['c 1.0 0']), await temporaryDirectory()];
  for (const subdir of ['linux-64', 'noarch']) {
    await mkdir(join(folder, subdir));
    await writeFile(join(folder, subdir, 'repodata.json'), text);
  }
  const bad = `file://${folder}`;
  const refused = {
    message: expect.stringContaining(`the list of packages of the channel "${bad}" cannot be read`),
    kind: 'invalid',
  };

  for (const channels of [
    [good, bad],
    [bad, good],
  ]) {
    await expect(
      solveIt({ channels: [...channels, 'nodefaults'], dependencies: ['a'] }),
    ).rejects.toMatchObject(refused);
  }
  await expect(
    solveIt({ channels: [good, 'nodefaults'], dependencies: [`${bad}::a`] }),
  ).rejects.toMatchObject(refused);
});

test.each([
  ['a build with a blank', { build: 'a b' }, 'a-1.0-0.conda'],
  ['a file name with a fragment', {}, 'a-1.0-0.conda#1'],
])('%s gets into no lock', async (_, more, fileName) => {
  const channel = await channelOf(['a 1.0 0']);
  const list = join(new URL(channel).pathname, 'linux-64/repodata.json');
  const { 'packages.conda': packages, ...others } = JSON.parse(await readFile(list, 'utf8')) as {
    'packages.conda': Record<string, object>;
  };
  const record = { ...packages['a-1.0-0.conda'], ...more };
  await writeFile(list, JSON.stringify({ ...others, 'packages.conda': { [fileName]: record } }));

  await expect(
    solveIt({ channels: [channel, 'nodefaults'], dependencies: ['a'] }),
  ).rejects.toMatchObject({
    message: expect.stringMatching(/^a channel says of "a" what no lock can hold: /),
    kind: 'invalid',
  });
});

test('a channel whose packages lie elsewhere says where, and cannot say it by a path', async () => {
  const channel = await channelOf(['a 1.0 0']);
  const list = join(new URL(channel).pathname, 'linux-64/repodata.json');
  const listed = JSON.parse(await readFile(list, 'utf8')) as { info: object };
  const solveWith = async (base_url: string) => {
    await writeFile(list, JSON.stringify({ ...listed, info: { ...listed.info, base_url } }));
    return solveIt({ channels: [channel, 'nodefaults'], dependencies: ['a'] });
  };

  const { packages } = await solveWith('https://packages.example/linux-64/');
  expect(packages[0]?.url).toBe('https://packages.example/linux-64/a-1.0-0.conda');
  const { packages: others } = await solveWith('https://ann:secret@packages.example/linux-64/');
  expect(others).toEqual(packages);
  await expect(solveWith('../../../elsewhere/')).rejects.toMatchObject({
    message: 'a channel says that "a" lies outside of it, by a path and no address',
    kind: 'invalid',
  });
});
