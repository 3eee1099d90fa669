import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';

import { loadConfigurationFile } from '../../config/explorer.ts';
import { projectFilesIn, projectFilesOf } from '../../config/project-files.ts';
import type { TrustedFile } from '../../config/trust.ts';
import { createTrust } from '../../config/trust.ts';
import { SubmarineError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import type { Caller } from '../submarine.ts';

interface FolderRequest {
  /** The folder of the configuration file. */
  readonly folder: string;
  readonly dryRun?: boolean | undefined;
}

/**
 * Accepts the file that a folder's configuration is read from, as it is now.
 *
 * @returns its path
 * @throws SubmarineError of the kind `not-found` when there is none
 */
export async function acceptConfiguration(
  caller: Caller,
  { folder, dryRun = false }: FolderRequest,
): Promise<string> {
  const [first] = projectFilesIn(await realFolder(folder, caller));
  if (first === undefined) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'no-configuration',
      message: `there is no configuration file in ${quote(folder)}`,
      remedy: 'name the folder that holds .submarinerc',
      data: { folder },
    });
  }
  const file = await loadConfigurationFile(first.path);
  if (!dryRun) await createTrust(caller.folders.state).accept(file);
  return file.path;
}

/** Whether the file that a folder's configuration is read from is accepted, as it is now. */
export async function isConfigurationAccepted(folder: string, caller: Caller): Promise<boolean> {
  const [first] = projectFilesIn(folder);
  if (first === undefined) return false;
  return typeof (await createTrust(caller.folders.state).find(first.path)) === 'object';
}

/**
 * Accepts the files of a folder no longer; also one that is gone.
 *
 * @returns their paths
 * @throws SubmarineError of the kind `not-found` when none was accepted
 */
export async function revokeConfiguration(
  caller: Caller,
  { folder, dryRun = false }: FolderRequest,
): Promise<readonly string[]> {
  const trust = createTrust(caller.folders.state);
  const places = projectFilesOf(await realFolder(folder, caller)).map(({ path }) => path);
  const paths = (await trust.list())
    .map(({ path }) => path)
    .filter((path) => places.includes(path));
  if (paths.length === 0) {
    throw new SubmarineError({
      kind: 'not-found',
      code: 'configuration-not-accepted',
      message: `no configuration file in ${quote(folder)} was accepted`,
      data: { folder },
    });
  }
  if (!dryRun) await trust.revoke(paths);
  return paths;
}

/** The configuration files that the user accepted. */
export function listTrusted({ folders }: Caller): Promise<readonly TrustedFile[]> {
  return createTrust(folders.state).list();
}

/** Without links, as files are accepted; a folder that is gone as it is named. */
async function realFolder(folder: string, { cwd }: Caller): Promise<string> {
  const path = resolve(cwd, folder);
  return realpath(path).catch(() => path);
}
