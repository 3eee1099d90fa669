import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, RequestListener, Server } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';

import { temporaryDirectory } from './bed.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A server on this machine, which ends with the test. */
interface ArchiveServer {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What it was asked, in order. */
  readonly requests: readonly IncomingMessage[];
}

export async function serve(listener: RequestListener): Promise<ArchiveServer> {
  return listen(createServer, 'http', listener);
}

/** The same over TLS, with a certificate that nobody vouches for but itself. */
export async function serveOverTls(
  listener: RequestListener,
): Promise<ArchiveServer & { readonly certificate: string }> {
  const folder = await temporaryDirectory();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', certificate, '-days', '2', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'],
    ],
    { stdio: 'ignore' },
  );
  const files = { key: await readFile(key), cert: await readFile(certificate) };
  const create = (handler: RequestListener) => createTlsServer(files, handler);
  return { ...(await listen(create, 'https', listener)), certificate };
}

async function listen(
  create: (listener: RequestListener) => Server,
  scheme: string,
  listener: RequestListener,
): Promise<ArchiveServer> {
  const requests: IncomingMessage[] = [];
  const server = create((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `${scheme}://127.0.0.1:${port}`, requests };
}

/** In hexadecimal digits. */
export function digestOf(bytes: Buffer | string, algorithm: 'sha256' | 'md5' = 'sha256'): string {
  return createHash(algorithm).update(bytes).digest('hex');
}
