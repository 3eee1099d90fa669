import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import { beforeAll, expect, test } from '@jest/globals';

import { docker, images, TEST_CHANNEL } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

const TAG = 'submarine-test-baked-dry:1';

let user: User;
let recorder: Readonly<Record<string, string>>;

beforeAll(async () => {
  user = await newUser();
  recorder = await makeRecorder(join(user.home, 'recorder'));
  const kernel = `{name: team, channels: ["${TEST_CHANNEL}"], dependencies: [hello]}`;
  const stdin = `name: dry\ndocker-image: ${images.test}\nkernel: ${kernel}\n`;
  await user.run(['env', 'add', '-'], { stdin });
});

/**
 * A `docker` that builds nothing, but writes down what it was started with: `$RECORD` gets its arguments, its variables
 * and the Dockerfile beside it. All else it leaves to the real one.
 */
async function makeRecorder(folder: string): Promise<Readonly<Record<string, string>>> {
  const real = execFileSync('sh', ['-c', 'command -v docker'], { encoding: 'utf8' }).trim();
  const script = `#!/bin/sh
[ "$1" = build ] || exec '${real}' "$@"
{
    printf '<%s>\\n' "$@"
    env | grep -E '^(DOCKER_BUILDKIT|SUBMARINE_BUILD_)' | sort
    cat Dockerfile
} >"$RECORD"
exit 1
`;
  await mkdir(folder);
  await writeFile(join(folder, 'docker'), script);
  await chmod(join(folder, 'docker'), 0o755);
  return {
    PATH: `${folder}${delimiter}${user.env['PATH'] ?? ''}`,
    RECORD: join(folder, 'record'),
    https_proxy: 'http://me:secret word@proxy.invalid:3128',
  };
}

/** What the builder was last started with; each launch has a number of its own. */
async function recorded(): Promise<string> {
  return withoutRunId(await readFile(recorder['RECORD'] ?? '', 'utf8'));
}

function withoutRunId(text: string): string {
  return text.replaceAll(/(submarine[-.]bake[-=]|SUBMARINE_BUILD=)[0-9a-f]{8}/g, '$1RUN');
}

test('a dry run prints how it would be built, and builds nothing', async () => {
  const argv = ['image', 'bake', 'dry', '--tag', TAG, '--push', '--dry-run'];

  const { code, stdout, stderr } = await user.run(argv);

  expect(code).toBe(0);
  expect(stderr).toMatch(/"dry" has no lock.*\n {2}lock it first: submarine env lock dry\n$/);
  expect(stdout).toMatch(new RegExp(`^FROM ${images.test} AS `));
  expect(stdout).toContain(`\n# DOCKER_BUILDKIT=0 docker build --force-rm --tag ${TAG} .\n`);
  expect(stdout).toContain(`\n# docker push ${TAG}\n`);
  expect((await docker('image', 'inspect', TAG)).exitCode).not.toBe(0);
});

test('the line that a dry run prints starts the builder as a bake does', async () => {
  const argv = ['image', 'bake', 'dry', '--tag', TAG, '--engine-arg=--label=a=it\'s $HOME "b"'];

  await user.run(argv, { env: recorder });
  const baked = await recorded();
  const { stdout } = await user.run([...argv, '--dry-run'], { env: recorder });
  const [, dockerfile = '', line = ''] = /^([^]*)\n# (.*)\n$/.exec(stdout) ?? [];
  const folder = await mkdtemp(join(user.home, 'build-'));
  await writeFile(join(folder, 'Dockerfile'), dockerfile);
  spawnSync('sh', ['-c', line], { cwd: folder, env: { ...user.env, ...recorder } });

  expect(line).not.toContain('secret');
  expect(await recorded()).toBe(baked);
  expect(baked).toContain('\nDOCKER_BUILDKIT=0\n');
  // What the user logs in with was used before, and is nothing to the builder.
  expect(baked).not.toContain('SUBMARINE_BUILD_');
});
