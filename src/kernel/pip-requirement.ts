import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { refuseCredentials } from './credentials.ts';

const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
const EXTRAS = String.raw`(?:\s*\[[A-Za-z0-9._,\s-]*\])?`;
const SPECIFIER = String.raw`(?:===\s*[^\s,;)]+|~=\s*v?\d[\w.+!-]*|(?:==|!=|<=|>=|<|>)\s*v?[\w.+!*-]+)`;
const SPECIFIERS = String.raw`${SPECIFIER}(?:\s*,\s*${SPECIFIER})*\s*,?`;
const MARKER = String.raw`(?:\s*;.+)?`;
const REQUIREMENT = new RegExp(
  String.raw`^${NAME}${EXTRAS}\s*(?:${SPECIFIERS}|\(\s*${SPECIFIERS}\s*\))?${MARKER}$`,
);
const AT_URL = new RegExp(String.raw`^${NAME}${EXTRAS}\s*@\s*(\S+)${MARKER}$`);
const REMOTE = /^(?:(?:git|hg|svn|bzr)\+)?(?:https?|ssh|git|svn|lp|ftp):\/\/\S+$/;
const FILE_ENDING = /\.(?:whl|zip|tar\.gz|tar\.bz2|tgz)$/i;

/** Options of a requirements file that hold for the whole list, by what stands behind them. */
const OPTIONS: Readonly<Record<string, 'nothing' | 'address' | 'text' | 'file' | 'requirement'>> = {
  '-i': 'address',
  '--index-url': 'address',
  '--pypi-url': 'address',
  '--extra-index-url': 'address',
  '-f': 'address',
  '--find-links': 'address',
  '--no-index': 'nothing',
  '--pre': 'nothing',
  '--prefer-binary': 'nothing',
  '--require-hashes': 'nothing',
  '--trusted-host': 'text',
  '--no-binary': 'text',
  '--only-binary': 'text',
  '--use-feature': 'text',
  '-c': 'file',
  '--constraint': 'file',
  '-r': 'file',
  '--requirement': 'file',
  '-e': 'requirement',
  '--editable': 'requirement',
};

const KNOWN_OPTIONS = Object.keys(OPTIONS)
  .filter((option) => option.startsWith('--'))
  .join(' ');

/** A line of a pip list that is an option for the whole list and no requirement. */
export function isPipOption(line: string): boolean {
  return line.startsWith('-') && !/^(?:-e|--editable)\b/.test(line);
}

/** The file that a line `-r FILE` reads in, as it is written there; undefined for every other line. */
export function requirementsFile(line: string): string | undefined {
  return /^(?:-r|--requirement)(?:\s*=?\s*)(\S.*)$/
    .exec(line.trim())?.[1]
    ?.replace(/^file:(?:\/\/)?(?!\/)/, '');
}

/**
 * Says why a text is not a line of a pip list that can be installed anywhere: what refers to a file of the author's own
 * is refused, since no image holds it.
 *
 * @param text - as in a requirements file: `numpy==1.2`, `x[a]>=1,<2`, `x @ https://…`, `git+https://…`, `--pre`
 * @see https://pip.pypa.io/en/stable/reference/requirements-file-format/
 */
export function refusePipLine(text: string): Refusal | undefined {
  const line = text.trim();
  if (line === '')
    return { message: 'a pip line is empty', remedy: 'write a requirement or remove the line' };
  if (/[\r\n]/.test(line)) return refusal(line, 'write each requirement on a line of its own');
  return (
    refuseCredentials(line) ?? (line.startsWith('-') ? refuseOption(line) : refuseRequirement(line))
  );
}

function refuseOption(line: string): Refusal | undefined {
  const [, name = '', value = ''] =
    /^(--?[A-Za-z][A-Za-z-]*?|-[a-z])(?:\s*=\s*|\s+|(?<=^-[a-z])(?=\S)|$)(.*)$/.exec(line) ?? [];
  const kind = OPTIONS[name];
  if (kind === undefined) return refusal(line, `the options of a pip list are ${KNOWN_OPTIONS}`);
  if (kind === 'nothing') {
    return value === '' ? undefined : refusal(line, `${name} stands alone on its line`);
  }
  if (kind === 'text') {
    return value === '' ? refusal(line, `write a value behind ${name}`) : undefined;
  }
  if (REMOTE.test(value)) return undefined;
  return kind === 'file' ? refusal(line, 'write the lines of that file here') : refuseOwn(line);
}

function refuseRequirement(line: string): Refusal | undefined {
  // What pip takes behind one requirement: `--hash=sha256:…`, and from habit an index.
  const requirement = line
    .replace(/\s+--?[a-z][a-z-]*[\s=]\S+(?:\s+\S+)*$/, '')
    .replace(/\s+#.*$/, '');
  const [, url = requirement] = AT_URL.exec(requirement) ?? [];
  if (REMOTE.test(url)) return undefined;
  if (url !== requirement || isOwnFile(requirement)) return refuseOwn(line);
  if (REQUIREMENT.test(requirement)) return undefined;
  if (/\s-(?:\s|$)/.test(line)) return refusal(line, 'write each on a line of its own');
  if (/[{}%$]/.test(line)) return refusal(line, 'it looks like a template; fill it in first');
  const [, name, version, build] = /^([\w.-]+)\s*={1,2}\s*([\w.+!*]+)(=[\w.]+)?$/.exec(line) ?? [];
  if (build !== undefined)
    return refusal(line, 'it names a build of conda: move it to the conda lines above');
  if (name !== undefined)
    return refusal(line, `pip writes two equals signs: ${excerpt(`${name}==${version}`)}`);
  if (/[=<>!~]\s*$/.test(line))
    return refusal(line, 'write a version behind it, or the name alone');
  if (/~=/.test(line)) return refusal(line, 'write a version behind ~= , such as ~=1.2');
  return refusal(line, 'write it as name, name==1.2, name>=1,<2 or name @ https://…');
}

function isOwnFile(text: string): boolean {
  return (
    /^(?:[.~/\\]|file:|[A-Za-z]:[\\/])/.test(text) ||
    FILE_ENDING.test(text) ||
    /^[\w.-]+\//.test(text)
  );
}

function refuseOwn(line: string): Refusal {
  return {
    message: `${excerpt(line)} is a file or folder of the author's, which no image holds`,
    remedy: 'remove it, or name a release or git+https://…; the code that you run in is mounted',
  };
}

function refusal(line: string, remedy: string): Refusal {
  return { message: `${excerpt(line)} is not a valid line of a pip list`, remedy };
}
