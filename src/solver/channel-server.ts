import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';

import type { ChannelIndex } from './channel-index.ts';
import type { Repodata } from './repodata-records.ts';

/** One channel as the solver sees it: for each platform a list on this machine, or one that was made. */
export type ServedChannel = Readonly<Record<string, ChannelIndex | Repodata>>;

/** Channels at an address that only this process knows, since the solver reads no other than plain HTTP. */
export interface ChannelServer {
  /** The addresses of the channels, in their order; each ends in a slash. */
  readonly addresses: readonly string[];
  close(): Promise<void>;
}

/** Serves channels on the loopback interface, at a port and below a path that nobody can guess. */
export async function serveChannels(channels: readonly ServedChannel[]): Promise<ChannelServer> {
  const secret = randomBytes(16).toString('hex');
  const server = createServer((request, response) => {
    answer(request, response, { secret, channels }).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    addresses: channels.map((_, index) => `http://127.0.0.1:${port}/${secret}/${index}/`),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  { url = '' }: IncomingMessage,
  response: ServerResponse,
  { secret, channels }: { secret: string; channels: readonly ServedChannel[] },
): Promise<void> {
  const [, given, index = '', subdir = '', name] = url.split('/');
  const list = given === secret ? channels[Number(index)]?.[subdir] : undefined;
  if (list === undefined || name !== ('path' in list ? list.name : 'repodata.json')) {
    response.writeHead(404).end();
  } else if ('path' in list) {
    const { size } = await stat(list.path);
    response.writeHead(200, { 'content-length': size - list.offset });
    await pipeline(createReadStream(list.path, { start: list.offset }), response);
  } else response.end(JSON.stringify(list));
}
