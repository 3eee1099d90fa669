import type { Stats } from 'node:fs';
import { lstatSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import type { Settings } from '../../config/settings.ts';
import type { RemoteCode } from '../../git/remote-code.ts';
import { isRemoteCode, parseRemoteCode } from '../../git/remote-code.ts';
import { codeMount } from '../../launch/launch-plan.ts';
import type { LaunchRequest } from '../../launch/launch-request.ts';
import type { Call } from '../events.ts';
import { tellStep } from '../events.ts';
import type { Caller } from '../submarine.ts';
import type { RunRequest } from './run-request.ts';

/** The code of a launch. */
export type FoundCode = Pick<LaunchRequest, 'code' | 'codeSource' | 'codeReadOnly' | 'gitMounts'>;

/**
 * The code folder that is meant; what is in a repository elsewhere is fetched.
 *
 * @param dryRun - whether nothing is fetched: then the folder of a repository elsewhere need not be there
 * @throws as `parseRemoteCode` and `provideCode` do
 */
export async function findCode(
  { code: given, codeReadOnly, git = true }: Pick<RunRequest, 'code' | 'codeReadOnly' | 'git'>,
  settings: Settings,
  caller: Caller,
  { dryRun, call }: { readonly dryRun: boolean; readonly call: Call | undefined },
): Promise<FoundCode> {
  if (given === false) return { code: undefined, codeReadOnly };
  const named = given ?? settings.code ?? '.';
  if (isRemoteCode(named)) {
    const remote = parseRemoteCode(named);
    if (!dryRun) return provideRemote(remote, caller, call);
    const { codeFolder } = await import('../../git/provide-code.ts');
    return { code: codeFolder(codeCache(caller), remote), codeReadOnly: true };
  }
  return withGit({ code: resolve(caller.cwd, named), codeReadOnly }, git);
}

/** The same of a run that is repeated: its very commit. */
export async function findCodeAgain(
  { code, codeReadOnly, codeSource, gitMounts }: FoundCode,
  caller: Caller,
  { dryRun, call }: { readonly dryRun: boolean; readonly call: Call | undefined },
): Promise<FoundCode> {
  if (codeSource !== undefined) {
    const { url, commit: ref } = codeSource;
    const { name } = parseRemoteCode(`git+${url}`);
    if (dryRun) return { code, codeReadOnly: true, codeSource };
    const found = await provideRemote({ url, name, ref }, caller, call);
    return { ...found, codeSource };
  }
  return withGit({ code, codeReadOnly }, gitMounts !== undefined);
}

async function provideRemote(
  remote: RemoteCode,
  caller: Caller,
  call: Call | undefined,
): Promise<FoundCode> {
  const { url, ref } = remote;
  const { provideCode } = await import('../../git/provide-code.ts');
  const { folder, commit } = await provideCode(codeCache(caller), remote, {
    ...{ env: caller.variables, canAsk: caller.terminal !== undefined, signal: call?.signal },
    fetching: () => tellStep(call, { step: 'fetching-code', url }),
  });
  // It is of every run of that commit.
  return { code: folder, codeReadOnly: true, codeSource: { url, ref, commit } };
}

/** In the host's own folder, where no container writes. */
export function codeCache({ folders }: Pick<Caller, 'folders'>): string {
  return join(folders.host, 'code');
}

/** Seen at once, since every start waits for it: whether `.git` is something else than a folder of the code's own. */
function mayHaveOuterGit(code: string): boolean {
  for (let folder = code; ; folder = dirname(folder)) {
    const stats = statsOf(join(folder, '.git'));
    if (stats !== undefined) return folder !== code || !stats.isDirectory();
    if (folder === dirname(folder)) return false;
  }
}

/** Of a folder that cannot be looked into, or is none, nothing is known. */
function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

async function withGit(found: FoundCode, git: boolean): Promise<FoundCode> {
  const mount = git ? codeMount(found) : undefined;
  if (mount === undefined || found.code === undefined || !mayHaveOuterGit(found.code)) return found;
  const { outerGitFolders } = await import('../../git/outer-folders.ts');
  const folders = await outerGitFolders(found.code, mount.target);
  const gitMounts = folders.map(
    ({ source, target }) => ({ type: 'bind', source, target, readOnly: true }) as const,
  );
  return { ...found, gitMounts };
}
