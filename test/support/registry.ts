import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll } from '@jest/globals';

import { aptInstall, hasProgram } from '../../tools/apt.js';
import { ToolError } from '../../tools/tool-error.js';
import { docker, dockerOutput, temporaryDirectory } from './bed.ts';
import { poll } from './poll.ts';

/** A registry of images on this machine, whose images are gone with the test file. */
export interface Registry {
  /** What the names of its images begin with: `127.0.0.1:40123`. An engine on this machine asks it without TLS. */
  readonly host: string;
  /** Ends it before the test file does, and takes its images from the engine. */
  stop(): Promise<void>;
}

const running: Registry[] = [];

afterAll(async () => {
  for (const registry of running.splice(0)) await registry.stop();
});

/** Starts the registry of Docker's distribution project, as Debian has it. */
export async function startRegistry(): Promise<Registry> {
  await ensureProgram();
  const folder = await temporaryDirectory();
  const config = {
    version: '0.1',
    log: { accesslog: { disabled: true }, level: 'info' },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    // It takes a port that is free, and says which.
    http: { addr: '127.0.0.1:0' },
  };
  const file = join(folder, 'config.yml');
  await writeFile(file, JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const listening = () => /listening on (127\.0\.0\.1:\d+)/.exec(said)?.[1];
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await ended;
    const host = listening();
    if (host !== undefined) await removeImages(host);
  };
  const registry = { host: '', stop };
  running.push(registry);
  await poll(
    () => answers(listening()),
    () => said,
  );
  registry.host = listening() ?? '';
  return registry;
}

/** Takes the names from the engine that the registry's images have there, by tag and by digest. */
async function removeImages(host: string): Promise<void> {
  const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
  const listed = await dockerOutput('image', 'ls', '--digests', '--format', format);
  for (const line of listed.split('\n').filter((text) => text.startsWith(`${host}/`))) {
    const [repository = '', tag = '', digest = ''] = line.split(' ');
    await docker('image', 'rm', `${repository}:${tag}`, `${repository}@${digest}`);
  }
}

async function ensureProgram(): Promise<void> {
  if (await hasProgram('docker-registry')) return;
  if (process.getuid?.() !== 0) {
    throw new ToolError(
      'there is no docker-registry on this machine',
      'install it (sudo apt-get install docker-registry), or run this as root',
    );
  }
  await aptInstall(['docker-registry']);
}

async function answers(host: string | undefined): Promise<boolean> {
  if (host === undefined) return false;
  return fetch(`http://${host}/v2/`).then(
    ({ ok }) => ok,
    () => false,
  );
}
