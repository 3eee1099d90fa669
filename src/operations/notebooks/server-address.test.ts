import type { RequestListener } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterEach, describe, expect, test } from '@jest/globals';

import type { StartedRun } from '../../engines/engine.ts';
import { countKernels, notebookUrl, waitForServer } from './server-address.ts';

const closing: (() => void)[] = [];
afterEach(() => closing.splice(0).forEach((close) => close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A run whose server is there; what its methods are not asked for is left out. */
function runAt(address: string): StartedRun {
  return { id: 'r1', ended: new Promise(() => {}), address: async () => address } as never;
}

describe('a server that nobody need trust', () => {
  test('leads to no other address of this machine', async () => {
    const asked: unknown[] = [];
    const other = await serve((request, response) => {
      asked.push(request.url);
      response.end('[1, 2, 3]');
    });
    const redirects: unknown[] = [];
    const address = await serve((request, response) => {
      redirects.push(request.url);
      response.writeHead(302, { location: `http://${other}/delete?all` }).end();
    });

    expect(await countKernels(runAt(address), 'abc')).toBe(0);
    const ending = new AbortController();
    const waited = waitForServer(runAt(address), 'abc', { signal: ending.signal });
    while (redirects.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
    ending.abort();

    await expect(waited).rejects.toMatchObject({ kind: 'interrupted' });
    expect(asked).toEqual([]);
  });

  test('is not listened to for ever', async () => {
    const address = await serve((_, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, '1')));
      };
      response.on('drain', write);
      write();
    });
    const before = process.memoryUsage().rss;

    expect(await countKernels(runAt(address), 'abc')).toBe(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(100e6);
  });

  test('runs no kernels where it says something else', async () => {
    const answers = ['{}', 'no', '[{}, {}]'];
    const address = await serve((_, response) => void response.end(answers.shift()));

    const counted = [];
    for (const _ of [1, 2, 3]) counted.push(await countKernels(runAt(address), 'abc'));
    expect(counted).toEqual([0, 0, 2]);
  });
});

test.each([
  ['127.0.0.1:32768', '127.0.0.1:32768'],
  ['0.0.0.0:8899', '127.0.0.1:8899'],
  ['[::]:8899', '[::1]:8899'],
  ['10.0.0.2:8899', '10.0.0.2:8899'],
])('a server that is published at %s is opened at %s', (address, shown) => {
  expect(notebookUrl(address, 'abc')).toBe(`http://${shown}/lab?token=abc`);
});
