import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { expect, test } from '@jest/globals';

import { digestOf, serve, serveOverTls } from '../../test/support/archive-server.ts';
import { temporaryDirectory } from '../../test/support/bed.ts';
import type { Archive } from './archive.ts';
import { provideArchives } from './provide-archives.ts';

const BYTES = Buffer.from('0123456789'.repeat(20_000));
const SHA = digestOf(BYTES);
const NAME = 'a-1-0.conda';

/** Fetches one archive, and returns its bytes; nothing is left of one that cannot be had. */
async function fetchOne(
  url: string,
  {
    env = {},
    home = '/nowhere',
    signal,
    ...archive
  }: Partial<Archive> & {
    env?: Record<string, string>;
    home?: string;
    signal?: AbortSignal;
  } = {},
): Promise<Buffer> {
  const cache = await temporaryDirectory();
  const places = { store: join(cache, 'archives'), folder: join(cache, 'builds/1') };
  const whole: Archive = { url, kind: 'conda', sha256: SHA, ...archive };
  const options = { env, home, offline: false, signal };
  try {
    await provideArchives([whole], places, options);
  } catch (error) {
    const left = await readdir(places.store, { recursive: true });
    expect(left.filter((name) => name.includes('/'))).toEqual([]);
    throw error;
  }
  return readFile(join(places.folder, whole.kind, NAME));
}

/** Sends the first half of what is asked for, and then nothing more. */
function breakOff(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-length': BYTES.length, ...headers });
  response.write(BYTES.subarray(0, BYTES.length / 2), () => response.destroy());
}

function sendRest({ headers }: IncomingMessage, response: ServerResponse): void {
  const from = Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1]);
  response.writeHead(206, { 'content-range': `bytes ${from}-${BYTES.length - 1}/${BYTES.length}` });
  response.end(BYTES.subarray(from));
}

test('a download that breaks off goes on where it was', async () => {
  const { url, requests } = await serve((request, response) => {
    if (requests.length === 1) breakOff(response, { etag: '"1"' });
    else sendRest(request, response);
  });

  expect(await fetchOne(`${url}/${NAME}`)).toEqual(BYTES);
  expect(requests).toHaveLength(2);
  expect(requests[1]?.headers).toMatchObject({
    range: expect.stringMatching(/^bytes=[1-9]\d*-$/),
    'if-range': '"1"',
  });
});

test.each<[string, (request: IncomingMessage, response: ServerResponse) => void]>([
  ['takes no ranges', (_, response) => void response.end(BYTES)],
  [
    'has fewer bytes than before',
    (request, response) => {
      if (request.headers.range === undefined) response.end(BYTES);
      else response.writeHead(416).end();
    },
  ],
  [
    'sends another part',
    (request, response) => {
      if (request.headers.range === undefined) response.end(BYTES);
      else response.writeHead(206, { 'content-range': 'bytes 7-9/10' }).end('789');
    },
  ],
  [
    'has other bytes by now',
    (request, response) => {
      if (request.headers.range === undefined) response.end(BYTES);
      else
        sendRest(
          request,
          response.on('pipe', () => {}),
        );
    },
  ],
])('a download is begun anew where the server %s', async (_, then) => {
  const { url, requests } = await serve((request, response) => {
    if (requests.length > 1) return then(request, response);
    response.writeHead(200, { 'content-length': BYTES.length, etag: 'W/"1"' });
    response.write(Buffer.alloc(BYTES.length / 2, 'x'), () => response.destroy());
  });

  expect(await fetchOne(`${url}/${NAME}`)).toEqual(BYTES);
  expect(requests[1]?.headers['if-range']).toBeUndefined();
});

test('a download that breaks off three times is given up', async () => {
  const { url, requests } = await serve((_, response) => breakOff(response));

  await expect(fetchOne(`${url}/${NAME}`)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'download-cut-off',
    message: `a download was cut off: "${NAME}" from "${new URL(url).host}" (UND_ERR_SOCKET)`,
    remedy: 'start it again: what was downloaded whole is kept',
  });
  expect(requests).toHaveLength(3);
});

test('a server that hangs up without an answer is asked three times', async () => {
  const { url, requests } = await serve((request) => void request.socket.destroy());

  await expect(fetchOne(`${url}/${NAME}`)).rejects.toMatchObject({ code: 'download-cut-off' });
  expect(requests).toHaveLength(3);
});

test('without a checksum the length tells that a download was cut off', async () => {
  const { url, requests } = await serve((request, response) => {
    if (requests.length === 1) breakOff(response);
    else sendRest(request, response);
  });

  expect(await fetchOne(`${url}/${NAME}`, { sha256: undefined })).toEqual(BYTES);
});

test.each([
  [{ sha256: 'c'.repeat(64) }, `sha256 ${SHA} instead of ${'c'.repeat(64)}`],
  [
    { sha256: undefined, md5: 'c'.repeat(32) },
    `md5 ${digestOf(BYTES, 'md5')} instead of ${'c'.repeat(32)}`,
  ],
])('other bytes than those of %j are refused', async (checksum, words) => {
  const { url, requests } = await serve((_, response) => void response.end(BYTES));

  await expect(fetchOne(`${url}/${NAME}`, checksum)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'download-changed',
    message: `a download has other bytes than it should: "${NAME}" from "${new URL(url).host}" has the ${words}`,
  });
  expect(requests).toHaveLength(1);
});

test.each([
  [401, 'a channel, index or proxy asks for a user and password, or refuses these', 1],
  [403, 'a channel, index or proxy asks for a user and password, or refuses these', 1],
  [404, 'a file is not where a channel, an index or the lock says', 1],
  [410, 'a file is not where a channel, an index or the lock says', 1],
  [418, 'a channel or index failed to send a package', 1],
  [206, 'a channel or index failed to send a package', 1],
  [503, 'a channel or index failed to send a package', 3],
])('the answer %i is told as: %s', async (status, words, times) => {
  const { url, requests } = await serve((_, response) => void response.writeHead(status).end('x'));
  const address = url.replace('http://', 'http://ann:secret@');

  await expect(fetchOne(`${address}/t/tk-1/${NAME}`)).rejects.toMatchObject({
    kind: 'invalid',
    message: `${words}: "${NAME}" from "${new URL(url).host}" (HTTP ${status})`,
    data: { url: `${url}/${NAME}`, status },
  });
  expect(requests).toHaveLength(times);
});

test('a server that is busy is asked again', async () => {
  const { url, requests } = await serve((_, response) => {
    if (requests.length < 3) response.writeHead(503).end();
    else response.end(BYTES);
  });

  expect(await fetchOne(`${url}/${NAME}`)).toEqual(BYTES);
});

test('a server that is not there, or has no name, is told as unreachable', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  const { port } = await new Promise<AddressInfo>((listening) =>
    server.once('listening', () => listening(server.address() as AddressInfo)),
  );
  await new Promise((closed) => server.close(closed));

  await expect(fetchOne(`http://127.0.0.1:${port}/${NAME}`)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'download-unreachable',
    message: `a channel or index cannot be reached: "${NAME}" from "127.0.0.1:${port}" (ECONNREFUSED)`,
  });
  await expect(fetchOne(`http://host.invalid/${NAME}`)).rejects.toMatchObject({
    message: expect.stringMatching(
      /^a channel or index cannot be reached: "a-1-0.conda" from "host.invalid" \((?:ENOTFOUND|EAI_AGAIN)\)$/,
    ),
  });
});

test('a certificate that nobody vouches for is told, and pip has a file of its own for those that it trusts', async () => {
  const { url, certificate } = await serveOverTls((_, response) => void response.end(BYTES));
  const wrong = join(await temporaryDirectory(), 'ca.pem');
  await writeFile(wrong, '');

  await expect(fetchOne(`${url}/${NAME}`)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'download-untrusted',
    message: `a server has a certificate that this machine does not trust: "${NAME}" from "${new URL(url).host}" (DEPTH_ZERO_SELF_SIGNED_CERT)`,
  });
  const env = { SSL_CERT_FILE: certificate };
  expect(await fetchOne(`${url}/${NAME}`, { env })).toEqual(BYTES);
  expect(await fetchOne(`${url}/${NAME}`, { env, kind: 'pip' })).toEqual(BYTES);
  const both = { PIP_CERT: certificate, SSL_CERT_FILE: wrong };
  expect(await fetchOne(`${url}/${NAME}`, { env: both, kind: 'pip' })).toEqual(BYTES);
  await expect(fetchOne(`${url}/${NAME}`, { env: both })).rejects.toMatchObject({
    code: 'download-untrusted',
  });
});

test('a proxy that lets nobody through is told, without its password', async () => {
  const { url, requests } = await serve((_, response) => void response.writeHead(407).end());
  const proxy = await serveTunnelRefusal('407 Proxy Authentication Required');
  const env = { http_proxy: url, https_proxy: proxy.replace('http://', 'http://ann:secret@') };
  const words = 'a channel, index or proxy asks for a user and password, or refuses these';

  await expect(fetchOne(`http://host.example/${NAME}`, { env })).rejects.toMatchObject({
    message: `${words}: "${NAME}" from "host.example" (HTTP 407)`,
  });
  await expect(fetchOne(`https://host.example/${NAME}`, { env })).rejects.toMatchObject({
    message: `${words}: "${NAME}" from "host.example" (HTTP 407)`,
  });
  const closed = { https_proxy: await serveTunnelRefusal('502 Bad Gateway') };
  await expect(fetchOne(`https://host.example/${NAME}`, { env: closed })).rejects.toMatchObject({
    code: 'download-unreachable',
    message: expect.stringContaining('"a-1-0.conda" from "host.example" ('),
  });
  expect(requests).toHaveLength(1);
});

async function serveTunnelRefusal(status: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on('error', () => {}).once('data', () => socket.end(`HTTP/1.1 ${status}\r\n\r\n`));
  });
  server.unref().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('an archive that a server calls encoded is kept as it was sent', async () => {
  const zipped = gzipSync(BYTES);
  const { url, requests } = await serve((_, response) => {
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(zipped);
  });

  expect(await fetchOne(`${url}/${NAME}`, { sha256: digestOf(zipped) })).toEqual(zipped);
  expect(requests[0]?.headers['accept-encoding']).toBe('identity');
});

test('what ends a download ends it as that', async () => {
  const { url } = await serve((_, response) => void response.write('x'));
  const controller = new AbortController();
  const fetched = fetchOne(`${url}/${NAME}`, { signal: controller.signal });
  setTimeout(() => controller.abort(new Error('no more')), 100);

  await expect(fetched).rejects.toMatchObject({ kind: 'interrupted', code: 'interrupted' });
  await expect(fetchOne(`${url}/${NAME}`, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    kind: 'interrupted',
  });
});
