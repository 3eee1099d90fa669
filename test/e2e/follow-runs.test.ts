import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';

import { beforeAll, describe, expect, test } from '@jest/globals';

import { dockerOutput, images } from '../support/bed.ts';
import { poll } from '../support/poll.ts';
import type { Outcome, User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';

/** A line each half second, for 30 seconds. */
const COUNT = 'i=0; while [ $i -lt 60 ]; do i=$((i + 1)); echo "line $i"; sleep 0.5; done';

let user: User;

beforeAll(async () => {
  user = await newUser();
  await user.run(['env', 'add', '--name', 'follow', '--image', images.plain]);
});

async function detach(script: string): Promise<string> {
  const argv = ['run', '-d', '--env', 'follow', '--no-code', '--', 'sh', '-c', script];
  return (await user.run(argv)).stdout.trim();
}

/** What bash says of a line in which `submarine` is the command. */
async function inShell(line: string): Promise<Outcome> {
  const script = `submarine() { "${process.execPath}" "${BUILT}" "$@"; }; set -o pipefail; ${line}`;
  const shell = spawn('bash', ['-c', script], {
    ...{ env: user.env, cwd: user.project, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  const said = Promise.all([text(shell.stdout), text(shell.stderr)]);
  const [code] = (await once(shell, 'exit')) as [number];
  const [stdout, stderr] = await said;
  return { code, stdout, stderr };
}

describe('when nobody reads on', () => {
  test('a log that is followed ends, and the run goes on', async () => {
    const id = await detach(COUNT);

    expect(await inShell(`submarine logs --follow ${id} | head -n 1`)).toEqual({
      ...{ code: 0, stdout: 'line 1\n', stderr: '' },
    });
    expect(await inShell(`submarine attach ${id} | head -n 1`)).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^line \d+\n$/),
      stderr: `submarine: submarine-follow-${id} runs on; see: submarine ps\n`,
    });
    const { stdout } = await user.run(['ps', '-o', 'json']);
    expect(JSON.parse(stdout)).toContainEqual(expect.objectContaining({ id, status: 'running' }));
    await user.run(['rm', '-f', id]);
  });

  test('a long log ends', async () => {
    const id = await detach('seq 1 300000');
    await user.run(['wait', id]);

    expect(await inShell(`submarine logs ${id} | head -n 1`)).toEqual({
      ...{ code: 0, stdout: '1\n', stderr: '' },
    });
    expect(await inShell(`submarine logs ${id} >/dev/full`)).toEqual({
      ...{ code: 73, stdout: '', stderr: expect.stringContaining('cannot be written (ENOSPC)') },
    });
    expect(await inShell(`submarine logs ${id} | cksum`)).toEqual(
      await inShell('seq 1 300000 | cksum'),
    );
  });
});

test('of a number of last lines one is that number, and what follows', async () => {
  const id = await detach('seq 1 9; sleep 3; echo end; echo talk >&2');
  await poll(async () => (await dockerOutput('logs', `submarine-follow-${id}`)).endsWith('9'));

  expect(await user.run(['logs', '--follow', '--tail', '2', id])).toEqual({
    ...{ code: 0, stdout: '8\n9\nend\n', stderr: 'talk\n' },
  });
  expect((await user.run(['logs', '--tail', '2', '--timestamps', id])).stderr).toMatch(
    /^\d{4}-\d\d-\d\dT[\d:.]+Z talk\n$/,
  );
});

test('Ctrl-C while a run is attached is given to it, and its end is told', async () => {
  const id = await detach('trap "exit 9" INT; echo ready; while :; do sleep 0.1; done');
  const attach = spawn(process.execPath, [BUILT, 'attach', id], {
    ...{ env: user.env, cwd: user.project, detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
  });
  const said = text(attach.stderr);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  // A terminal gives it to the whole group.
  process.kill(-(attach.pid ?? 0), 'SIGINT');

  expect(await once(attach, 'exit')).toEqual([9, null]);
  expect(await said).toBe('');
});

test('the end of a run that somebody else is attached to is waited for', async () => {
  const script = 'submarine run --env follow --name follow-attached -- sh -c "sleep 2; exit 6" &';
  const waited = await inShell(
    `${script} sleep 1; submarine wait follow-attached; echo "wait $?"; wait $!; echo "run $?"`,
  );
  expect(waited).toMatchObject({ stdout: 'wait 6\nrun 6\n', stderr: '' });
});

describe('several', () => {
  test('are stopped and removed without a warning of Node', async () => {
    const ids = await Promise.all([1, 2, 3, 4].map(() => detach('exec sleep 600')));

    const stopped = await inShell(`submarine stop --timeout 0s ${ids.join(' ')}`);
    expect(stopped).toMatchObject({ code: 0, stderr: '' });
    expect(stopped.stdout.trim().split('\n')).toHaveLength(4);
    expect(await inShell(`submarine rm ${ids.join(' ')}`)).toMatchObject({ code: 0, stderr: '' });
  });

  test('names of one run mean it once', async () => {
    const id = await detach('exec sleep 600');
    const name = `submarine-follow-${id}`;

    expect(await user.run(['rm', '--force', id, name, id.slice(0, 7)])).toEqual({
      ...{ code: 0, stdout: `${name}\n`, stderr: '' },
    });
    expect(await dockerOutput('ps', '-aq', '--filter', `label=submarine.run=${id}`)).toBe('');
    const { stdout } = await user.run(['runs', 'show', id, '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ end: { reason: 'signal' } });
  });
});

test.each([['stop'], ['rm'], ['wait'], ['logs'], ['attach']])(
  '%s does not claim to have done anything with a run on another engine',
  async (command) => {
    const id = await detach('exec sleep 600');
    await user.run(['rm', '-f', id]);
    const path = `${user.home}/.local/state/submarine/runs/${id}.yaml`;
    const record = (await readFile(path, 'utf8')).replace(/^end: .*\n/m, '');
    await writeFile(
      path,
      record.replace(/^engine: .*$/m, 'engine: {"name":"docker","id":"other"}'),
    );

    expect(await user.run([command, id])).toEqual({
      code: 69,
      stdout: '',
      stderr: expect.stringContaining(
        `the run "submarine-follow-${id}" was started on another engine`,
      ),
    });
  },
);

describe('what a run has installed for itself', () => {
  const INSTALL =
    'mkdir -p "$PYTHONUSERBASE/lib/python3.11/site-packages/humanize-4.10.0.dist-info"';

  beforeAll(async () => {
    const text = `name: follow-kernel\ndocker-image: ${images.test}\nkernel:\n  name: plain\n`;
    await writeFile(`${user.project}/kernel.yaml`, text);
    await user.run(['env', 'add', 'kernel.yaml']);
  });

  async function installed(): Promise<unknown> {
    const { stdout } = await user.run(['runs', 'show', '@last', '-o', 'json']);
    return (JSON.parse(stdout) as { readonly end: { readonly installed: unknown } }).end.installed;
  }

  test('is recorded once where several see its end', async () => {
    const start = 'submarine run --detach --env follow-kernel -- sh -c';
    const wait = 'submarine wait @last';
    await inShell(`${start} '${INSTALL}; sleep 1' && { ${wait} & ${wait} & ${wait} & wait; }`);

    expect(await installed()).toEqual(['humanize 4.10.0']);
  });

  test('is recorded of one that another terminal stops', async () => {
    const start = 'submarine run --env follow-kernel --name follow-stopped -- sh -c';
    await inShell(`${start} '${INSTALL}; sleep 60' & sleep 2; submarine stop follow-stopped; wait`);

    expect(await installed()).toEqual(['humanize 4.10.0']);
  });
});
