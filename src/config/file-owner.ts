import { lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';

import { errorCode, isSystemError } from '../errors.ts';
import { quote } from '../text/quote.ts';
import { OddFileError } from './odd-file.ts';
import type { ProjectFile } from './project-files.ts';
import { isGone, isThere } from './project-files.ts';

/** Whose files are obeyed, beside root's. */
export interface FileUser {
  readonly uid: number;
  /** The primary group. */
  readonly gid: number;
}

/** As many links as Linux follows. */
const MAX_LINKS = 40;

/**
 * Why somebody else than the user and root may decide what a file says: by the file, its folder, or the folder of a
 * link to it. What cannot be found out counts as a reason.
 *
 * @returns undefined where nobody does, `gone` where there is no file, or none any more
 * @throws OddFileError for a link to nothing, or in a circle, that only the user or root can have made
 */
export function whyForeign(
  file: ProjectFile,
  user: FileUser,
): { why: string } | 'gone' | undefined {
  try {
    for (const place of placesOf(file)) {
      const why = whyOthersDecide(place, user);
      if (why !== undefined) return { why };
    }
    return undefined;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (!isGone(error)) {
      return { why: `${quote(file.path)} cannot be looked at (${errorCode(error) ?? ''})` };
    }
    if (isThere(file.path)) throw new OddFileError(file.path, 'a link to nothing');
    return 'gone';
  }
}

/** The folder, that of each link on the way, and the file, which is looked for when all before is the user's. */
function* placesOf({ folder, path }: ProjectFile): Generator<string> {
  yield folder;
  let at = path;
  for (let links = 0; links <= MAX_LINKS; links += 1) {
    // Not by text: a `..` in a link is a step up from where the folder before it leads.
    const place = realpathSync.native(dirname(at));
    yield place;
    at = join(place, basename(at));
    const stats = lstatSync(at);
    if (!stats.isSymbolicLink()) {
      // What is not a file is refused for that, unless others may put it there.
      if (stats.isFile()) yield at;
      return;
    }
    const text = readlinkSync(at);
    at = isAbsolute(text) ? text : `${place}/${text}`;
  }
  throw new OddFileError(path, 'a link in a circle');
}

function whyOthersDecide(place: string, user: FileUser): string | undefined {
  const { uid, gid, mode } = statSync(place);
  if (uid !== user.uid && uid !== 0) return `uid ${uid} owns ${quote(place)}`;
  if ((mode & 0o002) !== 0) return `anyone can write to ${quote(place)}`;
  if ((mode & 0o020) !== 0 && gid !== user.gid) return `group ${gid} can write to ${quote(place)}`;
  return undefined;
}
