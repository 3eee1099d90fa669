import { isMapping } from '../environment/finding.ts';
import { InvalidDataError } from '../errors.ts';
import { withoutCredentials } from '../kernel/credentials.ts';
import { excerpt } from '../text/excerpt.ts';
import { WHOLE } from './lock-forms.ts';
import type { LockedPackage } from './lock.ts';
import { isPackageUrl, readPackageUrl } from './package-url.ts';

/** What conda says of one package. */
type Item = Readonly<Record<string, unknown>>;

/**
 * Reads what `conda create --dry-run --json` prints, or that of mamba or micromamba, each with an empty package cache:
 * conda tells the addresses of what it would fetch alone.
 *
 * @param text - may hold other lines before and after the JSON
 * @returns the packages in the order of their installation, their addresses without logins
 * @throws InvalidDataError when it is no list of packages, or one that a lock cannot hold
 * @see https://docs.conda.io/projects/conda/en/stable/commands/create.html
 */
export function parseSolvedPackages(text: string): readonly LockedPackage[] {
  const { LINK: linked, FETCH: fetched = [] } = readActions(text);
  // conda leaves LINK out where nothing is to be installed, and mamba both.
  if (linked === undefined) return [];
  if (!isItems(linked) || !isItems(fetched)) throw unreadable(text);
  const fetchedByName = new Map(fetched.map((item) => [item['name'], item]));
  return linked.map((item) =>
    toLockedPackage('url' in item ? item : (fetchedByName.get(item['name']) ?? item)),
  );
}

function readActions(text: string): Item {
  const values = readObjects(text);
  const actions = values.map((value) => value['actions']).findLast(isMapping);
  if (actions !== undefined) return actions;
  const error = values.map(errorOf).findLast((words) => words !== undefined);
  throw error === undefined
    ? unreadable(text)
    : new InvalidDataError(
        `the dependencies cannot be solved: ${excerpt(withoutLogins(error))}`,
        'check the names and versions under dependencies, and the channels',
      );
}

/** conda gives its error as one text, micromamba what it found as several. */
function errorOf({ error, solver_problems: problems }: Item): string | undefined {
  if (typeof error === 'string') return error.trim();
  return Array.isArray(problems) && problems.length > 0 ? problems.join('; ') : undefined;
}

/** The objects of JSON in a text that stand on lines of their own; the braces within one are indented. */
function readObjects(text: string): readonly Item[] {
  const found: Item[] = [];
  const lines = text.split(/\r?\n/);
  let start: number | undefined;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('{')) start = index;
    if (start === undefined || !line.trimEnd().endsWith('}') || line.startsWith(' ')) continue;
    const value = parseObject(lines.slice(start, index + 1).join('\n'));
    if (value !== undefined) found.push(value);
    start = undefined;
  }
  return found;
}

function parseObject(text: string): Item | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isItems(value: unknown): value is readonly Item[] {
  return Array.isArray(value) && value.every(isMapping);
}

function toLockedPackage(item: Item): LockedPackage {
  const { name, version, url, md5, sha256, depends } = item;
  const build = item['build'] ?? item['build_string'];
  const read = typeof url === 'string' ? readPackageUrl(withoutCredentials(url)) : undefined;
  const known = read !== undefined && isPackageUrl(read);
  if (!known || !isText(name, 'name') || !isText(version, 'word') || !isText(build, 'word')) {
    const why = read === undefined || known ? undefined : read.message;
    throw new InvalidDataError(
      `the package ${excerpt(String(name))} cannot be installed from a list: ${why ?? 'its name, version, build or address is missing'}`,
      'take it from another channel',
    );
  }
  const checksums = {
    ...(isText(sha256, 'sha256') ? { sha256 } : {}),
    ...(isText(md5, 'md5') ? { md5 } : {}),
  };
  return {
    ...{ name, version, build, url: read.url },
    ...(Object.keys(checksums).length === 0 ? { checksum: 'none' } : checksums),
    ...dependsOf(depends),
  };
}

/** mamba 1 has null for a package without dependencies. */
function dependsOf(depends: unknown): Pick<LockedPackage, 'depends'> {
  if (depends === null) return { depends: [] };
  return Array.isArray(depends) && depends.every((one) => typeof one === 'string')
    ? { depends }
    : {};
}

function isText(value: unknown, form: keyof typeof WHOLE): value is string {
  return typeof value === 'string' && WHOLE[form].test(value);
}

function unreadable(text: string): InvalidDataError {
  return new InvalidDataError(
    `conda printed no list of packages but ${excerpt(withoutLogins(text.trim()))}`,
    'use an image with a newer conda, mamba or micromamba',
  );
}

/** conda repeats the addresses of channels as it was given them. */
function withoutLogins(text: string): string {
  return text.replaceAll(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>]+/gi, withoutCredentials);
}
