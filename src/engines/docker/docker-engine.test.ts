import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

import { helperPlan } from '../../launch/helper-plan.ts';
import type { ImageBuild } from '../../launch/image-build.ts';
import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Variables } from '../../variables.ts';
import type { Engine, ExecRequest } from '../engine.ts';
import { openDocker } from './docker-engine.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'submarine-engine-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a client was started with: its arguments, its variables, its folder's files, and its file of variables. */
const RECORD = `
printf '%s\\n' "$@" >"$record.argv"
env | grep -vE '^(PWD|OLDPWD|SHLVL|_)=' | sort >"$record.env"
ls >"$record.files"
for word; do
    if [ "\${before-}" = --env-file ]; then cat "$word" >"$record.variables"; fi
    before=$word
done`;

/** An engine whose client is this script; \`$record\` is a path for it. */
async function engineOf(script: string, variables: Variables = {}): Promise<Engine> {
  const lines = ['#!/bin/sh', `record=${folder}/record`, script, ''];
  await writeFile(join(folder, 'docker'), lines.join('\n'), { mode: 0o755 });
  return openDocker({ env: { ...callers(), ...variables }, hostFolder: folder });
}

function callers(): Variables {
  return { PATH: `${folder}${delimiter}${process.env['PATH']}`, HOME: folder };
}

async function recorded() {
  const read = (name: string) => readFile(join(folder, `record.${name}`), 'utf8');
  const variables = await read('variables').catch(() => undefined);
  return {
    argv: await read('argv'),
    env: await read('env'),
    files: await read('files'),
    variables,
  };
}

/** Pastes a command into a shell, as the caller would, and gives what its client was started with. */
async function pasted(line: string, variables: Variables = {}, cwd = folder) {
  const env = { ...callers(), ...variables };
  await promisify(execFile)('/bin/sh', ['-c', line], { env, cwd });
  return recorded();
}

function collect() {
  const stream = new PassThrough();
  return { stream, said: text(stream) };
}

/** Starts a plan, and waits for its end. */
async function runToEnd({ runs }: Engine, plan: LaunchPlan) {
  const [stdout, stderr] = [collect(), collect()];
  const run = await runs.start(plan, { stdout: stdout.stream, stderr: stderr.stream });
  const end = await run.ended.finally(() => [stdout, stderr].map(({ stream }) => stream.end()));
  return { end, stdout: await stdout.said, stderr: await stderr.said };
}

const HELPER = helperPlan({ runId: '1', image: 'alpine', command: ['train', "it's"] });

test('the line that is shown for a plan is what is started, pasted into a shell', async () => {
  const plan: LaunchPlan = {
    ...HELPER,
    variables: [
      { name: 'SEEN', value: 'a b' },
      { name: 'OWN', value: "the caller's", from: { variable: 'OWN' } },
      { name: 'RENAMED', value: "the caller's", from: { variable: 'OWN' } },
      { name: 'TOKEN', value: "$ecret it's\n2", from: { request: true } },
    ],
  };
  const caller = { OWN: "the caller's" };
  const engine = await engineOf(RECORD, caller);
  await runToEnd(engine, plan);
  const started = await recorded();

  const shown = engine.show(plan);

  expect(await pasted(shown, caller)).toEqual({ ...started, files: expect.any(String) });
  expect(shown).not.toContain("the caller's");
});

test('variables of a file reach the client in a file, and neither its arguments nor its own variables', async () => {
  const file = join(folder, 'my.env');
  await writeFile(file, 'DOCKER_HOST=tcp://evil\nPASSWORD=$ecret\n');
  const variables = [
    { name: 'DOCKER_HOST', value: 'tcp://evil', from: { file } },
    { name: 'PASSWORD', value: '$ecret', from: { file } },
  ];
  const plan = { ...HELPER, variables };
  const engine = await engineOf(RECORD);
  await runToEnd(engine, plan);

  const started = await recorded();
  expect(started.variables).toBe('DOCKER_HOST=tcp://evil\nPASSWORD=$ecret\n');
  expect(started.argv).toContain('--env-file\n/dev/fd/3\n');
  expect(started.argv + started.env).not.toMatch(/evil|\$ecret/);
  // A person gives their own file, which is still there.
  const argv = started.argv.replace('/dev/fd/3', file);
  expect(await pasted(engine.show(plan))).toMatchObject({
    ...started,
    argv,
    files: expect.any(String),
  });
});

test('what the client would obey reaches it in a file, in a start and in another command', async () => {
  const names = ['PATH', 'HOME', 'DOCKER_HOST', 'HTTP_PROXY', 'https_proxy', 'GODEBUG', 'UID'];
  const variables = names.map(
    (name) => ({ name, value: 'my $own', from: { request: true } }) as const,
  );
  const engine = await engineOf(RECORD);
  const filed = names.map((name) => `${name}=my $own\n`).join('');

  await runToEnd(engine, { ...HELPER, variables });
  const started = await recorded();
  const run = await engine.runs.start(HELPER, { stdout: 1, stderr: 2 });
  await run.ended;
  const request = { execId: 'x1', command: ['ls'], terminal: false, variables };
  await (
    await run.exec(request, { stdout: 1, stderr: 2 })
  ).ended;
  const entered = await recorded();

  for (const { argv, env, variables: file } of [started, entered]) {
    expect(file).toBe(filed);
    expect(argv + env).not.toContain('my $own');
  }
  // A shell could not set some of them, and the client would obey the others.
  expect(engine.show({ ...HELPER, variables })).toContain("--env 'PATH=my $own'");
});

test('the file of variables is for nobody else to read, and has no name', async () => {
  const engine = await engineOf(
    '[ "$1" = run ] && stat -Lc %a /dev/fd/3 >"$record" && readlink /dev/fd/3 >>"$record"',
  );
  const variables = [{ name: 'A', value: '1', from: { file: '/my.env' } }];

  await runToEnd(engine, { ...HELPER, variables });

  expect(await readFile(join(folder, 'record'), 'utf8')).toMatch(/^600\n.* \(deleted\)\n$/);
});

const BUILD: ImageBuild = {
  tag: 'demo:1',
  base: 'alpine',
  dockerfile: 'FROM alpine\n',
  files: [{ path: 'bake.sh', content: { text: 'exit\n' }, executable: true }],
  variables: [
    {
      name: 'SUBMARINE_BUILD_https_proxy',
      value: 'http://me:$ecret@proxy',
      from: { variable: 'https_proxy' },
    },
    { name: 'SUBMARINE_SPEC_1', value: 'name: "a b"\n', from: { request: true } },
  ],
  extras: { docker: ['--network=host'] },
  scratchLabel: 'submarine.bake=1',
  logPath: '/nowhere/log',
};

test('the line that is shown for a build is what is started, pasted into a shell in its folder', async () => {
  const caller = { https_proxy: 'http://me:$ecret@proxy' };
  const engine = await engineOf(`[ "$1" = build ] || exit 0\n${RECORD}`, caller);
  await engine.builder?.build(BUILD);
  const started = await recorded();

  const shown = engine.builder?.show(BUILD) ?? '';
  const context = await mkdtemp(join(folder, 'context-'));
  await Promise.all(['Dockerfile', 'bake.sh'].map((name) => writeFile(join(context, name), '')));

  expect(started.argv).toMatch(/^build\n/);
  expect(started.files).toBe('Dockerfile\nbake.sh\n');
  expect(await pasted(shown, caller, context)).toEqual(started);
  expect(shown).not.toContain('$ecret');
});

test('the lines that are shown for a push and another command are what is started', async () => {
  const engine = await engineOf(RECORD);
  await engine.images?.push('ml/demo:1');
  const pushed = await recorded();
  expect(await pasted(engine.images?.showPush('ml/demo:1') ?? '')).toMatchObject({
    argv: pushed.argv,
  });

  const request: ExecRequest = {
    execId: 'x1',
    command: ['ls', "it's"],
    terminal: false,
    variables: [
      { name: 'A', value: "a b it's", from: { request: true } },
      { name: 'OWN', value: '1', from: { variable: 'OWN' } },
    ],
  };
  const run = await (await engineOf(RECORD)).runs.start(HELPER, { stdout: 1, stderr: 2 });
  await run.ended;
  const [stdout, stderr] = [collect(), collect()];
  const entered = await run.exec(request, { stdout: stdout.stream, stderr: stderr.stream });
  await entered.ended;
  const { argv, env } = await recorded();

  expect(env).toContain('OWN=1\n');
  expect(await pasted(run.showExec(request), { OWN: '1' })).toMatchObject({ argv, env });
});

test('a client that is killed from outside ends with its signal, and its container is ended', async () => {
  const calls = `echo "$1" >>"$record"; case $1 in ps) echo 1f2e ;; run) kill -KILL $$ ;; esac`;

  expect((await runToEnd(await engineOf(calls), HELPER)).end).toEqual({ exitCode: 128 + 9 });
  const called = (await readFile(join(folder, 'record'), 'utf8')).split('\n');
  expect(called).toEqual(['run', 'ps', 'kill', 'wait', 'ps', 'rm', '']);
});

test.each([
  [0o644, 'engine-not-startable', 'docker cannot be started: spawn docker EACCES'],
  [undefined, 'engine-not-installed', 'there is no docker on this machine'],
])('a client that cannot be started (mode %s) is told in one line', async (mode, code, message) => {
  if (mode !== undefined) await writeFile(join(folder, 'docker'), '', { mode });
  const alone = openDocker({ env: { PATH: folder }, hostFolder: folder });

  const expected = { kind: 'unavailable', code, message };
  await expect(runToEnd(alone, HELPER)).rejects.toMatchObject(expected);
  await expect(alone.images?.pull('alpine', undefined)).rejects.toMatchObject(expected);
});

test('arguments that are too long for a client are told as that, whatever they are for', async () => {
  // Linux takes less than 2 ** 17 in one argument.
  const long = 'x'.repeat(2 ** 18);
  const engine = await engineOf('exit 0');

  const expected = { kind: 'usage', code: 'arguments-too-long' };
  const plan = { ...HELPER, arguments: [long] };
  await expect(runToEnd(engine, plan)).rejects.toMatchObject(expected);
  await expect(engine.images?.push(long)).rejects.toMatchObject(expected);
});

test('what a start says is held, explained and not passed on; what a command says is', async () => {
  const said = 'docker: Error response from daemon: something new.';
  const refused = await engineOf(`case $1 in run) echo '${said}' >&2; exit 125 ;; esac`);
  const stderr = collect();
  const run = await refused.runs.start(HELPER, { stdout: 1, stderr: stderr.stream });
  await expect(run.ended).rejects.toMatchObject({
    code: 'engine-refused',
    message: 'the engine refused: something new.',
  });
  stderr.stream.end();
  expect(await stderr.said).toBe('');

  const ran = await engineOf(
    `case $1 in run) echo '${said}' >&2; exit 125 ;; events) echo start ;; esac`,
  );
  expect(await runToEnd(ran, HELPER)).toEqual({
    end: { exitCode: 125 },
    stdout: '',
    stderr: `${said}\n`,
  });
});

test('a descriptor gets all of stderr before the end is told', async () => {
  const path = join(folder, 'stderr');
  const file = await open(path, 'a');
  const engine = await engineOf('[ "$1" = run ] && seq 100000 >&2');

  const run = await engine.runs.start(HELPER, { stdout: file.fd, stderr: file.fd });
  await run.ended;

  expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(100_001);
  await file.write('still open');
  await file.close();
});

test('a client whose reader has gone is told, as by a pipe', async () => {
  const engine = await engineOf('case $1 in run) exec yes 2>/dev/null ;; esac');
  const stdout = new Writable({ write: (_chunk, _encoding, done) => done(new Error('gone')) });
  stdout.on('error', () => {});

  const run = await engine.runs.start(HELPER, { stdout, stderr: 2 });

  expect((await run.ended).exitCode).not.toBe(0);
});

test('a command that ends before it has read all of its input has ended', async () => {
  const engine = await engineOf('exit 3');
  const stdin = new PassThrough();
  stdin.write('x'.repeat(2 ** 20));

  const plan: LaunchPlan = { ...HELPER, interaction: 'streams' };
  const run = await engine.runs.start(plan, { stdin, stdout: 1, stderr: 2 });

  expect(await run.ended).toEqual({ exitCode: 3 });
});

test('a run that is aborted is killed and removed, and the reason is told', async () => {
  const engine = await engineOf(`echo "$1" >>"$record.calls"
case $1 in
run) echo up; echo $$ >"$record.pid"; exec sleep 1000 ;;
ps) case $* in *Status*) echo '1f2e Up 5 seconds' ;; *) echo 1f2e ;; esac ;;
kill) kill -KILL "$(cat "$record.pid")" ;;
esac`);
  const controller = new AbortController();
  const stdout = new PassThrough();
  const reason = new Error('enough');
  const streams = { stdout, stderr: 2 };
  const run = await engine.runs.start(HELPER, streams, { signal: controller.signal });
  stdout.once('data', () => controller.abort(reason));

  await expect(run.ended).rejects.toMatchObject({ kind: 'interrupted', cause: reason });
  expect(await readFile(join(folder, 'record.calls'), 'utf8')).toBe('run\nps\nkill\nps\nrm\n');
});

describe('what a container has written', () => {
  const printed = async (engine: Engine) => {
    const run = engine.runs.open({ id: '1f2e', name: 'train' });
    const [stdout, stderr] = [collect(), collect()];
    const streams = { stdout: stdout.stream, stderr: stderr.stream };
    await run.logs(streams).finally(() => [stdout, stderr].map(({ stream }) => stream.end()));
    return [await stdout.said, await stderr.said];
  };
  const found = 'case $1 in logs)';

  test('comes by its own streams', async () => {
    const engine = await engineOf(`${found} echo out; echo 'docker: err' >&2 ;; esac`);

    expect(await printed(engine)).toEqual(['out\n', 'docker: err\n']);
  });

  test.each([
    ["echo 'Error response from daemon: no such thing' >&2; exit 1", 'engine-refused'],
    [
      "echo 'Error response from daemon: No such container: train' >&2; exit 1",
      'container-not-found',
    ],
    ['kill -KILL $$', 'interrupted'],
  ])('cannot be read where the client does this: %s', async (script, code) => {
    const engine = await engineOf(`${found} ${script} ;; esac`);

    await expect(printed(engine)).rejects.toMatchObject({ code });
  });

  test('cannot be read where there is no client any more', async () => {
    const alone = openDocker({ env: { PATH: '/nowhere' }, hostFolder: folder });

    await expect(printed(alone)).rejects.toMatchObject({ code: 'engine-not-installed' });
  });
});
