import { once } from 'node:events';
import type { Server } from 'node:http';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';

import { afterEach, expect, test } from '@jest/globals';

import { serveOverTls } from '../../test/support/archive-server.ts';
import { CONDA_DEFAULTS } from './condarc.ts';
import { causeOf, openWebClient } from './web-client.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** A proxy that passes on plain requests and tunnels, and what it was asked for. */
async function startProxy(): Promise<{ url: string; log: string[] }> {
  const log: string[] = [];
  const proxy = createServer((incoming, response) => {
    log.push(`${incoming.method} ${incoming.url}`);
    send(incoming.url ?? '', (answer) => answer.pipe(response)).end();
  }).on('connect', ({ url = '' }, socket) => {
    log.push(`CONNECT ${url}`);
    const target = connect(Number(url.split(':')[1]), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
  });
  return { url: `http://127.0.0.1:${await listen(proxy)}`, log };
}

async function get(address: string, env: Record<string, string>, condarc = CONDA_DEFAULTS) {
  const client = await openWebClient({ env, home: '/nowhere', condarc });
  return text((await client.get(address, {})).body);
}

test('plain requests go through the proxy that a variable or the settings of conda name', async () => {
  const port = await listen(createServer((_, response) => response.end('plain')));
  const proxy = await startProxy();
  const url = `http://127.0.0.1:${port}/x`;
  const proxyServers = { http: proxy.url };

  expect(await get(url, { http_proxy: proxy.url })).toBe('plain');
  expect(await get(url, { ALL_PROXY: proxy.url.replace('http://', '') })).toBe('plain');
  expect(await get(url, {}, { ...CONDA_DEFAULTS, proxyServers })).toBe('plain');
  expect(proxy.log).toEqual([`GET ${url}`, `GET ${url}`, `GET ${url}`]);

  expect(await get(url, { http_proxy: proxy.url, NO_PROXY: '127.0.0.1' })).toBe('plain');
  expect(await get(url, { https_proxy: proxy.url })).toBe('plain');
  expect(proxy.log).toHaveLength(3);
});

test('TLS is tunnelled, and the certificate that vouches for a server may be named', async () => {
  const { url, certificate } = await serveOverTls((_, response) => void response.end('over TLS'));
  const proxy = await startProxy();

  expect(await get(url, { HTTPS_PROXY: proxy.url, SSL_CERT_FILE: certificate })).toBe('over TLS');
  expect(proxy.log).toEqual([`CONNECT ${new URL(url).host}`]);
  expect(await get(url, { REQUESTS_CA_BUNDLE: certificate, http_proxy: proxy.url })).toBe(
    'over TLS',
  );
  expect(await get(url, {}, { ...CONDA_DEFAULTS, sslVerify: certificate })).toBe('over TLS');
  expect(await get(url, {}, { ...CONDA_DEFAULTS, sslVerify: false })).toBe('over TLS');
  expect(proxy.log).toHaveLength(1);

  const refused = await get(url, {}).catch(causeOf);
  expect(refused).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
});

test('a proxy or a file of certificates that cannot be used is named, without its password', async () => {
  await expect(
    get('https://127.0.0.1:9999/', { https_proxy: 'gopher://ann:secret@proxy.example' }),
  ).rejects.toMatchObject({ message: 'the proxy "gopher://proxy.example" cannot be used' });
  await expect(get('https://127.0.0.1:9999/', { SSL_CERT_FILE: '/nowhere' })).rejects.toMatchObject(
    {
      message: 'the file of certificates "/nowhere" cannot be read',
      kind: 'invalid',
    },
  );
});

test('a server that sends on for ever is told as that', async () => {
  const port = await listen(
    createServer((_, response) => response.writeHead(302, { location: '/x' }).end()),
  );

  expect(await get(`http://127.0.0.1:${port}/x`, {}).catch(causeOf)).toBe(
    'redirect count exceeded',
  );
});

test('a login goes to the server that it is for, and not where that sends on to', async () => {
  const logins: (string | undefined)[] = [];
  const listenTo = (location?: string) =>
    listen(
      createServer((incoming, response) => {
        logins.push(incoming.headers.authorization);
        const isHere = location === undefined;
        response.writeHead(isHere ? 200 : 302, isHere ? {} : { location }).end('here');
      }),
    );
  const other = `http://127.0.0.1:${await listenTo()}/x`;
  const port = await listenTo(other);

  expect(await get(`http://ann:50%25%20%@127.0.0.1:${port}/x`, {})).toBe('here');
  expect(logins).toEqual([`Basic ${btoa('ann:50%25%20%')}`, undefined]);
  expect(await get(`http://ann:50%25@127.0.0.1:${port}/x`, {})).toBe('here');
  expect(logins[2]).toBe(`Basic ${btoa('ann:50%')}`);
});

test('an answer whose server closes the connection before it is read is whole', async () => {
  // What is read at once of a connection, and more than waits for a reader.
  const body = 'a'.repeat(2 ** 16);
  const server = createTcpServer((socket) => {
    socket.once('data', () => {
      socket.write(`HTTP/1.0 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
      socket.end(body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = await openWebClient({ env: {}, home: '/nowhere', condarc: CONDA_DEFAULTS });
  const closed = once(server, 'connection').then(([socket]) => once(socket, 'close'));

  const answer = await client.get(`http://127.0.0.1:${port}/`, {});
  server.close();
  await closed;

  expect(await text(answer.body)).toBe(body);
});

test('an abort before anybody reads an answer is told to its reader, and to nobody else', async () => {
  const server = createServer((_request, response) => void response.write('{'));
  const client = await openWebClient({ env: {}, home: '/nowhere', condarc: CONDA_DEFAULTS });
  const controller = new AbortController();
  const address = `http://127.0.0.1:${await listen(server)}/`;
  const { body } = await client.get(address, {}, controller.signal);

  controller.abort(new Error('no more'));
  // An event that nobody hears would end the process by now.
  await new Promise((closed) => body.once('close', closed));

  await expect(text(body)).rejects.toThrow();
});
