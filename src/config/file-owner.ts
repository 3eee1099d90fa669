import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

import { quote } from '../text/quote.ts';
import type { ProjectFile } from './project-files.ts';

/** Whose files are obeyed, beside root's. */
export interface FileUser {
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
}

/**
 * Why somebody else than the user and root may decide what a file says: by the file, its folder, or the folder of a
 * link to it. Undefined where nobody does.
 */
export function whyForeign({ folder, path }: ProjectFile, user: FileUser): string | undefined {
  // What is not a file is refused for that, unless others may put it there.
  const own = statSync(path).isFile() ? [path] : [];
  for (const place of [folder, ...foldersOnTheWay(path), ...own]) {
    const why = whyOthersDecide(place, user);
    if (why !== undefined) return why;
  }
  return undefined;
}

/** The folder of a path, and where the path is a link, of what it leads to, link by link. */
function foldersOnTheWay(path: string): readonly string[] {
  const folder = dirname(path);
  return lstatSync(path).isSymbolicLink()
    ? [folder, ...foldersOnTheWay(resolve(folder, readlinkSync(path)))]
    : [folder];
}

function whyOthersDecide(place: string, user: FileUser): string | undefined {
  const { uid, gid, mode } = statSync(place);
  if (uid !== user.uid && uid !== 0) return `uid ${uid} owns ${quote(place)}`;
  if ((mode & 0o002) !== 0) return `anyone can write to ${quote(place)}`;
  if ((mode & 0o020) !== 0 && gid !== user.gid) return `group ${gid} can write to ${quote(place)}`;
  return undefined;
}
