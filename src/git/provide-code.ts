import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import { SubmarineError, throwIfAborted } from '../errors.ts';
import { withFileLock } from '../files/file-lock.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import { quote } from '../text/quote.ts';
import type { Variables } from '../variables.ts';
import type { RemoteCode } from './remote-code.ts';
import { GitError, runGit } from './run-git.ts';

/** Code that is here. */
export interface ProvidedCode {
  /** The working tree; it is shared, so that nobody may write into it. */
  readonly folder: string;
  readonly commit: string;
}

interface ProvideOptions {
  /** Of the caller, whose git finds logins by itself. */
  readonly env: Variables;
  /** Whether a person can be asked for a password. */
  readonly canAsk: boolean;
  readonly signal?: AbortSignal | undefined;
  /** Told before the repository is asked for what is not here. */
  readonly fetching?: () => void;
}

const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

/** Where the code of an address is kept; of a commit that is not known the path of none. */
export function codeFolder(cache: string, { url, name, ref = 'HEAD' }: RemoteCode): string {
  return join(repositoryFolder(cache, url), ref.replaceAll('/', '-'), name);
}

/**
 * Makes a commit of a repository elsewhere a folder of this machine, once.
 *
 * Git runs with the user's own configuration and no other: what it works in no container ever sees, or sees it read-only.
 *
 * @param cache - a folder that no container can write to
 * @throws SubmarineError of the kind `unavailable` when it cannot be fetched, or there is no git; `not-found` when the
 *   repository has no such branch, tag or commit
 */
export async function provideCode(
  cache: string,
  code: RemoteCode,
  options: ProvideOptions,
): Promise<ProvidedCode> {
  const parent = await makePrivateFolder(repositoryFolder(cache, code.url));
  const lock = { waitMs: Number.POSITIVE_INFINITY, signal: options.signal };
  return withFileLock(join(parent, 'repository'), lock, async () => {
    const commit = await fetchCommit(join(parent, 'repository'), code, options);
    const folder = join(parent, commit, code.name);
    if (!(await isFolder(folder))) await checkOut(parent, { ...code, commit }, options);
    // What is used is not removed.
    await utimes(join(parent, commit), new Date(), new Date()).catch(() => {});
    return { folder, commit };
  });
}

function repositoryFolder(cache: string, url: string): string {
  return join(cache, createHash('sha256').update(url).digest('hex').slice(0, 32));
}

async function fetchCommit(
  repository: string,
  code: RemoteCode,
  options: ProvideOptions,
): Promise<string> {
  const { url, ref } = code;
  const git = gitFor(repository, options);
  if (!(await isFolder(repository))) await git(['init', '--quiet', '--bare', '.']);
  if (ref !== undefined && COMMIT.test(ref) && (await resolved(ref, git))) return ref;
  options.fetching?.();
  const all = [
    '+HEAD:refs/submarine/head',
    '+refs/heads/*:refs/heads/*',
    '+refs/tags/*:refs/tags/*',
  ];
  const fetch = ['fetch', '--quiet', '--prune', '--no-recurse-submodules', '--force', url];
  await git([...fetch, ...all]);
  const names =
    ref === undefined ? ['refs/submarine/head'] : [`refs/heads/${ref}`, `refs/tags/${ref}`];
  const shortened = ref !== undefined && /^[0-9a-f]{4,64}$/.test(ref) ? [ref] : [];
  for (const name of [...names, ...shortened]) {
    const commit = await resolved(name, git);
    if (commit !== undefined) return commit;
  }
  if (ref !== undefined && COMMIT.test(ref)) {
    // It may be on no branch, and a server may give it all the same.
    await git([...fetch, ref]).catch(() => {});
    if (await resolved(ref, git)) return ref;
  }
  throw new SubmarineError({
    kind: 'not-found',
    code: 'code-ref-not-found',
    message: `the repository ${quote(url)} has no branch, tag or commit ${quote(ref ?? 'HEAD')}`,
    data: { url, ref },
  });
}

type Git = (words: readonly string[]) => Promise<string>;

async function resolved(name: string, git: Git): Promise<string | undefined> {
  const words = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
  return git(words).then(
    (text) => text.trim(),
    () => undefined,
  );
}

async function checkOut(
  parent: string,
  { url, name, commit }: RemoteCode & { readonly commit: string },
  options: ProvideOptions,
): Promise<void> {
  const temporary = join(parent, `.${commit}.${randomBytes(4).toString('hex')}`);
  const folder = join(temporary, name);
  await mkdir(folder, { recursive: true });
  try {
    const git = gitFor(folder, options);
    const clone = ['clone', '--quiet', '--no-checkout', '--local', '--no-tags'];
    await git([...clone, '--config', 'core.hooksPath=/dev/null', '../../repository', '.']);
    await git(['remote', 'set-url', 'origin', url]);
    await git(['fetch', '--quiet', '../../repository', commit]);
    await git(['-c', 'advice.detachedHead=false', 'checkout', '--quiet', '--detach', commit]);
    await mkdir(join(parent, commit), { recursive: true });
    await rename(folder, join(parent, commit, name));
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Variables by which git would work in another repository. */
const OF_REPOSITORIES = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_OBJECT_DIRECTORY'];

function gitFor(cwd: string, { env, canAsk, signal }: ProvideOptions): Git {
  const own = Object.entries(env).filter(([name]) => !OF_REPOSITORIES.includes(name));
  const variables = {
    ...Object.fromEntries(own),
    LC_ALL: 'C',
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
    GIT_CEILING_DIRECTORIES: join(cwd, '..'),
    ...(canAsk ? {} : { GIT_TERMINAL_PROMPT: '0' }),
  };
  return async (words) => {
    await mkdir(cwd, { recursive: true });
    try {
      return (await runGit(words, { env: variables, cwd, signal })).text;
    } catch (error) {
      throwIfAborted(signal);
      throw explained(error);
    }
  };
}

function explained(error: unknown): SubmarineError {
  const isMissing = error instanceof GitError && error.isMissing;
  const said = error instanceof GitError ? error.stderr : '';
  const [line = said.trim()] = /^(?:fatal|error): .*$/m.exec(said) ?? [];
  return new SubmarineError({
    kind: 'unavailable',
    code: isMissing ? 'git-missing' : 'code-not-fetched',
    message: isMissing
      ? 'there is no git on this machine, which fetches the code'
      : `git cannot fetch the code: ${line.replace(/^(?:fatal|error): /, '')}`,
    cause: error,
  });
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}
