import { once } from 'node:events';
import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { main } from '../../src/main.ts';
import { temporaryDirectory } from './bed.ts';

/** The command as it is installed. */
export const BUILT = fileURLToPath(new URL('../../bin/submarine.js', import.meta.url));

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user with an empty home and a project folder, who runs `submarine` in this process. */
export interface User {
  readonly home: string;
  /** The working directory. */
  readonly project: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  run(argv: readonly string[], options?: RunOptions): Promise<Outcome>;
}

export interface RunOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export async function newUser(): Promise<User> {
  const home = await temporaryDirectory();
  const project = join(home, 'project');
  await mkdir(project);
  const { PATH, DOCKER_HOST, SSL_CERT_FILE, PIP_CERT } = process.env;
  const env = { HOME: home, PATH, DOCKER_HOST, SSL_CERT_FILE, PIP_CERT };
  return {
    home,
    project,
    env,
    run: (argv, options = {}) =>
      runMain(argv, { cwd: project, ...options, env: { ...env, ...options.env } }),
  };
}

/** The standard streams are real files, which a container's client can inherit. */
async function runMain(
  argv: readonly string[],
  { stdin = '', cwd, env }: RunOptions & { readonly cwd: string; readonly env: User['env'] },
): Promise<Outcome> {
  const folder = await temporaryDirectory();
  const path = (name: string): string => join(folder, name);
  await writeFile(path('stdin'), stdin);
  const fd = openSync(path('stdin'), 'r');
  const input = Object.assign(createReadStream('', { fd }), { fd });
  const outputs = ['stdout', 'stderr'].map((name) => ({ fd: openSync(path(name), 'a') }));
  const [stdout, stderr] = outputs.map(({ fd }) =>
    Object.assign(createWriteStream('', { fd }), { fd }),
  );
  if (stdout === undefined || stderr === undefined) throw new Error('no streams');
  const code = await main(argv, {
    env,
    cwd,
    user: { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 },
    streams: { stdin: input, stdout, stderr },
  });
  input.destroy();
  for (const stream of [stdout, stderr]) {
    stream.end();
    await once(stream, 'close');
  }
  return {
    code,
    stdout: await readFile(path('stdout'), 'utf8'),
    stderr: await readFile(path('stderr'), 'utf8'),
  };
}
