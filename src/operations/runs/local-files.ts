import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import {
  errorCode,
  InterruptedError,
  InvalidDataError,
  SubmarineError,
  UsageError,
} from '../../errors.ts';
import { readAnyFile } from '../../files/any-file.ts';
import { findPrivateFolder, makePrivateFolder } from '../../files/private-file.ts';
import type { Mount } from '../../launch/mounts.ts';
import type { Variable } from '../../launch/variables.ts';
import { parseVariableFile } from '../../launch/variables.ts';
import { quote, shellQuote } from '../../text/quote.ts';
import type { Variables } from '../../variables.ts';
import type { Call } from '../events.ts';
import type { Caller } from '../submarine.ts';

/**
 * The variables that files set. Pipes are read like files, once.
 *
 * @throws UsageError when one cannot be read
 */
export async function readVariableFiles(
  files: readonly string[],
  { cwd, variables }: Pick<Caller, 'cwd' | 'variables'>,
  call?: Call,
): Promise<readonly Variable[]> {
  const read = files.map(async (name) => {
    const file = resolve(cwd, name);
    const bytes = await readAnyFile(file, call?.signal).catch((cause: unknown) => {
      if (cause instanceof InterruptedError) throw cause;
      throw new UsageError(
        `cannot read the variables file ${quote(file)}`,
        'give a file of KEY=VALUE lines',
        { code: 'variable-file-not-readable', data: { path: file }, cause },
      );
    });
    return parseVariableFile(bytes.toString(), file, variables);
  });
  return (await Promise.all(read)).flat();
}

/**
 * The engine would make a folder that is not there, empty and as root's.
 *
 * @throws UsageError
 */
export async function checkFolders(
  code: string | undefined,
  mounts: readonly Mount[],
): Promise<void> {
  if (code !== undefined) await checkCodeFolder(code);
  for (const { type, source } of mounts) {
    if (type !== 'bind' || source === undefined || existsSync(source)) continue;
    throw new UsageError(
      `cannot mount ${quote(source)}: it does not exist`,
      `create it: mkdir -p ${shellQuote(source)}`,
      { code: 'mount-missing', data: { folder: source } },
    );
  }
}

async function checkCodeFolder(folder: string): Promise<void> {
  const stats = await stat(folder).catch(() => undefined);
  if (stats?.isDirectory() === true) return;
  throw stats === undefined
    ? new UsageError(`the code folder ${quote(folder)} does not exist`, undefined, {
        code: 'code-missing',
        data: { folder },
      })
    : new UsageError(`the code ${quote(folder)} is a file, and not a folder`, undefined, {
        code: 'code-not-folder',
        data: { folder, parent: dirname(folder) },
      });
}

/** Files of this machine that conda and pip read: certificates that they trust, conda's settings, and logins. */
export function findSettingsFiles(env: Variables, home: string): Readonly<Record<string, string>> {
  const candidates = {
    PIP_CERT: env['PIP_CERT'],
    SSL_CERT_FILE: env['SSL_CERT_FILE'],
    CONDARC: env['CONDARC'] ?? join(home, '.condarc'),
    NETRC: env['NETRC'] ?? join(home, '.netrc'),
  };
  const found: Record<string, string> = {};
  for (const [name, path] of Object.entries(candidates)) {
    if (path !== undefined && path !== devNull && existsSync(path)) found[name] = resolve(path);
  }
  return found;
}

/** What builds make in the folder for kernels, and earlier versions did. */
const OF_BUILDS: ReadonlySet<string> = new Set([
  ...['archives', 'builds', 'kernels', 'locks', 'logs'],
  ...['images', 'pip', 'pkgs', 'used', 'wheels', 'channels', 'engines.json', 'targets.json'],
]);

/**
 * Makes the folder for kernels: the engine would make it as root's, and others could put kernels into it. One that is
 * there is closed to others, unless it is there for something else.
 *
 * @returns its path without links
 * @throws InvalidDataError when it holds only what no build makes, or is not the user's own
 * @throws SubmarineError when it cannot be made
 */
export async function makeKernelFolder(path: string): Promise<string> {
  const used = existsSync(join(path, 'kernels')) ? findPrivateFolder(path) : undefined;
  if (used !== undefined) return used;
  try {
    const names = await readdir(path).catch(() => []);
    if (names.length > 0 && !names.some((name) => OF_BUILDS.has(name))) {
      throw new InvalidDataError(
        `the folder for kernels ${quote(path)} is used for something else: it holds ${quote(names[0] ?? '')}`,
        'give kernels a folder of their own: cache: FOLDER in your configuration',
      );
    }
    return await makePrivateFolder(path);
  } catch (cause) {
    if (cause instanceof SubmarineError) throw cause;
    throw new SubmarineError({
      kind: 'cannot-write',
      code: 'kernel-folder-not-writable',
      message: `cannot create the kernel folder ${quote(path)} (${errorCode(cause) ?? String(cause)})`,
      data: { path },
      cause,
    });
  }
}
