import { expect, test } from '@jest/globals';

import { helperPlan } from '../../launch/helper-plan.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { attachArgv, buildArgv, dockerArgv, execArgv } from './docker-argv.ts';

const PLAN: LaunchPlan = {
  runId: '1',
  name: 'submarine-abc-1',
  image: 'alpine',
  entrypoint: undefined,
  arguments: ['--', 'true'],
  detached: false,
  interaction: 'streams',
  key: { does: 'nothing' },
  network: undefined,
  mounts: [],
  variables: [],
  secrets: [],
  secretFiles: [],
  ports: [],
  labels: { 'submarine.run': '1' },
  user: undefined,
  noNewPrivileges: true,
  workdir: undefined,
  shmBytes: 64 * 1024 ** 2,
  memoryBytes: undefined,
  cpus: undefined,
  gpus: undefined,
  platform: undefined,
  pull: 'missing',
  extras: {},
};

test('the image stands behind every option and before the arguments of the bootstrap', () => {
  expect(dockerArgv(PLAN)).toEqual([
    ...['run', '--rm', '--init', '-i', '--name', 'submarine-abc-1'],
    ...['--label', 'submarine.run=1', '--security-opt', 'no-new-privileges'],
    ...['--shm-size', '64m', 'alpine', '--', 'true'],
  ]);
});

test('setuid programs gain nothing in containers of ours, and in others unless that is lifted', () => {
  const helper = helperPlan({ runId: '1', image: 'alpine', command: ['true'] });

  expect(dockerArgv(helper).join(' ')).toContain('--security-opt no-new-privileges');
  expect(dockerArgv({ ...PLAN, noNewPrivileges: false })).not.toContain('--security-opt');
});

test('every part of a plan is handed over', () => {
  const argv = dockerArgv({
    ...PLAN,
    entrypoint: '/submarine-bootstrap.sh',
    interaction: 'terminal',
    key: { does: 'suspend' },
    mounts: [
      { type: 'bind', source: '/a', target: '/b', readOnly: true },
      { type: 'volume', source: 'data', target: '/data' },
    ],
    variables: [
      { name: 'A', value: 'b c' },
      { name: 'B', value: 'my own', from: { variable: 'B' } },
      { name: 'C', value: 'secret', from: { file: '/x.env' } },
      { name: 'TOKEN', value: 'secret', from: { request: true } },
      { name: 'HOME', value: '/my home', from: { request: true } },
      { name: 'my.own', value: '1', from: { request: true } },
    ],
    ports: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }],
    user: { uid: 1, gid: 2 },
    workdir: '/w',
    memoryBytes: 1024 ** 3,
    cpus: 2,
    gpus: { all: true },
    platform: 'linux/arm64',
    extras: { docker: ['--network=none'] },
  });

  expect(argv.join(' ')).toBe(
    'run --rm --init -it --detach-keys ctrl-z --name submarine-abc-1 --label submarine.run=1 --platform linux/arm64 --user 1:2 ' +
      '--security-opt no-new-privileges --workdir /w --shm-size 64m --memory 1g --cpus 2 --gpus all ' +
      '--mount type=bind,source=/a,target=/b,readonly --mount type=volume,source=data,target=/data ' +
      '--publish 8080:80 ' +
      '--env-file /x.env --env A=b c --env B --env TOKEN --env HOME=/my home --env my.own=1 --entrypoint /submarine-bootstrap.sh ' +
      '--network=none alpine -- true',
  );
});

test.each([
  [{ does: 'leave', keys: 'ctrl-p,ctrl-q' }, 'ctrl-p,ctrl-q'],
  [{ does: 'suspend' }, 'ctrl-z'],
  [{ does: 'interrupt' }, 'ctrl-c'],
] as const)('the client is left by a key that does something: %j', (key, keys) => {
  expect(dockerArgv({ ...PLAN, interaction: 'terminal', key }).join(' ')).toContain(
    `-it --detach-keys ${keys} `,
  );
  expect(attachArgv('c', key)).toEqual(['attach', '--sig-proxy=false', '--detach-keys', keys, 'c']);
  expect(dockerArgv({ ...PLAN, key })).not.toContain('--detach-keys');
});

test('a path with a comma, a colon or a quote is one field of its mount', () => {
  const mounts = [{ type: 'bind', source: '/a,b:"c"', target: '/code/d' } as const];

  expect(dockerArgv({ ...PLAN, mounts })).toContain('type=bind,"source=/a,b:""c""",target=/code/d');
});

test.each<[Partial<LaunchPlan>, string]>([
  [{ shmBytes: 1000 }, '--shm-size 1000b'],
  [{ memoryBytes: 1536 * 1024 ** 2 }, '--memory 1536m'],
  [{ cpus: 0.5 }, '--cpus 0.5'],
  [{ gpus: { count: 2 } }, '--gpus 2'],
  [{ gpus: { devices: ['0'] } }, '--gpus device=0'],
  [{ gpus: { devices: ['0', '1'] } }, '--gpus "device=0,1"'],
  [{ user: { uid: 1000 } }, '--user 1000'],
  [{ user: { name: 'me', group: 'us' } }, '--user me:us'],
  [{ ports: [{ containerPort: 80, protocol: 'tcp' }] }, '--publish 80'],
  [{ ports: [{ hostPort: 53, containerPort: 53, protocol: 'udp' }] }, '--publish 53:53/udp'],
  [
    { ports: [{ host: '127.0.0.1', containerPort: 8888, protocol: 'tcp' }] },
    '--publish 127.0.0.1::8888',
  ],
  [
    { ports: [{ host: '::1', hostPort: 8080, containerPort: 80, protocol: 'tcp' }] },
    '--publish [::1]:8080:80',
  ],
  [{ mounts: [{ type: 'volume', target: '/data' }] }, '--mount type=volume,target=/data'],
  [
    { mounts: [{ type: 'bind', source: '/a', target: '/b', propagation: 'rslave' }] },
    '--mount type=bind,source=/a,target=/b,bind-propagation=rslave',
  ],
  [
    { mounts: [{ type: 'volume', source: 'v', target: '/b', noCopy: true }] },
    '--mount type=volume,source=v,target=/b,volume-nocopy',
  ],
  [
    { mounts: [{ type: 'bind', source: '/a', target: '/b', readOnly: true, relabel: 'private' }] },
    '--volume /a:/b:Z,ro',
  ],
  [{ pull: 'never' }, '--pull never'],
])('of a plan with %j the client is told %s', (part, words) => {
  expect(` ${dockerArgv({ ...PLAN, ...part }).join(' ')} `).toContain(` ${words} `);
});

test('a file of variables is named once, and by the name that the client has for it', () => {
  const variables = ['A', 'B'].map((name) => ({ name, value: 'x', from: { file: '/x.env' } }));
  const names = (variableFile?: string) =>
    dockerArgv({ ...PLAN, variables }, variableFile).filter(
      (_, index, argv) => argv[index - 1] === '--env-file',
    );

  expect([names(), names('/dev/fd/3')]).toEqual([['/x.env'], ['/dev/fd/3']]);
});

test('the client finds no value of a request in its arguments', () => {
  const given = (name: string, value = 'secret') =>
    ({ name, value, from: { request: true } }) as const;
  const variables = [
    { name: 'SUBMARINE_RUN', value: '1' },
    ...['TOKEN', 'PATH', 'Docker_Host', 'http_proxy', 'my.own', '#odd'].map((name) => given(name)),
    given('my.lines', 'a\nb'),
  ];

  const argv = dockerArgv({ ...PLAN, labels: {}, variables }, '/dev/fd/3').join(' ');
  const execution = { execId: 'x1', command: ['ls'], terminal: false, variables };
  const entered = execArgv('train', execution, '/dev/fd/3').join(' ');

  const options =
    '--env-file /dev/fd/3 --env SUBMARINE_RUN=1 --env TOKEN --env #odd --env my.lines';
  expect(argv).toContain(options);
  expect(entered).toContain(options);
  expect(argv + entered).not.toContain('secret');
});

test('another command goes through the bootstrap, which is told what was given', () => {
  const request = {
    execId: 'x1',
    command: ['ls', '-l'],
    terminal: true,
    variables: [
      { name: 'A', value: "it's", from: { request: true } },
      { name: 'B', value: 'my own', from: { variable: 'B' } },
      { name: 'my.own', value: '1', from: { request: true } },
    ] as const,
    user: { uid: 1, gid: 2 },
    workdir: '/srv',
  };

  expect(execArgv('train', request)).toEqual([
    ...['exec', '-it', '--detach-keys', expect.stringMatching(/^(?:ctrl-\^,ctrl-@,?){8}$/)],
    ...['--user', '1:2', '--workdir', '/srv'],
    ...['--env', 'A', '--env', 'B', '--env', 'my.own=1'],
    ...['--env', 'SUBMARINE_EXEC=x1', '--env', 'SUBMARINE_ALSO_GIVEN=A B'],
    ...['train', '/submarine-bootstrap.sh', '--enter', '--', 'ls', '-l'],
  ]);
  expect(execArgv('train', { ...request, command: [] }).at(-1)).toBe('--enter');
});

test('of the arguments of a build only the names are on the command line', () => {
  const build = {
    tag: 'demo:1',
    base: 'alpine',
    dockerfile: 'FROM alpine\n',
    files: [],
    variables: [
      {
        name: 'SUBMARINE_BUILD_https_proxy',
        value: 'http://me:secret@proxy',
        from: { variable: 'https_proxy' },
      },
    ],
    extras: { docker: ['--network=host'] },
    scratchLabel: 'submarine.bake=1',
    logPath: '/log',
  };

  expect(buildArgv(build)).toEqual([
    ...['build', '--force-rm', '--tag', 'demo:1'],
    ...['--build-arg', 'SUBMARINE_BUILD_https_proxy', '--network=host', '.'],
  ]);
});

test('a container that is to reach nobody has no network', () => {
  const argv = dockerArgv({ ...PLAN, network: 'none' });

  expect(argv.slice(argv.indexOf('--network')).slice(0, 2)).toEqual(['--network', 'none']);
});
