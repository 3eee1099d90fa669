import type { ChildProcessByStdio } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Writable } from 'node:stream';

import { afterAll } from '@jest/globals';

import { docker as runDocker, run } from '../../tools/run.js';
import { poll } from './poll.ts';

/** An engine beside the one that tests use. */
export interface SecondEngine {
  /** For `DOCKER_HOST`. */
  readonly host: string;
  /** Copies an image from the engine that tests use. */
  load(image: string): Promise<void>;
  /** Ends it as a machine does that shuts down, and starts it again. */
  restart(): Promise<void>;
  /** Runs the docker client against it and returns its stdout; an error with its stderr when it fails. */
  docker(...args: readonly string[]): Promise<string>;
}

/**
 * Runs in a mount namespace of its own, in which the temporary folder is another and empty one, and so are the
 * settings and the id of the machine's engine; and in a network namespace of its own, since an engine without a bridge
 * removes `docker0`, which is the other's. It ends with its stdin, also when the tests are killed.
 */
const SCRIPT = `
set -eu
mkdir -p "$1" "$3" /etc/docker
mount --make-rprivate /
mount -t tmpfs tmpfs "$2"
mount -t tmpfs tmpfs /etc/docker
start() {
    dockerd --data-root "$1" --exec-root "$2/exec" --pidfile "$2/pid" --host "unix://$2/docker.sock" \\
        --bridge=none --iptables=false $3 </dev/null >>"$2/log" 2>&1 &
}
start "$3" "$1" "$4"
while read -r restart; do
    kill $! && wait $! || :
    start "$3" "$1" "$4"
done
kill $! || :
wait $! || :
rm -rf "$1" "$3"
`;

const started: ChildProcessByStdio<Writable, null, null>[] = [];

afterAll(async () => {
  for (const engine of started.splice(0)) {
    const ended = once(engine, 'exit');
    engine.stdin.end();
    if (engine.exitCode === null) await ended;
  }
});

/**
 * Starts a docker engine that does not see the folders of tests, though its socket is on this machine; its containers
 * have no network. It ends with the test file.
 *
 * @param options - more arguments for it: `--live-restore`
 */
export async function startSecondEngine(options = ''): Promise<SecondEngine> {
  const name = `submarine-test-engine-${process.pid}-${started.length}`;
  const folder = `/run/${name}`;
  const host = `unix://${folder}/docker.sock`;
  const root = process.getuid?.() === 0 ? [] : ['sudo', '--non-interactive'];
  const [program = '', ...argv] = [
    ...root,
    ...[
      'unshare',
      '--mount',
      '--net',
      'sh',
      '-c',
      SCRIPT,
      'engine',
      folder,
      tmpdir(),
      `/var/lib/${name}`,
      options,
    ],
  ];
  const engine = spawn(program, argv, { stdio: ['pipe', 'inherit', 'inherit'] });
  started.push(engine);
  const log = async () => readFile(`${folder}/log`, 'utf8').catch(() => 'it has no log');
  const answers = async () => (await runDocker(['--host', host, 'version'])).exitCode === 0;
  await poll(answers).catch(async () => {
    throw new Error(`the second engine does not answer:\n${await log()}`);
  });
  return {
    host,
    load: async (image) => {
      const copy = 'docker save "$1" | docker --host "$2" load';
      const { exitCode, stderr } = await run('sh', ['-c', copy, 'copy', image, host]);
      if (exitCode !== 0) throw new Error(`${image} cannot be copied: ${stderr}`);
    },
    restart: async () => {
      const listening = async () => (await log()).split('API listen on').length;
      const before = await listening();
      engine.stdin.write('restart\n');
      await poll(async () => (await listening()) > before);
      await poll(answers);
    },
    docker: async (...args) => {
      const { exitCode, stdout, stderr } = await runDocker(['--host', host, ...args]);
      if (exitCode !== 0) throw new Error(`docker ${args.join(' ')}: ${stderr}`);
      return stdout;
    },
  };
}
