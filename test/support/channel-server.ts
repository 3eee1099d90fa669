import { createServer, type ServerResponse } from 'node:http';
import { mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { dockerOutput, images, temporaryDirectory } from './bed.ts';

/** What a server answers in place of a file: the start of it and then nothing, nothing at all, a status, or other bytes. */
export type Answer = 'cut' | 'never' | number | Buffer;

/** TEST_CHANNEL over HTTP, for containers on the network of the host, and a folder of wheels beside it. */
export interface ChannelServer {
  /** `http://127.0.0.1:PORT`, which is the channel's address. */
  readonly url: string;
  /** On this machine: `noarch/`, `linux-64/`, and `wheels/` with what makeWheel has put there. */
  readonly folder: string;
  /** The paths that were asked for, in order: `/noarch/hello-1.0-0.tar.bz2`. */
  readonly requests: string[];
  /** By path, what is answered there instead of the file. */
  readonly answers: Map<string, Answer>;
}

const opened: (() => void)[] = [];

afterAll(() => {
  for (const close of opened.splice(0)) close();
});

/**
 * Starts a server of a copy of TEST_CHANNEL, which ends with the test file.
 *
 * @param login - `USER:PASSWORD`, or `/t/TOKEN` before a path, without which nothing is served
 */
export async function serveChannel(login?: string): Promise<ChannelServer> {
  const folder = await temporaryDirectory();
  await dockerOutput(
    ...[
      'run',
      '--rm',
      '--network=none',
      `--mount=type=bind,source=${folder},target=/copy`,
      images.test,
    ],
    ...['cp', '-r', '/opt/test-channel/.', '/copy'],
  );
  await mkdir(join(folder, 'wheels'));
  const requests: string[] = [];
  const answers = new Map<string, Answer>();
  const server = createServer((request, response) => {
    const { url = '/', headers } = request;
    const prefix = login?.startsWith('/') === true && url.startsWith(login) ? login : '';
    const path = decodeURIComponent(url.slice(prefix.length));
    requests.push(path);
    const isKnown =
      login === undefined || prefix !== '' || headers.authorization === `Basic ${btoa(login)}`;
    answer(response, join(folder, path), isKnown ? answers.get(path) : 401).catch(() =>
      response.destroy(),
    );
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  opened.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return { url: `http://127.0.0.1:${port}`, folder, requests, answers };
}

async function answer(response: ServerResponse, file: string, instead?: Answer): Promise<void> {
  if (instead === 'never') return;
  if (typeof instead === 'number') {
    response.writeHead(instead).end();
    return;
  }
  const content = Buffer.isBuffer(instead) ? instead : await readFile(file).catch(() => undefined);
  if (content === undefined) {
    response.writeHead(404).end();
  } else if (instead === 'cut') {
    response.writeHead(200, { 'content-length': content.length });
    response.write(content.subarray(0, content.length / 2), () => response.destroy());
  } else {
    // pip reads no list of links of another type.
    const type = file.endsWith('.html') ? { 'content-type': 'text/html' } : {};
    response.writeHead(200, { 'content-length': content.length, ...type }).end(content);
  }
}

/**
 * The lines of a lock for packages of a channel.
 *
 * @param archives - file names, in the order of installation: `hello-1.0-0.tar.bz2`
 */
export async function condaLines(
  server: ChannelServer,
  archives: readonly string[],
): Promise<readonly string[]> {
  const lines = new Map<string, string>();
  for (const subdir of await readdir(server.folder)) {
    if (subdir === 'wheels') continue;
    const text = await readFile(join(server.folder, subdir, 'repodata.json'), 'utf8');
    const { packages, 'packages.conda': inConda } = JSON.parse(text) as Record<
      'packages' | 'packages.conda',
      Record<string, { readonly md5: string; readonly sha256: string }>
    >;
    for (const [name, { md5, sha256 }] of Object.entries({ ...packages, ...inConda })) {
      lines.set(name, `conda ${sha256} ${server.url}/${subdir}/${name}#${md5}`);
    }
  }
  return archives.map((name) => {
    const line = lines.get(name);
    if (line === undefined) throw new Error(`the test channel has no ${name}`);
    return line;
  });
}

/**
 * Puts a wheel of one module into the folder of a server.
 *
 * @param requires - what it says that it needs
 * @returns the line of a lock for it
 */
export function makeWheel(
  server: ChannelServer,
  name: string,
  version: string,
  requires: readonly string[] = [],
): Promise<string> {
  return makeArchive(server, ['wheel', name, version, ...requires]);
}

/**
 * Puts the sources of a module, which need nothing to be built, into the folder of a server.
 *
 * @param code - of Python, which is run when they are built
 * @returns the line of a lock for it
 */
export function makeSources(
  server: ChannelServer,
  name: string,
  version: string,
  code = '',
): Promise<string> {
  return makeArchive(server, ['sources', name, version, code]);
}

/**
 * Puts a package of conda's into the folder of a server, beside the wheels.
 *
 * @param files - the text of each by its path: `{ 'bin/tool': '#!/bin/sh\n' }`
 * @returns the line of a lock for it
 */
export async function makePackage(
  server: ChannelServer,
  name: string,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const line = await makeArchive(server, ['conda', name, '1.0', JSON.stringify(files)]);
  const [, url = '', sha256 = ''] = /@ (\S+) --hash=sha256:(\S+)/.exec(line) ?? [];
  return `conda ${sha256} ${url}`;
}

async function makeArchive(server: ChannelServer, words: readonly string[]): Promise<string> {
  const mount = `--mount=type=bind,source=${join(server.folder, 'wheels')},target=/wheels`;
  const script = await readFile(new URL('make-archive.py', import.meta.url), 'utf8');
  const output = await dockerOutput(
    ...['run', '--rm', '--network=none', mount, images.plain, 'python3', '-c', script, ...words],
  );
  const [file = '', sha256 = ''] = output.split(' ');
  return `pip ${words[1] ?? ''} @ ${server.url}/wheels/${file} --hash=sha256:${sha256}`;
}
