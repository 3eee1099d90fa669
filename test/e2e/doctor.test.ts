import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { images } from '../support/bed.ts';
import type { User } from '../support/submarine.ts';
import { newUser } from '../support/submarine.ts';

let user: User;

beforeEach(async () => {
  user = await newUser();
});

interface Finding {
  readonly subject: string;
  readonly state: string;
  readonly message: string;
  readonly remedy?: string;
}

async function findings(
  env: Readonly<Record<string, string>> = {},
  ...options: string[]
): Promise<{ readonly code: number | null; readonly of: (subject: string) => readonly Finding[] }> {
  const { code, stdout } = await user.run(['doctor', '-o', 'json', ...options], { env });
  const all = JSON.parse(stdout) as readonly Finding[];
  return { code, of: (subject) => all.filter((one) => one.subject === subject) };
}

describe('on a machine where everything works', () => {
  test('there is a line for each thing, and the exit code is 0', async () => {
    const add = ['env', 'add', '--name', 'fine', '--image', images.plain];
    await user.run(add);
    await user.run(['env', 'select', 'fine']);

    const { code, stdout, stderr } = await user.run(['doctor'], { env: WITHOUT_CERTIFICATES });

    expect([code, stderr]).toEqual([0, '']);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.map((line) => line.slice(0, 19).trimEnd())).toEqual([
      ...['ok    node', 'ok    configuration', 'ok    store', 'ok    selection', 'ok    engine'],
      ...['ok    gpu', 'ok    disk', 'ok    disk', 'ok    disk', 'ok    cache'],
      ...['ok    certificates', 'ok    proxy', 'ok    image'],
    ]);
    expect(stdout).toMatch(/ engine +docker \d+\.\S+ at unix:/);
    expect(stdout).toContain('"fine" is used where none is named, since you selected it');
  });

  test('settings are told with the file that they come from', async () => {
    await writeFile(join(user.project, '.submarinerc'), 'shm-size: 2g\n');
    const config = join(user.env['HOME'] ?? '', '.config/submarine');
    await mkdir(config, { recursive: true });
    await writeFile(join(config, 'config.yaml'), 'engine-args: [--env=TOKEN=s3cret]\n');

    const { of } = await findings();

    expect(
      of('setting')
        .map(({ message }) => message)
        .toSorted(),
    ).toEqual([
      `engine-args: 1 of them, from ${config}/config.yaml`,
      `shm-size: 2g, from ${user.project}/.submarinerc`,
    ]);
    expect(JSON.stringify(of('setting'))).not.toContain('s3cret');
  });
});

/** Those of the machine that the tests run on are its own. */
const WITHOUT_CERTIFICATES = {
  ...{ NODE_EXTRA_CA_CERTS: '', SSL_CERT_FILE: '', PIP_CERT: '', REQUESTS_CA_BUNDLE: '' },
  ...{ HTTPS_PROXY: '', HTTP_PROXY: '', ALL_PROXY: '' },
  ...{ https_proxy: '', http_proxy: '', all_proxy: '' },
};

describe('what does not work is told with what mends it', () => {
  test('an engine that does not answer', async () => {
    await user.run(['env', 'add', '--name', 'fine', '--image', 'alpine']);
    const env = { DOCKER_HOST: 'unix:///nowhere.sock', SUBMARINE_ENV: 'fine' };
    const { code, of } = await findings(env);

    expect(code).toBe(69);
    expect(of('engine')).toEqual([
      expect.objectContaining({ state: 'fail', remedy: expect.stringContaining('start it') }),
    ]);
    expect(of('store')).toEqual([expect.objectContaining({ state: 'ok' })]);
    // Nobody knows whether it has the image.
    expect(of('image')).toEqual([]);
  });

  test('an environment that is chosen and not there', async () => {
    const { code, of } = await findings({ SUBMARINE_ENV: 'ghost' });

    expect([code, of('selection'), of('image')]).toEqual([
      69,
      [
        expect.objectContaining({
          state: 'fail',
          message: 'no environment "ghost" in the store, which is chosen by $SUBMARINE_ENV',
          remedy: 'see: submarine env list',
        }),
      ],
      [],
    ]);
  });

  test('certificates that are not there, or none; and a proxy, whose password is not shown', async () => {
    const file = join(user.project, 'empty.pem');
    await writeFile(file, 'nothing');
    const proxies = { HTTPS_PROXY: 'http://ada:s3cret@proxy:3128', http_proxy: 'http://[' };
    const env = { ...WITHOUT_CERTIFICATES, SSL_CERT_FILE: '/nowhere.pem', PIP_CERT: file };

    const { code, of } = await findings({ ...env, ...proxies });

    expect(code).toBe(69);
    expect(of('certificates').map(({ state, message }) => [state, message])).toEqual([
      ['fail', '$SSL_CERT_FILE names "/nowhere.pem": there is no such file'],
      ['fail', `$PIP_CERT names "${file}": it holds no certificate`],
    ]);
    expect(of('proxy').map(({ state }) => state)).toEqual(['ok', 'fail']);
    expect(JSON.stringify([of('proxy'), of('engine')])).not.toContain('s3cret');
  });

  test('certificates of the system are read', async () => {
    const file = '/etc/ssl/certs/ca-certificates.crt';
    const { of } = await findings({ ...WITHOUT_CERTIFICATES, SSL_CERT_FILE: file });
    expect(of('certificates')[0]?.message).toMatch(/: \d+ certificates$/);
  });

  test('a store that is broken, and one with an environment that is not valid', async () => {
    const store = join(user.project, 'store.yaml');
    await writeFile(store, 'name: a\n---\nname: fine\ndocker-image: alpine\n');
    expect((await findings({ SUBMARINE_STORE: store })).of('store')).toEqual([
      expect.objectContaining({ state: 'ok', message: `${store}: 1 environment` }),
      expect.objectContaining({ state: 'warn', remedy: 'see: submarine env show a' }),
    ]);

    await writeFile(store, 'name: [\n');
    const { code, of } = await findings({ SUBMARINE_STORE: store });
    expect([code, of('store')]).toEqual([69, [expect.objectContaining({ state: 'fail' })]]);
  });

  test('a configuration that somebody else decides on', async () => {
    await writeFile(join(user.project, '.submarinerc'), 'env: demo\n');
    await chmod(user.project, 0o777);
    const { code, of } = await findings();
    await chmod(user.project, 0o755);

    expect(of('configuration')).toContainEqual(
      expect.objectContaining({
        state: 'warn',
        remedy: `accept it, if you trust it: submarine trust ${user.project}`,
      }),
    );
    expect(code).toBe(0);
  });

  test('an image and a kernel that are not here yet', async () => {
    const kernel = ['--kernel', 'k', '--channel', 'conda-forge', '--dependency', 'python'];
    await user.run(['env', 'add', '--name', 'new', '--image', 'localhost:1/none:1', ...kernel]);

    const { code, of } = await findings({ ...WITHOUT_CERTIFICATES, SUBMARINE_ENV: 'new' });

    expect(code).toBe(0);
    expect(of('image')).toEqual([
      expect.objectContaining({
        state: 'warn',
        remedy: 'fetch it now: docker pull localhost:1/none:1',
      }),
    ]);
  });

  test('a channel that cannot be reached, with --network alone', async () => {
    const kernel = [
      '--kernel',
      'k',
      '--channel',
      'http://127.0.0.1:9/conda',
      '--channel',
      'nodefaults',
    ];
    await user.run([
      'env',
      'add',
      '--name',
      'far',
      '--image',
      images.plain,
      ...kernel,
      '--dependency',
      'python',
    ]);
    const env = { ...WITHOUT_CERTIFICATES, SUBMARINE_ENV: 'far' };

    expect((await findings(env)).of('network')).toEqual([]);
    const { code, of } = await findings(env, '--network');
    expect(code).toBe(69);
    expect(of('network')[0]).toMatchObject({
      state: 'fail',
      message: expect.stringContaining('http://127.0.0.1:9/conda/noarch/repodata.json cannot be'),
    });
  });
});
