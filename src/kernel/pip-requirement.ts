import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';
import { refuseCredentials } from './credentials.ts';
import type { PipOption } from './pip-line.ts';
import { LONGEST_PIP_LINE, parsePipLine, PIP_OPTIONS } from './pip-line.ts';

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

/** The constraint that a line `-c numpy<2` holds by itself; undefined for every other line, `-c FILE` included. */
export function inlineConstraint(line: string): string | undefined {
  const { requirement, options, strays } = parsePipLine(line);
  const [option] = options;
  if (requirement !== '' || options.length !== 1 || option?.operand !== 'constraint')
    return undefined;
  const text = [option.value, ...strays].join('');
  return /[=<>!~]/.test(text) && REQUIREMENT.test(text) ? text : undefined;
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
  if (line.length > LONGEST_PIP_LINE)
    return refusal(line, 'write it in less than 4,000 characters');
  if (/[\r\n]/.test(line)) return refusal(line, 'write each requirement on a line of its own');
  const twoItems = /\s-(?:\s|$)/.test(line);
  if (twoItems) return refusal(line, 'write each on a line of its own');
  return refuseCredentials(line) ?? refuseParts(line);
}

function refuseParts(line: string): Refusal | undefined {
  const { requirement, options, strays } = parsePipLine(line);
  const [stray] = inlineConstraint(line) === undefined ? strays : [];
  if (stray !== undefined) {
    return refusal(line, `write ${excerpt(stray)} on a line of its own: pip reads it over here`);
  }
  const refused = options.map((option) => refuseOption(option, line)).find(Boolean);
  return refused ?? (requirement === '' ? undefined : refuseRequirement(requirement, line));
}

function refuseOption({ name, value, operand }: PipOption, line: string): Refusal | undefined {
  if (operand === undefined) {
    return refusal(line, `the options of a pip list are ${PIP_OPTIONS.join(' ')}`);
  }
  if (operand === 'ignored')
    return refusal(line, `leave out ${name}: a pip list has no such option`);
  if (operand === 'nothing') return undefined;
  if (value === '') return refusal(line, `write a value behind ${name}`);
  if (operand === 'text' || REMOTE.test(value)) {
    return operand === 'requirement' && !/#(?:.*&)?egg=[\w.-]/.test(value)
      ? refusal(line, 'pip does not know its name: write #egg=NAME behind it')
      : undefined;
  }
  if (operand === 'constraint' && inlineConstraint(line) !== undefined) return undefined;
  return operand === 'file' || operand === 'constraint'
    ? refusal(line, 'write the lines of that file here')
    : refuseOwn(line);
}

function refuseRequirement(requirement: string, line: string): Refusal | undefined {
  const [, url = requirement] = AT_URL.exec(requirement) ?? [];
  if (REMOTE.test(url)) return undefined;
  if (url !== requirement || isOwnFile(requirement)) return refuseOwn(line);
  if (REQUIREMENT.test(requirement)) return undefined;
  return refusal(line, remedyFor(requirement));
}

function remedyFor(requirement: string): string {
  if (/[{}%$]/.test(requirement)) return 'it looks like a template; fill it in first';
  const [, name, version, build] =
    /^([\w.-]+)\s*={1,2}\s*([\w.+!*]+)(=[\w.]+)?$/.exec(requirement) ?? [];
  if (build !== undefined) return 'it names a build of conda: move it to the conda lines above';
  if (name !== undefined) return `pip writes two equals signs: ${excerpt(`${name}==${version}`)}`;
  if (/[=<>!~]\s*$/.test(requirement)) return 'write a version behind it, or the name alone';
  if (/~=/.test(requirement)) return 'write a version behind ~= , such as ~=1.2';
  return 'write it as name, name==1.2, name>=1,<2 or name @ https://…';
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
