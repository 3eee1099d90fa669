import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';
import { execa } from 'execa';

import { images } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

let user: User;

beforeEach(async () => {
  user = await newUser();
  await add('keeper');
});

const add = (name: string) => user.run(['env', 'add', '--name', name, '--image', images.plain]);

const run = (script: string, ...options: readonly string[]) =>
  user.run(['run', '--env', 'keeper', ...options, '--', 'sh', '-c', script]);

const homes = (): string => join(user.home, '.local/share/submarine/homes');

/** The only folder of that environment. */
async function homeOf(name: string): Promise<string> {
  const ofStore = (await readdir(homes())).find((one) => one !== '.deleted') ?? '';
  return join(homes(), ofStore, name);
}

describe('what a program caches', () => {
  test('is there for later runs of its environment, and for those alone', async () => {
    await add('other');
    await run(
      'mkdir $XDG_CACHE_HOME/models; echo weights > $XDG_CACHE_HOME/models/a; echo x > ~/b',
    );

    const later = await run('cat $XDG_CACHE_HOME/models/a; ls ~/b');
    expect(later).toMatchObject({ stdout: 'weights\n', stderr: expect.stringContaining('/b') });
    const script = 'ls -A $XDG_CACHE_HOME; ls /submarine/home';
    expect((await user.run(['run', '--env', 'other', '--', 'sh', '-c', script])).stdout).toBe(
      'cache\n',
    );
    expect((await stat(await homeOf('keeper'))).mode & 0o777).toBe(0o700);
    expect((await stat(homes())).mode & 0o777).toBe(0o700);
  });

  test('is not kept with --home none, and kept elsewhere with --home DIR', async () => {
    expect(
      (await run('echo "[$XDG_CACHE_HOME]"; ls -d /submarine/home', '--home', 'none')).stdout,
    ).toBe('[]\n');
    expect(existsSync(homes())).toBe(false);

    await run('echo 1 > $XDG_CACHE_HOME/../a', '--home', './mine');
    expect(await readFile(join(user.project, 'mine/a'), 'utf8')).toBe('1\n');
    expect((await run('true', '--home', '/dev/null/x')).code).toBe(73);
  });

  test('is where the user says', async () => {
    const script = 'echo $XDG_CACHE_HOME';
    expect((await run(script, '-e', 'XDG_CACHE_HOME=/tmp/c')).stdout).toBe('/tmp/c\n');
    expect((await run(script, '-v', './models:/root/.cache/models')).code).toBe(2);
    await mkdir(join(user.project, 'models'));
    expect((await run(script, '-v', './models:/root/.cache/models')).stdout).toBe('\n');
  });

  test('is not seen by another user of the image', async () => {
    expect((await run('echo "[$XDG_CACHE_HOME]"', '--user', '4711')).stdout).toBe('[]\n');
  });

  test('does not keep a run from starting where it cannot be kept', async () => {
    await writeFile(homes(), '');

    expect(await run('echo "[$XDG_CACHE_HOME]"')).toEqual({
      code: 0,
      stdout: '[]\n',
      stderr: expect.stringContaining('warning: caches and settings of this run are not kept: '),
    });
  });
});

describe('a deleted environment', () => {
  test('takes its home along, and a new one of its name begins anew', async () => {
    await run('echo 1 > $XDG_CACHE_HOME/a');

    expect(await user.run(['env', 'delete', '--yes', 'keeper'])).toMatchObject({
      ...{ code: 0, stderr: '' },
    });
    expect(existsSync(await homeOf('keeper'))).toBe(false);
    expect(await readdir(join(homes(), '.deleted'))).toEqual([]);
  });

  test('leaves it to no other one, also where it was deleted by hand', async () => {
    await run('echo 1 > $XDG_CACHE_HOME/a');
    await writeFile(join(user.home, '.local/share/submarine/environments.yaml'), '');
    await add('keeper');

    expect((await run('ls $XDG_CACHE_HOME')).stdout).toBe('');
  });

  test('that is replaced keeps it', async () => {
    await run('echo 1 > $XDG_CACHE_HOME/a');
    await user.run(['env', 'add', '--replace', '--name', 'keeper', '--image', images.plain]);

    expect((await run('ls $XDG_CACHE_HOME')).stdout).toBe('a\n');
  });

  test('leaves a container its caches, and says so', async () => {
    const { stdout } = await user.run(['run', '-d', '--env', 'keeper', '--', 'sleep', '600']);
    const id = stdout.trim();

    const { code, stderr } = await user.run(['env', 'delete', '--yes', 'keeper']);
    expect(code).toBe(0);
    expect(stderr).toBe(
      'submarine: the caches of "keeper" stay while a container uses them\n' +
        '  remove them later: submarine prune --homes\n',
    );
    const exec = [
      'exec',
      id,
      '--',
      'sh',
      '-c',
      'echo 1 > $XDG_CACHE_HOME/a; cat $XDG_CACHE_HOME/a',
    ];
    expect((await user.run(exec)).stdout).toBe('1\n');
    await add('keeper');
    expect((await run('ls $XDG_CACHE_HOME')).stdout).toBe('');
    await user.run(['prune', '--homes', '--yes']);
    expect(await readdir(join(homes(), '.deleted'))).toHaveLength(1);

    await user.run(['rm', '-f', id]);
    expect((await user.run(['prune', '--homes', '--yes'])).stdout).toContain('home of keeper\n');
    expect(await readdir(join(homes(), '.deleted'))).toEqual([]);
    expect(existsSync(await homeOf('keeper'))).toBe(true);
  });

  test('says which files it leaves to another user', async () => {
    await run('echo 1 > $XDG_CACHE_HOME/a');
    const foreign = join(await homeOf('keeper'), 'root');
    await execa('chown', ['-R', '65534:65534', user.home]);
    await mkdir(foreign, { mode: 0o700 });
    await writeFile(join(foreign, 'b'), '');

    const command = [process.execPath, BUILT, 'env', 'delete', '--yes', 'keeper'];
    const { stdout, stderr } = await execa(
      'setpriv',
      ['--reuid=65534', '--clear-groups', ...command],
      { env: { ...user.env, DOCKER_HOST: 'tcp://127.0.0.1:1' }, extendEnv: false },
    );

    expect(stdout).toBe('keeper');
    expect(stderr).toContain('"keeper" hold files of another user, and stay\n');
    const [, folder = ''] = /^ {2}remove them: sudo rm -rf (\S+)$/m.exec(stderr) ?? [];
    expect(await readdir(folder)).toEqual(['root']);
    expect(existsSync(await homeOf('keeper'))).toBe(false);
  });
});

describe('homes', () => {
  test('are counted, and removed when their environments are gone or they were not used for long', async () => {
    await run('dd if=/dev/zero of=$XDG_CACHE_HOME/a bs=1M count=2 2>/dev/null');
    const parts = JSON.parse((await user.run(['df', '-o', 'json'])).stdout) as readonly object[];
    expect(parts).toContainEqual({
      ...{ name: 'homes', count: 1, freeableBytes: 0 },
      bytes: expect.any(Number),
    });
    await user.run(['prune', '--yes']);
    expect(await user.run(['prune', '--homes', '--yes'])).toMatchObject({
      ...{ stdout: '', stderr: 'nothing to remove\n' },
    });

    await writeFile(join(user.home, '.local/share/submarine/environments.yaml'), '');
    expect((await user.run(['df'])).stdout).toMatch(
      /homes \(1\) +2 MiB +2 MiB +submarine prune --homes\n/,
    );
    expect((await user.run(['prune', '--homes', '--dry-run'])).stdout).toMatch(
      /^HOME OF +SIZE +LAST USED +STORE\nkeeper +2 MiB +just now +\/\S+\/environments\.yaml\n$/,
    );
    expect((await user.run(['prune', '--homes', '--yes'])).stdout).toBe('home of keeper\n');

    await add('keeper');
    await run('true');
    await user.run(['prune', '--yes']);
    expect((await user.run(['prune', '--homes', '--older', '1h', '--yes'])).stdout).toBe('');
    expect((await user.run(['prune', '--homes', '--older', '0s', '--yes'])).stdout).toBe(
      'home of keeper\n',
    );
  });

  test('of a store that is gone may go, and one that cannot be read keeps its own', async () => {
    const store = join(user.project, 'envs.yaml');
    await user.run(['--store', store, 'env', 'add', '--name', 'e', '--image', images.plain]);
    await user.run(['--store', store, 'run', '--env', 'e', '--', 'true']);
    const pruned = async (): Promise<string> => {
      return (await user.run(['prune', '--homes', '--yes'])).stdout;
    };

    expect(await pruned()).toBe('');
    await writeFile(store, '[');
    expect(await pruned()).toBe('');
    await rm(store);
    expect(await pruned()).toBe('home of e\n');
  });

  test('are removed and measured without a step through a link that a container wrote', async () => {
    const precious = join(user.home, 'precious');
    await mkdir(precious);
    await writeFile(join(precious, 'thesis.tex'), 'x'.repeat(100_000));
    await run(
      `rm -r /submarine/home/cache; ln -s ${precious} /submarine/home/cache; ln -s / /submarine/home/root`,
    );
    const before = JSON.parse((await user.run(['df', '-o', 'json'])).stdout) as readonly {
      readonly name: string;
      readonly bytes: number;
    }[];
    expect(before.find(({ name }) => name === 'homes')?.bytes).toBeLessThan(50_000);
    expect((await run('echo 1 > $XDG_CACHE_HOME/a')).code).not.toBe(0);
    await user.run(['env', 'delete', '--yes', 'keeper']);

    expect(await readdir(precious)).toEqual(['thesis.tex']);
    expect(existsSync(await homeOf('keeper'))).toBe(false);
  });

  test('are found through no link in the place of one', async () => {
    await run('true');
    const home = await homeOf('keeper');
    const precious = join(user.home, 'precious');
    await mkdir(precious);
    await rm(home, { recursive: true });
    await symlink(precious, home);

    await user.run(['env', 'delete', '--yes', 'keeper']);
    expect(existsSync(precious)).toBe(true);
  });
});

describe('a run that is repeated', () => {
  test('has the home that it had, while that is there', async () => {
    await run('echo more >> $XDG_CACHE_HOME/a; cat $XDG_CACHE_HOME/a');
    const { stdout } = await user.run(['runs', 'list', '-o', 'name']);
    const id = stdout.trim();
    expect((await user.run(['rerun', id])).stdout).toBe('more\nmore\n');

    await user.run(['env', 'delete', '--yes', 'keeper']);
    expect((await user.run(['rerun', id])).stdout).not.toContain('more\nmore\n');
    expect(existsSync(await homeOf('keeper'))).toBe(false);
  });

  test('has none where it had none', async () => {
    await run('echo "[$XDG_CACHE_HOME]"', '--home', 'none');
    expect((await user.run(['rerun', '@last'])).stdout).toBe('[]\n');
  });
});
