import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, jest, test } from '@jest/globals';
import { lockedSpecification, start } from '../support/bootstrap.ts';
import {
  type ChannelServer,
  condaLines,
  makeWheel,
  serveChannel,
} from '../support/channel-server.ts';
import { newCache } from '../support/kernel-cache.ts';

jest.setTimeout(120_000);

const HELLO = 'hello-1.0-0.tar.bz2';
const PYTHON = ['python-3.11.2-0_image.tar.bz2', 'pip-26.3-0.tar.bz2'];
let server: ChannelServer;

beforeAll(async () => {
  server = await serveChannel();
});

/** A start on the network of this machine, where the server is. */
function locked(
  cache: string,
  lines: readonly string[],
  command: readonly string[],
  more: Partial<Parameters<typeof start>[0]> = {},
) {
  const { variables, ...rest } = more;
  return start({
    ...{ cache, kernel: 'locked', command, options: ['--network=host'] },
    variables: { ...lockedSpecification(lines), ...variables },
    ...rest,
  });
}

const OFFLINE = { SUBMARINE_OFFLINE: '1' };

test('a lock is installed without being solved, pip lines too, and again without the network', async () => {
  const cache = await newCache();
  const lines = [
    ...(await condaLines(server, [...PYTHON, HELLO])),
    // What it needs is not in the lock, and so not installed.
    await makeWheel(server, 'tiny', '1.5', ['six']),
  ];
  const code = 'import tiny; print(tiny.version)';
  const command = ['sh', '-c', `hello; python -c '${code}'; pip freeze --exclude pip`];
  server.requests.length = 0;

  const first = await locked(cache, lines, command);
  const asked = [...server.requests];
  const other = [...lines.filter((line) => !line.includes('hello')), lines[2] ?? ''];
  const second = await locked(cache, other, command, { variables: OFFLINE, options: [] });

  expect(first.stderr).toMatch(/^submarine: kernel "locked" was built in \d+ s; log: .*\.log$/);
  expect(first.stdout).toMatch(/^hello from \/submarine\/kernels\/.*\n1\.5\ntiny==1\.5$/);
  expect(asked.toSorted()).toEqual([
    `/linux-64/${PYTHON[0] ?? ''}`,
    `/noarch/${HELLO}`,
    `/noarch/${PYTHON[1] ?? ''}`,
    '/wheels/tiny-1.5-py3-none-any.whl',
  ]);
  expect(second.stdout).toMatch(/^hello from \/submarine\/kernels\/.*\n1\.5\ntiny==1\.5$/);
  expect(await readdir(join(cache, 'logs'))).toEqual([
    expect.stringMatching(/\.log$/),
    expect.stringMatching(/\.log$/),
  ]);
});
