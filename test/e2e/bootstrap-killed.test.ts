import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, expect, test } from '@jest/globals';
import { docker, dockerOutput } from '../support/bed.ts';
import {
  kernelFolder,
  lockedSpecification,
  specification,
  start,
  startArguments,
} from '../support/bootstrap.ts';
import { condaLines, makeWheel, serveChannel } from '../support/channel-server.ts';
import { newCache } from '../support/kernel-cache.ts';
import { withRandom } from '../support/random.ts';

const ROUNDS = 5;
const AT_ONCE = 4;
const PACKAGES = ['python', 'pip', 'hello', 'many'];

/** What lies in a cache that a build which went well would not leave. */
async function findDebris(cache: string, kernel: string): Promise<readonly string[]> {
  const debris = (await readdir(join(cache, 'logs'))).filter((name) => !name.endsWith('.log'));
  debris.push(...(await readdir(join(cache, 'wheels'))).filter((name) => name.startsWith('.')));
  for (const platform of await readdir(join(cache, 'kernels'))) {
    debris.push(...(await readdir(join(cache, 'kernels', platform))).filter((id) => id !== kernel));
  }
  for (const platform of await readdir(join(cache, 'pkgs'))) {
    for (const name of await readdir(join(cache, 'pkgs', platform))) {
      const path = join(cache, 'pkgs', platform, name);
      const whole =
        /^(cache|urls|urls\.txt)$/.test(name) ||
        ((await stat(path)).isDirectory()
          ? (await stat(join(path, 'info', 'repodata_record.json')).catch(() => undefined)) !==
            undefined
          : /\.(tar\.bz2|conda)$/.test(name));
      if (!whole) debris.push(name);
    }
  }
  return debris;
}

let kinds: readonly Readonly<Record<string, string>>[];
let request: Pick<Parameters<typeof start>[0], 'kernel' | 'command' | 'options'>;
/** How long a build takes that nobody kills. */
let durationMs: number;

beforeAll(async () => {
  const server = await serveChannel();
  const lines = await condaLines(server, [
    ...['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'],
    ...['hello-1.0-0.tar.bz2', 'many-2.0-0.tar.bz2'],
  ]);
  const wheel = await makeWheel(server, 'wheely', '1.5');
  const address = wheel.replaceAll(/^pip | --hash.*/g, '');
  kinds = [
    specification([...PACKAGES, { pip: [address] }], [server.url]),
    lockedSpecification([...lines, wheel]),
  ];
  const code = 'import wheely; print(wheely.version)';
  const script = `hello && python -c '${code}' && cat "$CONDA_PREFIX/share/many/version"`;
  request = { kernel: 'killed', command: ['sh', '-c', script], options: ['--network=host'] };
  const startedAt = Date.now();
  await start({ ...request, cache: await newCache(), variables: kinds[0] ?? {} });
  durationMs = Date.now() - startedAt;
});

async function killAndStart(variables: Readonly<Record<string, string>>, momentMs: number) {
  const cache = await newCache();
  const killed = { ...request, cache, variables };
  const id = await dockerOutput('run', '--detach', ...startArguments(killed));
  await sleep(momentMs);
  // One that has ended already cannot be killed, and must have built it.
  await docker('kill', id);
  await dockerOutput('rm', '--force', id);
  const { exitCode, stdout, stderr } = await start(killed);
  const debris = await findDebris(cache, kernelFolder(variables));
  return { momentMs, exitCode, stdout, stderr, debris };
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
  `killed at ${AT_ONCE} random moments, with a lock and without: the next start builds it, and no debris is left (%#)`,
  (round) =>
    withRandom(async (random) => {
      // One in each part of a build, so that the first at least does not get to its end.
      const moments = Array.from({ length: AT_ONCE }, (_, part) =>
        Math.round(((part + random()) / AT_ONCE) * durationMs),
      );

      const outcomes = await Promise.all(
        moments.map((momentMs, part) =>
          killAndStart(kinds[(round + part) % kinds.length] ?? {}, momentMs),
        ),
      );

      expect(outcomes).toEqual(
        moments.map((momentMs) => ({
          momentMs,
          exitCode: 0,
          debris: [],
          stdout: expect.stringMatching(/^hello from .*\n1\.5\n2\.0$/),
          stderr: expect.stringMatching(/^(submarine: kernel "killed" was built in .*)?$/),
        })),
      );
      expect(outcomes[0]?.stderr).not.toBe('');
    }),
);
