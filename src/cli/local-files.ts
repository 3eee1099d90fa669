import { existsSync } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { errorCode, ExitCode, SubmarineError, UsageError } from '../errors.ts';
import { makePrivateFolder } from '../files/private-file.ts';
import type { LaunchFacts, LaunchRequest } from '../launch/launch-request.ts';
import { parseVolume } from '../launch/mounts.ts';
import { namesInVariableFile } from '../launch/variables.ts';
import { quote, shellQuote } from '../text/quote.ts';

/**
 * The names that the files of `--env-file` set.
 *
 * @throws UsageError when one cannot be read
 */
export async function readVariableNames(files: readonly string[]): Promise<readonly string[]> {
  const texts = await Promise.all(
    files.map((file) =>
      readFile(file, 'utf8').catch((cause: unknown) => {
        throw new UsageError(
          `the file ${quote(file)} for --env-file cannot be read`,
          'give a file of KEY=VALUE lines',
          { cause },
        );
      }),
    ),
  );
  return texts.flatMap(namesInVariableFile);
}

/** The engine would make a folder that is not there, empty and as root's. */
export async function checkFolders({ code, volumes }: LaunchRequest, cwd: string): Promise<void> {
  if (code !== undefined && !(await isDirectory(code))) {
    throw new UsageError(
      `the code folder ${quote(code)} is not there`,
      'give one that is: --code DIR, or --no-code',
    );
  }
  for (const volume of volumes) {
    const { localPath } = parseVolume(volume, cwd);
    if (localPath !== undefined && !(await exists(localPath))) {
      throw new UsageError(
        `${quote(localPath)} is not there to be mounted`,
        `make it first: mkdir -p ${shellQuote(localPath)}`,
      );
    }
  }
}

/** Files of this machine that a build of a kernel reads: certificates that it trusts, conda's settings, and logins. */
export function findBuildFiles(
  env: LaunchFacts['env'],
  home: string,
): Readonly<Record<string, string>> {
  const candidates = {
    PIP_CERT: env['PIP_CERT'],
    SSL_CERT_FILE: env['SSL_CERT_FILE'],
    CONDARC: env['CONDARC'] ?? join(home, '.condarc'),
    NETRC: env['NETRC'] ?? join(home, '.netrc'),
  };
  const found: Record<string, string> = {};
  for (const [name, path] of Object.entries(candidates)) {
    if (path !== undefined && existsSync(path)) found[name] = resolve(path);
  }
  return found;
}

/** The engine would make the folder that it mounts as root's, and others could put kernels into it. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makePrivateFolder(path);
  } catch (cause) {
    throw new SubmarineError(
      `the folder for kernels ${quote(path)} cannot be made (${errorCode(cause) ?? String(cause)})`,
      'make room or give yourself access, or name another: cache: FOLDER in your configuration',
      ExitCode.cannotWrite,
      { cause },
    );
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (status) => status.isDirectory(),
    () => false,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
