import type { Warning } from '../../operations/events.ts';
import { quote, shellQuote } from '../../text/quote.ts';
import { lockLine } from './lock-line.ts';

/** What a warning says to a person: one line on what is the case, and one on what can be done. */
export function warningLines(warning: Warning): readonly string[] {
  switch (warning.code) {
    case 'configuration':
      return configurationLines(warning);
    case 'imported-file': {
      const { source, message, place, remedy } = warning;
      const where = place === undefined ? source : `${source}:${place.line}:${place.column}`;
      return [`${where}: warning: ${message}${remedy === undefined ? '' : `: ${remedy}`}`];
    }
    case 'list-without-checksums':
      return [
        `${warning.source}: warning: no checksum for ${warning.packages.join(', ')}: whatever bytes come will be installed`,
        `  give a list with checksums (conda list --explicit --md5), or lock it: ${lockLine(warning.environment)}`,
      ];
    case 'no-checksum':
      return [
        `submarine: warning: no checksum is known for ${warning.platform} of ${warning.packages.join(', ')}: whatever bytes come will be installed`,
      ];
    case 'channel-left-out':
      return [
        `submarine: warning: ${warning.message}; the profile does not name it, so it is left out`,
        `  ${quote('nodefaults')} among the channels says that there are no others`,
      ];
    case 'build':
      return [`submarine: warning: ${warning.message}`];
    case 'image-unknown':
    case 'image-moved':
    case 'locked-image-missing':
    case 'image-open':
    case 'image-absent':
      return imageLines(warning);
    default:
      return lockLines(warning);
  }
}

type Of<Code extends Warning['code']> = Extract<Warning, { readonly code: Code }>;

/** Of what stands in a file in one line, else in two. */
function configurationLines(warning: Of<'configuration'>): readonly string[] {
  const { place, message, foreignFolder } = warning;
  const remedy =
    foreignFolder === undefined
      ? warning.remedy
      : `accept it: submarine trust ${shellQuote(foreignFolder)}`;
  if (place !== undefined) {
    return [`${place}: warning: ${message}${remedy === undefined ? '' : `: ${remedy}`}`];
  }
  return [`submarine: warning: ${message}`, ...(remedy ? [`  ${remedy}`] : [])];
}

type ImageWarning = Of<
  'image-unknown' | 'image-moved' | 'locked-image-missing' | 'image-open' | 'image-absent'
>;

function imageLines(warning: ImageWarning): readonly string[] {
  const { image } = warning;
  switch (warning.code) {
    case 'image-unknown': {
      const what = warning.engineAnswers ? `${image} is not here yet` : 'the engine does not answer';
      return [`${what}: this is the line for an image that holds the bootstrap`];
    }
    case 'image-moved': {
      const what = warning.isGone ? 'no image any more' : 'another image than when it was locked';
      return [`submarine: ${image} is ${what}; the locked one runs`];
    }
    case 'locked-image-missing':
      return [
        `submarine: the locked image of ${image} was never pushed and is not on this engine`,
        '  the image of that name runs; lock again where it is the right one',
      ];
    case 'image-open':
      return [`submarine: warning: ${warning.why}, so the image ${image} stays open`];
    case 'image-absent':
      return [`submarine: warning: ${warning.why}`];
  }
}

type LockWarning = Exclude<
  Warning,
  | ImageWarning
  | Of<
      | 'configuration'
      | 'imported-file'
      | 'list-without-checksums'
      | 'no-checksum'
      | 'channel-left-out'
      | 'build'
    >
>;

function lockLines(warning: LockWarning): readonly string[] {
  switch (warning.code) {
    case 'lock-stale': {
      const { environment, changes } = warning;
      return [
        `submarine: warning: the lock of ${quote(environment)} is stale and not used: ${changes.join(', ')}`,
        `  lock it again: ${lockLine(environment)}`,
      ];
    }
    case 'lock-without-platform': {
      const { environment, platform, platforms } = warning;
      return [
        `submarine: warning: the lock of ${quote(environment)} has no ${platform}, so its kernel is not locked`,
        `  lock it again: ${lockLine(environment, [...platforms, platform])}`,
      ];
    }
    case 'lock-unreadable':
      return [
        `submarine: the old lock of ${quote(warning.environment)} cannot be read; it is replaced`,
      ];
    case 'no-lock':
      return [
        `submarine: ${quote(warning.environment)} has no lock, so the same line can make another image tomorrow`,
        `  lock it first: ${lockLine(warning.environment)}`,
      ];
    case 'stale-lock-exported':
      return [
        `submarine: warning: the lock of ${quote(warning.environment)} is stale: ${warning.changes.join(', ')}`,
        `  what was locked is printed; lock it again: ${lockLine(warning.environment)}`,
      ];
    case 'profile-exported':
      return [
        `submarine: warning: the lock of ${quote(warning.environment)} is stale, so its profile is printed`,
        `  lock it again: ${lockLine(warning.environment)}`,
      ];
    case 'pip-open':
      return [
        `submarine: warning: the pip packages of ${warning.platform} stay open: ${warning.why}`,
      ];
    case 'pip-left-out':
      return [
        warning.isOpen
          ? `submarine: warning: the pip packages of ${warning.platform} have no exact versions: left out`
          : `submarine: warning: an @EXPLICIT list has no pip packages: left out for ${warning.platform}`,
      ];
  }
}
