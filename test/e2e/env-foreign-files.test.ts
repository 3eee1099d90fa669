import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from '@jest/globals';

import { serve, serveOverTls } from '../support/archive-server.ts';
import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import { startInTerminal } from '../support/terminal.ts';

const IMAGE = ['--image', 'alpine', '--name', 'demo'];
const PROFILE = 'name: fetched\ndocker-image: alpine\n';
const EXPLICIT =
  '@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda\n';

let user: User;

beforeEach(async () => {
  user = await newUser();
});

async function add(name: string, text: string, ...options: readonly string[]) {
  await writeFile(join(user.project, name), text);
  return user.run(['env', 'add', name, ...options]);
}

describe('a file of another program is answered with the one next step:', () => {
  test.each([
    [
      'an @EXPLICIT list',
      'spec.txt',
      EXPLICIT,
      'lock an environment to it: submarine env add --name NAME --image IMAGE --lock-file spec.txt',
    ],
    [
      'a conda-lock.yml',
      'conda-lock.yml',
      'version: 1\nmetadata:\n  channels: []\npackage:\n- name: a\n  manager: conda\n',
      'lock an environment to it: submarine env add --name NAME --image IMAGE --lock-file conda-lock.yml',
    ],
    [
      'a pixi.lock',
      'pixi.lock',
      'version: 6\n',
      'write it as a list: pixi workspace export conda-explicit-spec DIR',
    ],
    [
      'a manifest of pixi',
      'pixi.toml',
      '[workspace]\nname = "a"\n',
      'write it for conda: pixi workspace export conda-environment environment.yml',
    ],
    [
      'a pyproject.toml',
      'pyproject.toml',
      '[project]\nname = "a"\n',
      'write down what it needs: uv pip compile pyproject.toml -o requirements.txt',
    ],
    [
      'a Dockerfile',
      'Dockerfile',
      'FROM python:3.12\nRUN pip install numpy\n',
      'build it, and name its image: docker build -t NAME -f Dockerfile . && submarine env add',
    ],
    [
      'a Kubernetes manifest',
      'pod.yaml',
      'apiVersion: v1\nkind: Pod\n',
      'name the image that it runs: submarine env add --name NAME --image IMAGE',
    ],
    [
      'a recipe of a conda package',
      'meta.yaml',
      'package:\n  name: a\nbuild:\n  number: 0\n',
      'list the package',
    ],
    [
      'a Python program',
      'my train.py',
      'print(1)\n',
      "submarine run --env NAME -- python 'my train.py'",
    ],
    ['a Jupyter notebook', 'a.ipynb', '{"nbformat": 4}', 'submarine run --env NAME a.ipynb'],
    [
      'a web page',
      'page',
      '<!DOCTYPE html>\n<html></html>\n',
      'give the address of the file itself',
    ],
  ])('%s', async (what, name, text, step) => {
    const given = await add(name, text);
    const asCondaFile = await user.run(['env', 'add', ...IMAGE, '--conda-file', name]);

    for (const { code, stdout, stderr } of [given, asCondaFile]) {
      expect([code, stdout]).toEqual([65, '']);
      expect(stderr.split('\n')).toEqual([
        `submarine: "${name}" is ${what}, and no environment`,
        expect.stringContaining(step),
        '',
      ]);
    }
  });

  test.each([
    ['a requirements file of pip', 'requirements.txt', 'numpy==1\n'],
    ['a list of conda packages', 'list.txt', 'numpy=1.20=py37_0\n'],
  ])('%s that has no image', async (what, name, text) => {
    expect(await add(name, text)).toMatchObject({
      code: 65,
      stderr:
        `submarine: "${name}" is ${what}, and names no image to build it in\n` +
        `  type: submarine env add ${name} --image IMAGE --name NAME\n`,
    });
  });
});

describe('a kernel is made of', () => {
  const kernel = async () =>
    JSON.parse((await user.run(['env', 'show', 'demo', '-o', 'json'])).stdout).kernel;

  test('a requirements file, with what it refers to', async () => {
    await writeFile(join(user.project, 'base.txt'), 'requests\n');
    await writeFile(join(user.project, 'limits.txt'), 'urllib3<2\n');
    const text = '# ours\nnumpy==1  # fast\n\n-r base.txt\n-c limits.txt\n';

    expect(await add('requirements.txt', text, ...IMAGE)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('requirements.txt:4:'),
    });
    expect((await kernel()).dependencies).toEqual([
      'python',
      'pip',
      { pip: ['numpy==1', 'requests', '-c urllib3<2'] },
    ]);
    const conda = await user.run([
      'env',
      'add',
      ...IMAGE,
      '--replace',
      '--conda-file',
      'requirements.txt',
    ]);
    expect(conda.code).toBe(0);
  });

  test('what conda has listed', async () => {
    await add('list.txt', '# platform: linux-64\nnumpy=1.20=py37_0\nsix=1.16=pypi_0\n', ...IMAGE);

    expect((await kernel()).dependencies).toEqual([
      'numpy=1.20=py37_0',
      'pip',
      { pip: ['six==1.16'] },
    ]);
  });

  test('a line of a requirements file that pip would not take, by its number', async () => {
    const { code, stderr } = await add('requirements.txt', 'a\n\nb ==\n', ...IMAGE);

    expect([code, stderr]).toEqual([
      65,
      expect.stringMatching(/^requirements\.txt:3:\d+: "b ==" is not/),
    ]);
  });
});

describe('a file at an address', () => {
  test('is fetched over TLS, with nobody’s login', async () => {
    const { url, certificate, requests } = await serveOverTls((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/env.yaml' }).end();
      else response.end(PROFILE);
    });
    await writeFile(join(user.home, '.netrc'), 'machine 127.0.0.1 login me password secret\n');
    const env = { SSL_CERT_FILE: certificate };

    expect(await user.run(['env', 'add', `${url}/moved`], { env })).toEqual({
      ...{ code: 0, stdout: 'fetched\n', stderr: '' },
    });
    expect(requests.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test('is shown on a terminal before it is added', async () => {
    const { url, certificate } = await serveOverTls((_, response) => response.end(PROFILE));
    const start = () =>
      startInTerminal(process.execPath, [BUILT, 'env', 'add', `${url}/env.yaml`], {
        env: { ...user.env, SSL_CERT_FILE: certificate },
        cwd: user.project,
      });
    const refused = await start();
    await refused.until('add "fetched"? [y/N] ');
    expect(refused.output()).toContain('docker-image: alpine');
    refused.type('n\r');
    expect(await refused.end()).toBe(0);
    expect((await user.run(['env', 'list', '-o', 'name'])).stdout).toBe('');

    const accepted = await start();
    await accepted.until('[y/N] ');
    accepted.type('y\r');
    expect(await accepted.end()).toBe(0);
    expect((await user.run(['env', 'list', '-o', 'name'])).stdout).toBe('fetched\n');
  });

  test('is not taken where it could be changed on its way, or has no end', async () => {
    const plain = await serve((_, response) => response.end(PROFILE));
    const { url, certificate } = await serveOverTls((request, response) => {
      if (request.url === '/down') response.writeHead(302, { location: `${plain.url}/x` }).end();
      else if (request.url === '/gone') response.writeHead(404).end();
      else if (request.url === '/round') response.writeHead(302, { location: '/round' }).end();
      else response.end(Buffer.alloc(6 * 1024 ** 2, '#'));
    });
    const env = { SSL_CERT_FILE: certificate };
    const said = async (address: string) => {
      const { code, stderr } = await user.run(['env', 'add', address], { env });
      return [code, stderr.split('\n')[0]];
    };

    expect(await said(`${plain.url}/x`)).toEqual([
      2,
      `submarine: "${plain.url}/x" could be changed on its way`,
    ]);
    expect(await said(`${url}/down`)).toEqual([
      2,
      `submarine: "${plain.url}/x" could be changed on its way`,
    ]);
    expect(plain.requests).toEqual([]);
    expect(await said(url.replace('//', '//me:secret@'))).toEqual([
      2,
      'submarine: the address holds a login, which is not sent',
    ]);
    expect(await said(`${url}/gone`)).toEqual([
      65,
      `submarine: cannot fetch "${url}/gone": the server answers with 404`,
    ]);
    expect((await said(`${url}/round`))[1]).toContain('redirected again and again');
    expect((await said(`${url}/long`))[1]).toContain('longer than 5 MiB');
  });

  test('refers to no file of this machine', async () => {
    await writeFile(join(user.project, 'secret.txt'), 'numpy\n');
    const text =
      'name: k\nchannels: [conda-forge]\ndependencies: [python, {pip: [-r secret.txt]}]\n';
    const { url, certificate } = await serveOverTls((_, response) => response.end(text));

    const argv = ['env', 'add', `${url}/environment.yml`, ...IMAGE];
    const { code, stderr } = await user.run(argv, { env: { SSL_CERT_FILE: certificate } });
    expect([code, stderr]).toEqual([65, expect.stringContaining('there is no file "secret.txt"')]);
  });
});
