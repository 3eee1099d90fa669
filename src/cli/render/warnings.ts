import type { Warning } from '../../operations/events.ts';
import { quote, shellQuote } from '../../text/quote.ts';
import { addLine } from './add-line.ts';
import { lockLine } from './lock-line.ts';

/** The warning of that code, also where several codes are of one shape. */
type Of<Code, One = Warning> = One extends { readonly code: infer Codes }
  ? Code extends Codes
    ? One
    : never
  : never;

/** What a warning says to a person: one line on what is the case, and one on what can be done. */
export function warningLines(warning: Warning): readonly string[] {
  const linesOf = LINES[warning.code] as (warning: Warning) => readonly string[];
  return linesOf(warning);
}

const LINES: { readonly [Code in Warning['code']]: (warning: Of<Code>) => readonly string[] } = {
  configuration: configurationLines,
  'imported-file': ({ source, message, place, remedy }) => [
    inFile(
      place === undefined ? source : `${source}:${place.line}:${place.column}`,
      message,
      remedy,
    ),
  ],
  'other-kind-left-out': ({ source, kind, count }) => [
    `submarine: ${quote(source)} also holds ${count === 1 ? `an ${kind}` : `${count} ${kind}s`}, not added here`,
    `  add ${count === 1 ? 'it' : 'them'}: ${addLine(kind, source)}`,
  ],
  'list-without-checksums': ({ source, packages, environment }) => [
    inFile(
      source,
      `no checksum for ${packages.join(', ')}`,
      'whatever bytes come will be installed',
    ),
    `  give a list with checksums (conda list --explicit --md5), or lock it: ${lockLine(environment)}`,
  ],
  'no-checksum': ({ platform, packages }) => [
    `submarine: warning: no checksum is known for ${platform} of ${packages.join(', ')}: whatever bytes come will be installed`,
  ],
  'channel-left-out': ({ message }) => [
    `submarine: warning: ${message}; the profile does not name it, so it is left out`,
    `  ${quote('nodefaults')} among the channels says that there are no others`,
  ],
  build: ({ message }) => [`submarine: warning: ${message}`],
  'image-unknown': ({ image, engineAnswers }) => {
    const what = engineAnswers ? `${image} is not here yet` : 'the engine does not answer';
    return [`${what}: this dry run takes the image for one whose entrypoint is the bootstrap`];
  },
  'image-moved': ({ image, isGone }) => {
    const what = isGone ? 'no image any more' : 'another image than when it was locked';
    return [`submarine: ${image} is ${what}; the locked one runs`];
  },
  'locked-image-missing': ({ image }) => [
    `submarine: the locked image of ${image} was never pushed and is not on this engine`,
    '  the image of that name runs; lock again where it is the right one',
  ],
  'kernel-not-built': ({ environment }) => [
    `submarine: the kernel of ${quote(environment)} is not built yet; a run builds it before this command starts`,
    `  see how: submarine kernel build --dry-run ${shellQuote(environment)}`,
  ],
  'image-open': ({ image, why }) => [
    `submarine: warning: ${why}, so the image ${image} stays open`,
  ],
  'image-absent': ({ why }) => [`submarine: warning: ${why}`],
  'lock-stale': ({ environment, changes }) => [
    `submarine: warning: the lock of ${quote(environment)} is stale and not used: ${changes.join(', ')}`,
    `  lock it again: ${lockLine(environment)}`,
  ],
  'lock-without-platform': ({ environment, platform, platforms }) => [
    `submarine: warning: the lock of ${quote(environment)} has no ${platform}, so its kernel is not locked`,
    `  lock it again: ${lockLine(environment, [...platforms, platform])}`,
  ],
  'lock-unreadable': ({ environment }) => [
    `submarine: the old lock of ${quote(environment)} cannot be read; it is replaced`,
  ],
  'no-lock': ({ environment }) => [
    `submarine: ${quote(environment)} has no lock, so the same line can make another image tomorrow`,
    `  lock it first: ${lockLine(environment)}`,
  ],
  'stale-lock-exported': ({ environment, changes }) => [
    `submarine: warning: the lock of ${quote(environment)} is stale: ${changes.join(', ')}`,
    `  what was locked is printed; lock it again: ${lockLine(environment)}`,
  ],
  'profile-exported': ({ environment }) => [
    `submarine: warning: the lock of ${quote(environment)} is stale, so its profile is printed`,
    `  lock it again: ${lockLine(environment)}`,
  ],
  'logins-withheld': ({ project, withheld }) => [
    `submarine: warning: the environments of ${quote(project)} came with its code, so builds do not get your logins (${withheld.join(', ')})`,
    `  lend them, if you trust the project: submarine trust ${shellQuote(project)}`,
  ],
  'rerun-differs': ({ run, changes }) => [
    `submarine: warning: this is not the same as the run ${run}: ${changes.join(', ')}`,
  ],
  'record-damaged': ({ message }) => [`submarine: warning: ${message}`],
  'saved-without-lock': ({ environment, run }) => [
    `submarine: warning: the packages of the run ${run} were not locked, so ${quote(environment)} has no lock`,
  ],
  'run-not-recorded': ({ run, why }) => [
    `submarine: warning: the run ${run} goes on without a record: ${why}`,
  ],
  'home-left-out': ({ folder, why }) => [
    `submarine: warning: caches and settings of this run are not kept: ${quote(folder)}: ${why}`,
  ],
  'home-kept': ({ environment, why, folder }) =>
    why === 'in-use'
      ? [
          `submarine: the caches of ${quote(environment)} stay while a container uses them`,
          '  remove them later: submarine prune --homes',
        ]
      : [
          `submarine: warning: the caches of ${quote(environment)} hold files of another user, and stay`,
          `  remove them: sudo rm -rf ${shellQuote(folder)}`,
        ],
  'results-empty': ({ folder }) => [
    `submarine: warning: the run has left no file in the results folder ${quote(folder)}`,
  ],
  'pip-open': ({ platform, why }) => [
    `submarine: warning: the pip packages of ${platform} stay open: ${why}`,
  ],
  'pip-left-out': ({ platform, isOpen }) => [
    isOpen
      ? `submarine: warning: the pip packages of ${platform} have no exact versions: left out`
      : `submarine: warning: an @EXPLICIT list has no pip packages: left out for ${platform}`,
  ],
};

/** Of what stands in a file in one line, else in two. */
function configurationLines(warning: Of<'configuration'>): readonly string[] {
  const { place, message, foreignFolder } = warning;
  const remedy =
    foreignFolder === undefined
      ? warning.remedy
      : `accept it: submarine trust ${shellQuote(foreignFolder)}`;
  if (place !== undefined) return [inFile(place, message, remedy)];
  return [`submarine: warning: ${message}`, ...(remedy ? [`  ${remedy}`] : [])];
}

function inFile(place: string, message: string, remedy: string | undefined): string {
  return `${place}: warning: ${message}${remedy === undefined ? '' : `: ${remedy}`}`;
}
