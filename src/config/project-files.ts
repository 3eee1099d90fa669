import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

import { errorCode } from '../errors.ts';

/**
 * Where a project's file may lie in a folder, in the order in which they are looked for: those of cosmiconfig's places
 * that hold no code. They stand here too because every start looks for them, and cosmiconfig takes 24 ms to load.
 */
const PROJECT_FILES = ['', '.json', '.yaml', '.yml'].flatMap((ending) => [
  `.submarinerc${ending}`,
  `.config/submarinerc${ending}`,
]);

/** A configuration file of a project, and the folder in which it was looked for. */
export interface ProjectFile {
  readonly folder: string;
  readonly path: string;
}

/** Every place in a folder where a configuration file of a project may lie. */
export function projectFilesOf(folder: string): readonly ProjectFile[] {
  return PROJECT_FILES.map((name) => ({ folder, path: join(folder, name) }));
}

/** Those that are there; the first is the one that is used. */
export function projectFilesIn(folder: string): readonly ProjectFile[] {
  return projectFilesOf(folder).filter(({ path }) => isThere(path));
}

/** Those from a folder up to the home folder or the root, the nearest first. */
export function projectFilesAbove(cwd: string, home: string): readonly ProjectFile[] {
  const found: ProjectFile[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    found.push(...projectFilesIn(folder));
    if (folder === resolve(home) || folder === dirname(folder)) return found;
  }
}

/** Whether something has that name: a link to nothing, too, and what may not be looked at. */
export function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !isGone(error);
  }
}

export function isGone(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error) ?? '');
}

/** The folder that a project's file is of; one in `.config/` is of the folder above. */
export function projectFolder(path: string): string {
  const folder = dirname(path);
  return basename(folder) === '.config' ? dirname(folder) : folder;
}
