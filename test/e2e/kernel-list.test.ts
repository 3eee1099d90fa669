import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';
import { parse } from 'yaml';

import { images, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;
let platform: string;
let digest: string;
const OLD = 'e'.repeat(32);

beforeAll(async () => {
  user = await newUser();
  for (const name of ['one', 'two']) {
    const kernel = `{name: team, channels: ["${TEST_CHANNEL}"], dependencies: [hello]}`;
    await user.run(['env', 'add', '-'], {
      stdin: `name: ${name}\ndocker-image: ${images.test}\nkernel: ${kernel}\n`,
    });
  }
  await user.run(['run', '--env', 'one', '--', 'hello']);
  [platform = ''] = await readdir(cache('kernels'));
  [digest = ''] = await readdir(cache('kernels', platform));
  await mkdir(cache('kernels', platform, 'f'.repeat(32)));
  // As earlier versions marked a kernel.
  const meta = cache('kernels', platform, OLD, 'conda-meta');
  await mkdir(meta, { recursive: true });
  await writeFile(join(meta, 'submarine-complete'), 'image=sha256:2e\nbuilder=conda\n');
});

function cache(...path: string[]): string {
  return join(user.home, '.cache/submarine', ...path);
}

test('each kernel is listed with the environments that use it, its size, its use and its state', async () => {
  const { code, stdout, stderr } = await user.run(['kernel', 'list', '-o', 'json']);

  expect([code, stderr]).toEqual([0, '']);
  const listed: readonly { readonly digest: string }[] = JSON.parse(stdout);
  expect(listed.find((kernel) => kernel.digest === digest)).toEqual({
    digest,
    platform,
    names: ['team'],
    environments: ['one', 'two'],
    bytes: expect.any(Number),
    lastUsed: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    ...{ state: 'complete', complete: true },
    image: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
  });
  expect(listed.find((kernel) => kernel.digest === 'f'.repeat(32))).toMatchObject({
    environments: [],
    ...{ state: 'unfinished', complete: false },
  });
  expect(listed.find((kernel) => kernel.digest === OLD)).toMatchObject({
    image: 'sha256:2e',
    ...{ state: 'untrusted', complete: false },
  });
});

test('the table says it to people', async () => {
  const { stdout } = await user.run(['kernel', 'list']);
  const [heading, ...rows] = stdout.trimEnd().split('\n');

  expect(heading).toMatch(/^DIGEST +NAME +ENVIRONMENTS +SIZE +LAST USED +STATE$/);
  expect(rows.toSorted()).toEqual([
    expect.stringMatching(new RegExp(`^${digest}  team  one,two .* KiB  just now   complete$`)),
    expect.stringMatching(/^e{32} .* untrusted$/),
    expect.stringMatching(/^f{32} .* unfinished$/),
  ]);
  const wide = await user.run(['kernel', 'list', '-o', 'wide', '--no-headers']);
  expect(wide.stdout).toContain(`complete    ${platform}  sha256:`);
  const names = await user.run(['kernel', 'list', '-o', 'name']);
  expect(names.stdout.split('\n')).toContain(digest);
});

test('df shows what takes room, and how to free it', async () => {
  for (const folder of ['pip', 'archives/aa', `builds/${platform}-${OLD}/conda`]) {
    await mkdir(cache(folder), { recursive: true });
    await writeFile(cache(folder, 'file'), 'x'.repeat(100_000));
  }

  const { code, stdout, stderr } = await user.run(['df']);

  const homes = join(user.home, '.local/share/submarine/homes');
  expect([code, stderr]).toEqual([0, `in ${cache()}; homes in ${homes}\n`]);
  expect(stdout.split('\n')).toEqual([
    expect.stringMatching(/^PART +SIZE +CAN BE FREED +BY$/),
    expect.stringMatching(/^kernels \(3\) +\d+ KiB +\d+ KiB +submarine kernel prune$/),
    expect.stringMatching(/^archives +1\d\d KiB +1\d\d KiB +submarine kernel prune --packages$/),
    expect.stringMatching(/^channel lists +0 B$/),
    expect.stringMatching(/^builds +1\d\d KiB +1\d\d KiB +submarine kernel prune$/),
    expect.stringMatching(/^logs +\d+ KiB$/),
    expect.stringMatching(/^homes \(1\) +\d+ KiB$/),
    expect.stringMatching(/^other +\d+ KiB$/),
    expect.stringMatching(/^of earlier versions .* KiB +submarine kernel prune --packages$/),
    expect.stringMatching(/^total /),
    '',
  ]);
  const json = JSON.parse((await user.run(['df', '-o', 'json'])).stdout);
  expect(parse((await user.run(['df', '-o', 'yaml'])).stdout)).toEqual(json);
  expect(json[0]).toEqual({
    name: 'kernels',
    bytes: expect.any(Number),
    freeableBytes: expect.any(Number),
    command: 'submarine kernel prune',
    count: 3,
  });
});

test('where nothing was built yet, that is said', async () => {
  const other = await newUser();

  expect(await other.run(['kernel', 'list'])).toEqual({
    code: 0,
    stdout: '',
    stderr: `no kernel has been built in ${join(other.home, '.cache/submarine')} yet\n`,
  });
  expect((await other.run(['kernel', 'list', '-o', 'json'])).stdout).toBe('[]\n');
  expect((await other.run(['kernel', 'list', '-o', 'yaml'])).stdout).toBe('[]\n');
});
