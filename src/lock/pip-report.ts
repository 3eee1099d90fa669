import { isMapping } from '../environment/finding.ts';
import { InvalidDataError } from '../errors.ts';
import { excerpt } from '../text/excerpt.ts';
import { WHOLE } from './lock-forms.ts';
import type { LockedRequirement } from './lock.ts';
import { pipName, requirementsInOrder } from './package-order.ts';

/** What pip says of one package that it would install. */
interface ReportItem {
  readonly metadata: { readonly name: string; readonly version: string };
  readonly download_info: {
    readonly url: string;
    readonly subdirectory?: string;
    readonly archive_info?: {
      readonly hash?: string;
      readonly hashes?: Readonly<Record<string, string>>;
    };
    readonly vcs_info?: { readonly vcs: string; readonly commit_id: string };
    readonly dir_info?: { readonly editable?: boolean };
  };
}

/**
 * Reads what `pip install --dry-run --report` prints.
 *
 * @returns exact packages, by name
 * @throws InvalidDataError when a package is a folder, which has no version that anybody else could get, or the text is
 *   no report
 * @see https://pip.pypa.io/en/stable/reference/installation-report/
 */
export function parsePipReport(text: string): readonly LockedRequirement[] {
  const requirements = requirementsInOrder(readItems(text).map(toRequirement));
  for (const { name, version, url } of requirements) {
    if (WHOLE.word.test(version) && WHOLE.urlWithFragment.test(url)) continue;
    throw new InvalidDataError(
      `no lock can hold the version or the address of the pip package ${excerpt(name)}: ${excerpt(url)}`,
      'name another release of it',
    );
  }
  return requirements;
}

function readItems(text: string): readonly ReportItem[] {
  try {
    const { install } = JSON.parse(text) as { readonly install?: unknown };
    if (Array.isArray(install) && install.every(isReportItem)) return install;
  } catch {
    // As what is JSON and no report.
  }
  throw new InvalidDataError(
    `pip printed no report but ${excerpt(text)}`,
    'the kernel needs pip 22.2 or newer: add - pip>=22.2 to its dependencies',
  );
}

function isReportItem(item: unknown): item is ReportItem {
  if (!isMapping(item) || !isMapping(item['metadata']) || !isMapping(item['download_info'])) {
    return false;
  }
  const { name, version } = item['metadata'];
  const { url, vcs_info: vcs = { vcs: '', commit_id: '' } } = item['download_info'];
  const texts = isMapping(vcs) ? [name, version, url, vcs['vcs'], vcs['commit_id']] : [undefined];
  return texts.every((text) => typeof text === 'string');
}

function toRequirement({ metadata, download_info: from }: ReportItem): LockedRequirement {
  const { name, version } = metadata;
  const { url, archive_info: archive, vcs_info: vcs, dir_info: folder, subdirectory } = from;
  if (folder !== undefined || (vcs === undefined && archive === undefined)) {
    throw new InvalidDataError(
      `the pip package ${excerpt(name)} is a folder, ${excerpt(url)}, and cannot be locked`,
      'name a release of it, or git+https://… ',
    );
  }
  const address = withoutLogin(url).replaceAll(' ', '%20');
  if (vcs !== undefined) {
    const part = subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`;
    return { name: pipName(name), version, url: `${vcs.vcs}+${address}@${vcs.commit_id}${part}` };
  }
  const sha256 = archive?.hashes?.['sha256'] ?? /^sha256=(.*)$/.exec(archive?.hash ?? '')?.[1];
  const part = subdirectory === undefined ? '' : `#subdirectory=${subdirectory}`;
  return {
    name: pipName(name),
    version,
    url: address + part,
    ...(sha256 === undefined ? { checksum: 'none' } : { sha256: sha256.toLowerCase() }),
  };
}

/** An index may be asked with a password, which pip takes from its own settings again; `git@` of ssh tells nothing. */
function withoutLogin(url: string): string {
  return url.replace(/^((?:https?|ftp):\/\/)[^/]*@/i, '$1').replace(/(:\/\/[^/@:]*):[^/]*@/, '$1@');
}
