import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { afterEach } from '@jest/globals';

/** A package as a channel lists it: `name version build`, and what it depends on. */
export type ListedPackage = readonly [nameVersionBuild: string, ...depends: string[]];

/** The `repodata.json` of a channel for one platform. Each package has hashes that its file name gives. */
export function repodata(packages: readonly ListedPackage[], subdir: string): string {
  const records = packages.map(([text, ...depends]): [string, object] => {
    const [name = '', version = '', build = '0'] = text.split(' ');
    const fileName = `${name}-${version}-${build}.conda`;
    const hash = (algorithm: string) => createHash(algorithm).update(fileName).digest('hex');
    return [
      fileName,
      {
        ...{ name, version, build, build_number: 0, depends, subdir },
        ...{ md5: hash('md5'), sha256: hash('sha256'), size: 1 },
      },
    ];
  });
  return JSON.stringify({
    info: { subdir },
    packages: {},
    'packages.conda': Object.fromEntries(records),
    repodata_version: 1,
  });
}

/** Makes a channel of those packages in a folder. @returns its `file://` address */
export async function writeChannel(
  folder: string,
  packages: readonly ListedPackage[],
  subdir = 'linux-64',
): Promise<string> {
  for (const [name, list] of [
    [subdir, packages],
    ['noarch', []],
  ] as const) {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, 'repodata.json'), repodata(list, name));
  }
  return pathToFileURL(folder).href;
}

/** A server of channels, which ends with the test. */
export interface ChannelHost {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** What was asked for, as `METHOD PATH STATUS`. */
  readonly log: string[];
  /** The header `authorization` of each request. */
  readonly logins: (string | undefined)[];
  /** Channels by their path; may be changed at any time. */
  readonly channels: Record<string, readonly ListedPackage[]>;
  /** Refuses a request: the status, or undefined to let it pass. */
  refuse: (request: IncomingMessage) => number | undefined;
}

/** Serves channels for linux-64 over HTTP, with ETags. */
export async function hostChannels(
  channels: Record<string, readonly ListedPackage[]>,
): Promise<ChannelHost> {
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    const [, path = '', subdir = ''] = /^\/(.*)\/([^/]+)\/repodata\.json$/.exec(url) ?? [];
    const listed = channels[path];
    const body =
      listed === undefined || !['linux-64', 'noarch'].includes(subdir)
        ? undefined
        : repodata(subdir === 'noarch' ? [] : listed, subdir);
    const etag = `"${createHash('md5')
      .update(body ?? '')
      .digest('hex')}"`;
    const status =
      host.refuse(request) ??
      (body === undefined ? 404 : headers['if-none-match'] === etag ? 304 : 200);
    host.log.push(`${method} ${url} ${status}`);
    host.logins.push(headers.authorization);
    response.writeHead(status, { etag }).end(status === 200 ? body : undefined);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  servers.push(server);
  const { port } = server.address() as AddressInfo;
  const host: ChannelHost = {
    url: `http://127.0.0.1:${port}`,
    log: [],
    logins: [],
    channels,
    refuse: () => undefined,
  };
  return host;
}

const servers: ReturnType<typeof createServer>[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
