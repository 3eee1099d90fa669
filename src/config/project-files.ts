import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Where a project's file may lie in a folder, in the order in which they are looked for. */
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
  return projectFilesOf(folder).filter(({ path }) => existsSync(path));
}

/** Those from a folder up to the home folder or the root, the nearest first. */
export function projectFilesAbove(cwd: string, home: string): readonly ProjectFile[] {
  const found: ProjectFile[] = [];
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    found.push(...projectFilesIn(folder));
    if (folder === resolve(home) || folder === dirname(folder)) return found;
  }
}

/** The folder that a project's file is of; one in `.config/` is of the folder above. */
export function projectFolder(path: string): string {
  const folder = dirname(path);
  return basename(folder) === '.config' ? dirname(folder) : folder;
}
