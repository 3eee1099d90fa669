/** An archive of a package, as a list of packages names it. */
export interface ListedArchive {
  readonly kind: 'conda' | 'pip';
  readonly url: string;
  readonly sha256: string | undefined;
  readonly md5: string | undefined;
}

/**
 * The archives that a list installs, but those that lie in the image itself (`file:`) and what comes from repositories.
 *
 * @param list - as `lockedSpecification` writes it
 */
export function listArchives(list: string): readonly ListedArchive[] {
  return list.split('\n').flatMap((line) => condaArchive(line) ?? pipArchive(line) ?? []);
}

function condaArchive(line: string): ListedArchive | undefined {
  const [, sum, url = '', md5] = /^conda (\S+) ([^#]+)(?:#(.*))?$/.exec(line) ?? [];
  if (!/^https?:/.test(url)) return undefined;
  return { kind: 'conda', url, sha256: sum === '-' ? undefined : sum, md5 };
}

function pipArchive(line: string): ListedArchive | undefined {
  const [, url, sha256] = /^pip \S+ @ (https?:\S+) --hash=sha256:(\S+)$/.exec(line) ?? [];
  return url === undefined ? undefined : { kind: 'pip', url, sha256, md5: undefined };
}

/** Whether pip has to build something of a list from its source, for which it may need what no list names. */
export function buildsFromSource(list: string): boolean {
  return list
    .split('\n')
    .some((line) => /^pip(?:-open)? /.test(line) && !/\.whl --hash=sha256:\S+$/.test(line));
}

/** Whether pip installs anything of a list. */
export function usesPip(list: string): boolean {
  return /^pip(?:-open)? /m.test(list);
}

/** Whether pip would choose versions itself. */
export function isPipOpen(list: string): boolean {
  return /^pip-open /m.test(list);
}
