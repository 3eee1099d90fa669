import { chmod, mkdir, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';

import { serveOverTls } from '../support/archive-server.ts';
import { docker, images, temporaryDirectory } from '../support/bed.ts';
import { git, gitBackend } from '../support/git-server.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

/** What a container needs for the git of this machine. */
const WITH_GIT = ['/usr/bin/git', '/usr/lib/git-core'].flatMap((path) => [
  '-v',
  `${path}:${path}:ro`,
]);

let user: User;
let repositories: string;
let origin: string;
let first: string;
let second: string;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'plain', '--image', images.plain]);
  repositories = await temporaryDirectory();
  origin = join(repositories, 'project');
  await mkdir(origin);
  git(origin, 'init', '--quiet', '--initial-branch=main');
  first = await commit('1');
  git(origin, 'tag', 'v1');
  git(origin, 'checkout', '--quiet', '-b', 'feature/x');
  second = await commit('2');
  git(origin, 'checkout', '--quiet', 'main');
});

async function commit(text: string): Promise<string> {
  await writeFile(join(origin, 'value'), text);
  git(origin, 'add', '.');
  git(origin, 'commit', '--quiet', `--message=${text}`);
  return git(origin, 'rev-parse', 'HEAD');
}

function run(code: string, script: string, options: readonly string[] = [], env = {}) {
  const argv = ['run', '--env', 'plain', '--code', code, ...options, '--', 'sh', '-c', script];
  return user.run(argv, { env });
}

describe('the code of a repository elsewhere', () => {
  test.each([
    ['', '1'],
    ['@main', '1'],
    ['@v1', '1'],
    ['@feature/x', '2'],
  ])('is mounted at its name, read-only: %j', async (ref, value) => {
    const code = `git+file://${origin}${ref}`;
    expect(await run(code, 'pwd; cat value; touch x 2>/dev/null || echo " read-only"')).toEqual({
      code: 0,
      stdout: `/code/project\n${value} read-only\n`,
      stderr: expect.any(String),
    });
  });

  test('is a commit, which is recorded, told by git inside, and repeated when the branch has gone on', async () => {
    const code = `git+file://${origin}@${second.slice(0, 10)}`;
    const shown = await run(code, 'git rev-parse HEAD; git status --short', WITH_GIT);
    expect(shown).toMatchObject({ code: 0, stdout: `${second}\n` });
    const record = JSON.parse((await user.run(['runs', 'show', '@last', '-o', 'json'])).stdout);
    expect(record).toMatchObject({
      code: { commit: second, dirty: false },
      options: { codeSource: { url: `file://${origin}`, commit: second } },
    });

    await run(`git+file://${origin}`, 'cat value');
    await commit('3');
    await rm(join(user.home, '.cache/submarine-host/code'), { recursive: true });
    expect(await user.run(['rerun', '@last'])).toMatchObject({ code: 0, stdout: '1' });
  });

  test('is fetched with a login that git keeps, which nothing else has', async () => {
    const { url, certificate } = await serveOverTls(gitBackend(repositories));
    const helper = '!f() { echo username=me; echo password=secret; }; f';
    await writeFile(join(user.home, '.gitconfig'), `[credential]\n\thelper = "${helper}"\n`);
    const env = { GIT_SSL_CAINFO: certificate };
    git(repositories, 'clone', '--quiet', '--bare', origin, 'bare.git');
    const code = `git+${url}/bare.git@v1`;
    const argv = ['run', '--detach', '--env', 'plain', '--code', code];
    const started = await user.run([...argv, '--', 'sleep', '60'], { env });
    expect(started).toMatchObject({ code: 0 });
    const id = started.stdout.trim();
    const inside = await user.run(['exec', id, '--', 'sh', '-c', 'cat value .git/config; env']);
    const inspected = await docker('inspect', `submarine-plain-${id}`);
    await user.run(['rm', '--force', id]);
    const record = await readFile(
      join(user.home, '.local/state/submarine/runs', `${id}.yaml`),
      'utf8',
    );

    expect(inside.stdout).toMatch(/^1/);
    for (const text of [inside.stdout, inspected.stdout, record])
      expect(text).not.toMatch(/secret/);
    await rm(join(user.home, '.gitconfig'));
    const asked = await user.run([...argv, '--', 'true'], { env });
    expect(asked).toMatchObject({
      code: 69,
      stderr: expect.stringMatching(
        /submarine: git cannot fetch the code: could not read Username/,
      ),
    });
  });

  test('comes by ssh, too', async () => {
    // A fake: no server of ssh is needed to see that git is asked to start it, and how.
    const ssh = join(await temporaryDirectory(), 'ssh');
    await writeFile(ssh, '#!/bin/sh\necho "$*" >"$0.log"\nfor last; do :; done\neval "$last"\n');
    await chmod(ssh, 0o755);
    const env = { GIT_SSH: ssh, GIT_SSH_VARIANT: 'ssh' };
    const code = `git+ssh://git@host.example:2222${origin}@v1`;
    expect(await run(code, 'cat value', [], env)).toMatchObject({ code: 0, stdout: '1' });
    expect(await readFile(`${ssh}.log`, 'utf8')).toContain('-p 2222');
  });

  test('is not fetched for a dry run', async () => {
    const { stdout } = await run(`git+file://${origin}/missing@v1`, 'true', ['--dry-run']);
    expect(stdout).toMatch(/,target=\/code\/missing,readonly/);
  });

  test.each([
    ['@missing', 66, 'has no branch, tag or commit "missing"'],
    ['/missing.git', 69, 'git cannot fetch the code'],
    ['@-x', 2, 'invalid address of code'],
  ])('that is not there is refused: %s', async (end, code, words) => {
    expect(await run(`git+file://${origin}${end}`, 'true')).toMatchObject({
      ...{ code, stdout: '', stderr: expect.stringContaining(words) },
    });
  });

  test('is removed when no run has used it for long', async () => {
    const cache = join(user.home, '.cache/submarine-host/code');
    await rm(cache, { recursive: true });
    await run(`git+file://${origin}@v1`, 'true');
    await run(`git+file://${origin}@feature/x`, 'true');
    const [repository = ''] = await readdir(cache);
    const old = new Date(Date.now() - 40 * 24 * 60 * 60 * 1000);
    await utimes(join(cache, repository, first), old, old);

    await user.run(['prune', '--yes']);
    await user.run(['run', '--detach', '--env', 'plain', '--no-code', '--', 'true']);
    await user.run(['wait', '@last']);
    await user.run(['prune', '--yes']);

    expect(await readdir(join(cache, repository))).toEqual(
      expect.arrayContaining(['repository', second]),
    );
    expect(await readdir(join(cache, repository))).not.toContain(first);
  });

  test('needs git', async () => {
    const folder = await temporaryDirectory();
    const argv = ['run', '--env', 'plain', '--code', `git+file://${origin}`, '--', 'true'];
    expect(await user.run(argv, { env: { PATH: folder } })).toMatchObject({
      ...{ code: 69, stderr: expect.stringContaining('there is no git on this machine') },
    });
  });
});

describe('git inside of a container', () => {
  let folder: string;

  beforeEach(async () => {
    folder = join(await temporaryDirectory(), 'work');
    git('/', 'clone', '--quiet', origin, folder);
    git(folder, 'worktree', 'add', '--quiet', '../tree', first);
    await mkdir(join(folder, 'sub'));
    git(
      folder,
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      origin,
      'module',
    );
  });

  test.each(['sub', '../tree', 'module'])('knows the commit of %s', async (path) => {
    const where = join(folder, path);
    const script = 'git rev-parse HEAD; touch "$(git rev-parse --absolute-git-dir)/x" 2>/dev/null';
    const { code, stdout } = await run(where, script, WITH_GIT);
    expect([code, stdout]).toEqual([1, `${git(where, 'rev-parse', 'HEAD')}\n`]);
  });

  test('knows nothing with --no-git', async () => {
    const script = 'git rev-parse HEAD 2>&1';
    expect(await run(join(folder, 'sub'), script, [...WITH_GIT, '--no-git'])).toMatchObject({
      ...{ code: 128, stdout: expect.stringContaining('not a git repository') },
    });
  });
});
