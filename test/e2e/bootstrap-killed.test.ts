import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { beforeAll, expect, test } from '@jest/globals';

import { docker, dockerOutput } from '../support/bed.ts';
import { condaLines, makeSources, makeWheel, serveChannel } from '../support/channel-server.ts';
import {
  install,
  installArguments,
  placeOf,
  preparePlace,
  runInKernel,
} from '../support/kernel-build.ts';
import { newCache } from '../support/kernel-cache.ts';
import { withRandom } from '../support/random.ts';

const ROUNDS = 5;
const AT_ONCE = 4;

let lines: readonly string[];
let sources: readonly string[];
/** How long a build takes that nobody kills. */
let durationMs: number;

beforeAll(async () => {
  const server = await serveChannel();
  const archives = ['python-3.11.2-0_image.conda', 'pip-26.3-0.conda'];
  lines = [
    ...(await condaLines(server, [...archives, 'hello-1.0-0.tar.bz2', 'many-2.0-0.tar.bz2'])),
    await makeWheel(server, 'wheely', '1.5'),
    await makeSources(server, 'sourcy', '2.5'),
  ];
  sources = [server.folder];
  const startedAt = Date.now();
  await install({ cache: await newCache(), lines, sources });
  durationMs = Date.now() - startedAt;
});

/** What lies in a cache that a build which went well would not leave. */
async function findDebris(cache: string): Promise<readonly string[]> {
  const { prefix } = placeOf(cache, lines);
  const folders = [join(prefix, '..'), prefix, join(prefix, 'conda-meta'), join(cache, 'logs')];
  const names = (await Promise.all(folders.map((folder) => readdir(folder)))).flat();
  return names.filter((name) => /\.new$|^\.|building|removing|\.tmp$/.test(name));
}

async function killAndBuild(momentMs: number) {
  const request = { cache: await newCache(), lines, sources };
  await preparePlace(request);
  const id = await dockerOutput('run', '--detach', ...installArguments(request));
  await sleep(momentMs);
  // One that has ended already cannot be killed, and must have built it.
  await docker('kill', id);
  await dockerOutput('rm', '--force', id);
  const { exitCode, stderr } = await install(request);
  const code = 'import wheely, sourcy; print(wheely.version, sourcy.version)';
  const hello = await runInKernel(request, ['hello']);
  const python = await runInKernel(request, ['python', '-c', code]);
  const debris = await findDebris(request.cache);
  return { momentMs, exitCode, stderr, debris, stdout: `${hello.stdout}\n${python.stdout}` };
}

test.each(Array.from({ length: ROUNDS }, (_, round) => round))(
  `killed at ${AT_ONCE} random moments: the next build makes it whole, and no debris is left (%#)`,
  () =>
    withRandom(async (random) => {
      // One in each part of a build, so that the first at least does not get to its end.
      const moments = Array.from({ length: AT_ONCE }, (_, part) =>
        Math.round(((part + random()) / AT_ONCE) * durationMs),
      );

      const outcomes = await Promise.all(moments.map(killAndBuild));

      expect(outcomes).toEqual(
        moments.map((momentMs) => ({
          momentMs,
          exitCode: 0,
          debris: [],
          stdout: expect.stringMatching(/^hello from .*\n1\.5 2\.5$/),
          stderr: expect.stringMatching(/^(submarine: kernel "greeter" was built in .*)?$/),
        })),
      );
      expect(outcomes[0]?.stderr).not.toBe('');
    }),
);
