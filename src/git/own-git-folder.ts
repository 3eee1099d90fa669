import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { devNull, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';

import { readRegularFile } from '../files/regular-file.ts';
import type { Variables } from '../variables.ts';
import type { Repository } from './find-repository.ts';
import { readGitText } from './find-repository.ts';
import { runGit } from './run-git.ts';

/**
 * Asks git about a working tree without a word of the repository's own configuration, attributes of others or hooks, by
 * which git runs programs, and without writing to it: in a folder of ours, with the hash in HEAD, a copy of the index
 * and of the patterns of what is ignored. Of the repository it reads objects alone.
 *
 * @param env - of the caller: `PATH`, and where the user's own patterns are
 * @param work - given the variables with which git is to be started
 * @see https://git-scm.com/docs/git#_environment_variables
 */
export async function withOwnGitFolder<Value>(
  { top, gitFolder, commonFolder }: Repository,
  commit: string,
  env: Variables,
  work: (env: Variables) => Promise<Value>,
): Promise<Value> {
  const ours = await mkdtemp(join(tmpdir(), 'submarine-git-'));
  try {
    for (const name of ['objects/info', 'refs', 'info']) {
      await mkdir(join(ours, name), { recursive: true });
    }
    const index = await readRegularFile(join(gitFolder, 'index')).catch(() => undefined);
    const ignored = await readGitText(join(commonFolder, 'info/exclude'));
    const files: Readonly<Record<string, string | Buffer | undefined>> = {
      HEAD: `${commit}\n`,
      index,
      'info/exclude': ignored,
      'objects/info/alternates': `${quoteLine(join(commonFolder, 'objects'))}\n`,
      config: configOf(commit, await ignoreFile(env)),
    };
    for (const [name, content] of Object.entries(files)) {
      if (content !== undefined) await writeFile(join(ours, name), content);
    }
    return await work(variablesFor(top, ours, env));
  } finally {
    await rm(ours, { recursive: true, force: true });
  }
}

function configOf(commit: string, ignores: string | undefined): string {
  const isLong = commit.length === 64;
  return [
    '[core]',
    `repositoryformatversion = ${isLong ? 1 : 0}`,
    'bare = false',
    ...(ignores === undefined ? [] : [`excludesFile = ${quoteValue(ignores)}`]),
    ...(isLong ? ['[extensions]', 'objectFormat = sha256'] : []),
    '',
  ].join('\n');
}

/** The user's own patterns of what is ignored, in whatever file their configuration names. */
async function ignoreFile({ PATH, HOME, XDG_CONFIG_HOME }: Variables): Promise<string | undefined> {
  if (HOME === undefined || !isAbsolute(HOME)) return undefined;
  const folder = XDG_CONFIG_HOME || join(HOME, '.config');
  const files = [join(HOME, '.gitconfig'), join(folder, 'git/config')];
  const usual = join(folder, 'git/ignore');
  if (!files.some((file) => existsSync(file))) return usual;
  const words = ['config', '--global', '--type=path', '--get', 'core.excludesFile'];
  const env = { PATH, HOME, XDG_CONFIG_HOME, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const asked = await runGit(words, { env, cwd: '/', timeoutMs: 2000 }).catch(() => undefined);
  return asked?.text.trimEnd() || usual;
}

/** None of the user's own for git, nor of the repository's. */
function variablesFor(top: string, ours: string, env: Variables): Variables {
  return {
    PATH: env['PATH'],
    LC_ALL: 'C',
    HOME: ours,
    GIT_DIR: ours,
    GIT_WORK_TREE: top,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: devNull,
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_PAGER: 'cat',
  };
}

/** As a configuration of git has a value. */
function quoteValue(text: string): string {
  return `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;
}

/** A line of paths: one that could be taken for something else is quoted. */
function quoteLine(path: string): string {
  return /^["#]|\n/.test(path) ? quoteValue(path) : path;
}
