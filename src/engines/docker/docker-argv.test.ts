import { expect, test } from '@jest/globals';

import { helperPlan } from '../../launch/helper-plan.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { buildArgv, dockerArgv, execArgv } from './docker-argv.ts';

const PLAN: LaunchPlan = {
  runId: '1',
  name: 'submarine-abc-1',
  image: 'alpine',
  entrypoint: undefined,
  arguments: ['--', 'true'],
  interaction: 'streams',
  mounts: [],
  volumes: [],
  variables: [],
  passedVariables: [],
  variableFiles: [],
  ports: [],
  labels: { 'submarine.run': '1' },
  user: undefined,
  noNewPrivileges: true,
  workdir: undefined,
  shmSize: '64m',
  memory: undefined,
  cpus: undefined,
  gpus: undefined,
  platform: undefined,
  pull: 'missing',
  engineArguments: [],
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
    mounts: [{ type: 'bind', source: '/a', target: '/b', readOnly: true }],
    volumes: ['data:/data'],
    variables: [{ name: 'A', value: 'b c' }, { name: 'B' }],
    passedVariables: [{ name: 'TOKEN', value: 'secret' }],
    variableFiles: ['/x.env'],
    ports: ['8080:80'],
    user: '1:2',
    workdir: '/w',
    memory: '1g',
    cpus: '2',
    gpus: 'all',
    platform: 'linux/arm64',
    engineArguments: ['--network=none'],
  });

  expect(argv.join(' ')).toBe(
    'run --rm --init -it --name submarine-abc-1 --label submarine.run=1 --platform linux/arm64 --user 1:2 ' +
      '--security-opt no-new-privileges --workdir /w --shm-size 64m --memory 1g --cpus 2 --gpus all ' +
      '--mount type=bind,source=/a,target=/b,readonly --volume data:/data --publish 8080:80 ' +
      '--env-file /x.env --env A=b c --env B --env TOKEN --entrypoint /submarine-bootstrap.sh ' +
      '--network=none alpine -- true',
  );
});

test('a path with a comma, a colon or a quote is one field of its mount', () => {
  const mounts = [{ type: 'bind', source: '/a,b:"c"', target: '/code/d' } as const];

  expect(dockerArgv({ ...PLAN, mounts })).toContain('type=bind,"source=/a,b:""c""",target=/code/d');
});

test('a further command goes through the bootstrap, which is told what was given', () => {
  const request = {
    execId: 'x1',
    container: 'train',
    command: ['ls', '-l'],
    terminal: true,
    variables: [{ name: 'A', value: "it's" }, { name: 'B' }, { name: 'my.own', value: '1' }],
    user: '1:2',
    workdir: '/srv',
  };

  expect(execArgv(request)).toEqual([
    ...['exec', '-it', '--user', '1:2', '--workdir', '/srv'],
    ...['--env', "A=it's", '--env', 'B', '--env', 'my.own=1'],
    ...['--env', 'SUBMARINE_EXEC=x1', '--env', 'SUBMARINE_ALSO_GIVEN=A B'],
    ...['train', '/submarine-bootstrap.sh', '--enter', '--', 'ls', '-l'],
  ]);
  expect(execArgv({ ...request, command: [] }).at(-1)).toBe('--enter');
});

test('of the arguments of a build only the names are on the command line', () => {
  const build = {
    tag: 'demo:1',
    base: 'alpine',
    dockerfile: 'FROM alpine\n',
    files: [],
    passedVariables: [{ name: 'SUBMARINE_BUILD_https_proxy', value: 'http://me:secret@proxy' }],
    engineArguments: ['--network=host'],
    scratchLabel: 'submarine.bake=1',
    logPath: '/log',
  };

  expect(buildArgv(build, '/context')).toEqual([
    ...['build', '--force-rm', '--tag', 'demo:1'],
    ...['--build-arg', 'SUBMARINE_BUILD_https_proxy', '--network=host', '/context'],
  ]);
});
