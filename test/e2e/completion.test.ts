import { mkdir, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from '@jest/globals';

import type { User } from '../support/submarine.ts';
import { BUILT, newUser } from '../support/submarine.ts';
import type { Terminal } from '../support/terminal.ts';
import { startInTerminal } from '../support/terminal.ts';

let user: User;
let env: Readonly<Record<string, string | undefined>>;

beforeAll(async () => {
  user = await newUser();
  const bin = join(user.project, 'bin');
  await mkdir(bin);
  const command = `#!/bin/sh\nexec ${process.execPath} ${BUILT} "$@"\n`;
  await writeFile(join(bin, 'submarine'), command, { mode: 0o755 });
  await writeFile(join(user.project, 'notes.txt'), '');
  env = { ...user.env, PATH: `${bin}:${process.env['PATH']}`, TERM: 'dumb', PS1: '$ ' };
  const tune = join(user.project, 'tune.yaml');
  await writeFile(tune, 'kind: experiment\nname: tune\nenvironment: demo\ncommand: ["true"]\n');
  await user.run(['experiment', 'add', tune]);
  const evil = `$(touch ${user.project}/evil)\u001B[31m\`touch ${user.project}/evil\``;
  await user.run(['env', 'add', '--name', 'demo', '--image', 'alpine', '--description', 'first']);
  await user.run(['env', 'add', '--name', 'evil.1', '--image', 'alpine', '--description', evil]);
});

async function asked(...words: string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await user.run(['__complete', '--', ...words]);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.trimEnd().split('\n');
}

const values = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => line.replace(/\t.*/s, ''));

describe('what can stand in a line', () => {
  test.each<[readonly string[], readonly string[]]>([
    [
      ['env', 'sh'],
      ['show', ':none'],
    ],
    [
      ['env', 'show', ''],
      ['demo', 'evil.1', ':none'],
    ],
    [['env', 'show', 'demo', ''], [':none']],
    [
      ['env', 'delete', 'demo', ''],
      ['evil.1', ':none'],
    ],
    [
      ['env', 'diff', 'demo', ''],
      ['evil.1', ':none'],
    ],
    [
      ['run', '--env', 'd'],
      ['demo', ':none'],
    ],
    [
      ['run', '--env=d'],
      ['--env=demo', ':none'],
    ],
    [
      ['run', '--pull', ''],
      ['missing', 'always', 'never', ':none'],
    ],
    [
      ['run', '--pul'],
      ['--pull', ':none'],
    ],
    [['run', '-e', 'A=1', '--image'], [':none']],
    [['run', '--env', 'demo', 'python', '--env', ''], [':file']],
    [['run', '--env', 'demo', '--', ''], [':file']],
    [
      ['env', 'add', '--image', ''],
      ['alpine', ':none'],
    ],
    [['env', 'add', ''], [':file']],
    [['notebook', '--code', ''], [':folder']],
    [
      ['experiment', 'run', ''],
      ['tune', ':none'],
    ],
    [
      ['notebook', 'u'],
      ['url', ':folder'],
    ],
    [['exec', 'x', '--', ''], [':file']],
    [['--store', '/nowhere.yaml', 'env', 'show', ''], [':none']],
    [['nosuch', ''], [':none']],
    [['completi'], ['completion', ':none']],
  ])('%j', async (words, found) => {
    expect(values(await asked(...words))).toEqual(found);
  });

  test('is told with what it is', async () => {
    expect((await asked('env', 'sh'))[0]).toBe(
      'show\tprint an environment as it is stored, to the byte',
    );
  });

  test('is nothing where nothing can be found out', async () => {
    await writeFile(join(user.project, 'broken.yaml'), 'a: [');
    expect(await asked('--store', 'broken.yaml', 'env', 'show', '')).toEqual([':none']);
    const silent = await user.run(['__complete', '--', 'stop', ''], {
      env: { DOCKER_HOST: 'unix:///nowhere.sock' },
    });
    expect(silent).toEqual({ code: 0, stdout: ':none\n', stderr: '' });
  });
});

test('a shell that is not known is refused with those that are', async () => {
  expect(await user.run(['completion', 'tcsh'])).toEqual({
    code: 2,
    stdout: '',
    stderr: 'submarine: unknown shell "tcsh"\n  choose one: bash, zsh, fish\n',
  });
});

/** The shells as a person has them, but with no settings of anybody, and the line that switches completion on. */
const SHELLS: Readonly<Record<string, readonly [readonly string[], string]>> = {
  bash: [['--norc', '--noprofile', '-i'], 'eval "$(submarine completion bash)"'],
  zsh: [['-f', '-i'], 'autoload -U compinit; compinit -u -D; eval "$(submarine completion zsh)"'],
  fish: [['--no-config', '-i'], 'submarine completion fish | source'],
};

describe.each(Object.entries(SHELLS))('%s', (shell, [options, line]) => {
  let terminal: Terminal;

  async function start(): Promise<void> {
    terminal = await startInTerminal(shell, options, { env, cwd: user.project });
    terminal.type(`${line}; echo rea""dy\r`);
    await terminal.until('ready');
  }

  /** What the line that is typed, and ended by TAB, becomes: it is given to `echo`. */
  async function completed(typed: string): Promise<string> {
    const mark = `is${Math.random()}`;
    const before = terminal.output().length;
    terminal.type(`${typed}\t`);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    // At the beginning of the line, so that it is shown and not run.
    terminal.type(`\u0001echo ${mark}: \r`);
    await terminal.until(`\n${mark}: submarine`);
    return (
      terminal
        .output()
        .slice(before)
        .split(`\n${mark}: `)[1]
        ?.split(/\s*[\r\n]/)[0] ?? ''
    );
  }

  test('completes commands, names, values and files', async () => {
    await start();
    expect(await completed('submarine env sho')).toBe('submarine env show');
    expect(await completed('submarine run --env de')).toBe('submarine run --env demo');
    expect(await completed('submarine run --env=de')).toBe('submarine run --env=demo');
    expect(await completed('submarine env show ev')).toBe('submarine env show evil.1');
    expect(await completed('submarine run --pull mis')).toBe('submarine run --pull missing');
    expect(await completed('submarine env add not')).toBe('submarine env add notes.txt');
    expect(await completed('submarine run --env demo -- cat not')).toBe(
      'submarine run --env demo -- cat notes.txt',
    );
    // All descriptions are shown where there are several, and none is obeyed.
    terminal.type('submarine env show \t\t');
    await terminal.until('evil.1');
    terminal.type('\u0003');
    expect(existsSync(join(user.project, 'evil'))).toBe(false);
  });
});
