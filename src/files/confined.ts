import { constants, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { open, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { errorCode, InvalidDataError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { readRegularFile } from './regular-file.ts';

/** A path that must stay in a folder leads out of it. */
export class OutsideError extends InvalidDataError {
  constructor(path: string, folder: string, target: string) {
    super(
      `${quote(path)} leads out of ${quote(folder)}, to ${quote(target)}`,
      'remove the link: what a project names must be its own',
    );
  }
}

/** In the place of a project's store or lock lies something that is not such a file. */
export class NotOwnFileError extends InvalidDataError {
  constructor(path: string, what: string) {
    super(
      `${quote(path)} is ${what}`,
      'a store or lock of a project is a regular .yaml or .yml file: replace it with one',
    );
  }
}

/**
 * Where a path leads once links are resolved: the file itself, every folder above it, and a link to what is not there.
 *
 * @throws what the system call threw, `ELOOP` where links lead in a circle
 */
export function realTarget(path: string): string {
  try {
    // Not Node's own way, which takes `..` of a link's text before it follows what stands in front of it.
    return realpathSync.native(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
  const folder = realTarget(dirname(path));
  const own = join(folder, basename(path));
  const link = readLink(own);
  return link === undefined ? own : realTarget(resolve(folder, link));
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if (['ENOENT', 'EINVAL'].includes(errorCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** Whether a path is in a folder, or the folder itself, once the links of both are resolved. */
export function isInside(path: string, folder: string): boolean {
  return isBelow(realTarget(path), realTarget(folder));
}

function isBelow(target: string, folder: string): boolean {
  const way = relative(folder, target);
  return way !== '..' && !way.startsWith('../') && !isAbsolute(way);
}

/** @throws OutsideError */
export function assertInside(path: string, folder: string): void {
  if (!isInside(path, folder)) throw new OutsideError(path, folder, realTarget(path));
}

/**
 * Refuses a file that a folder's owner may not have written there: one elsewhere, one that is not YAML, or a link, which
 * could lead to another file of the folder that is code, such as a hook of git's. It need not exist.
 *
 * @throws OutsideError
 * @throws NotOwnFileError
 */
export function assertOwnFile(path: string, folder: string): void {
  assertInside(path, folder);
  if (!/\.ya?ml$/.test(path)) throw new NotOwnFileError(path, 'not a YAML file by its name');
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    throw new NotOwnFileError(path, 'a link');
  }
}

/**
 * Reads such a file, or any regular one where no folder is given. A link that takes its place, or that of its folder,
 * meanwhile leads nowhere.
 *
 * @throws OutsideError
 * @throws NotOwnFileError
 * @throws what the system call threw; `ENOTSUP` where it is a FIFO or a device, which may have no end
 */
export async function readOwnFile(path: string, folder: string | undefined): Promise<Buffer> {
  if (folder === undefined) return readRegularFile(path);
  assertOwnFile(path, folder);
  return inFolder(path, folder, (own) => readRegularFile(own, { noLink: true }));
}

/**
 * Does some work on a file of a folder that must lie in another one, and stay there: a container that has the folder
 * mounted may put a link in its place at any moment. On Linux the work gets a path through the open folder itself,
 * which no link can lead elsewhere.
 *
 * @param target - its folder may be reached through links
 * @throws OutsideError
 */
export async function inFolder<Value>(
  target: string,
  folder: string,
  work: (path: string) => Promise<Value>,
): Promise<Value> {
  const handle = await open(dirname(target), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    const held = `/proc/self/fd/${handle.fd}`;
    const place = await readlink(held).catch(() => undefined);
    const real = place ?? (await realpath(dirname(target)));
    if (!isBelow(real, realTarget(folder))) throw new OutsideError(target, folder, real);
    return await work(place === undefined ? target : join(held, basename(target)));
  } finally {
    await handle.close();
  }
}
