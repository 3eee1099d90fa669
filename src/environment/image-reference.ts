import { excerpt } from '../text/excerpt.ts';
import type { Refusal } from '../text/refusal.ts';

const HOST_PART = String.raw`(?:[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9-]*[A-Za-z0-9])`;
const DOMAIN = String.raw`(?:${HOST_PART}(?:\.${HOST_PART})*|\[[A-Fa-f0-9:]+\])(?::[0-9]+)?`;
const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const NAME = new RegExp(`^(?:${DOMAIN}/)?${COMPONENT}(?:/${COMPONENT})*$`);
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
const NAME_LENGTH = 255;

/**
 * Says why a text is no reference to a container image, in the grammar of the distribution project.
 *
 * @param text - `[host[:port]/]path[:tag][@digest]`: `python`, `registry.example:5000/ml/cuda:12.4`
 * @returns undefined for a reference that an engine takes
 * @see https://pkg.go.dev/github.com/distribution/reference#pkg-overview
 */
export function refuseImageReference(text: string): Refusal | undefined {
  const shown = excerpt(text);
  if (text === '') return refused('the image is empty', 'write a name such as python:3.12');
  if (text.startsWith('-')) {
    return refused(`${shown} begins with a hyphen`, 'write the name of an image, not an option');
  }
  if (/[\s\p{Cc}]/u.test(text)) {
    return refused(`${shown} has a blank or a line end in it`, 'write the name of one image');
  }
  if (text.endsWith(',')) {
    return refused(`${shown} ends in a comma`, 'leave out the comma, YAML needs none');
  }
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) {
    return refused(`${shown} is a URL`, 'leave out https://');
  }
  const [, name = '', tag, digest] = /^([^@]*?)(?::([^:/@]*))?(?:@(.*))?$/.exec(text) ?? [];
  if (digest !== undefined && !DIGEST.test(digest)) {
    return refused(
      `${shown} has no digest behind the @`,
      'write it as @sha256: and 64 hexadecimal digits',
    );
  }
  if (tag !== undefined && !TAG.test(tag)) {
    return refused(
      `${shown} has no valid tag behind the colon`,
      'a tag is 1 to 128 of A-Z a-z 0-9 _ . -, the first of them no . or -',
    );
  }
  if (name.length > NAME_LENGTH) {
    return refused(
      `the name of the image has ${name.length} characters`,
      `use at most ${NAME_LENGTH}`,
    );
  }
  if (NAME.test(name)) return undefined;
  if (NAME.test(name.toLowerCase())) {
    return refused(
      `${shown} has upper case letters`,
      `write ${excerpt(text.replace(name, name.toLowerCase()))}`,
    );
  }
  return refused(
    `${shown} is not a valid image reference`,
    'write it as host:port/path:tag, such as python:3.12',
  );
}

/**
 * The name of an image without tag and digest, as engines write it.
 *
 * @param reference - a valid one: `registry.example:5000/ml/cuda:12.4`, `docker.io/library/python`
 * @returns `registry.example:5000/ml/cuda`, `python`
 */
export function imageRepository(reference: string): string {
  return reference
    .replace(/(?::[^:/@]*)?(?:@.*)?$/, '')
    .replace(/^(?:index\.)?docker\.io\//, '')
    .replace(/^library\//, '');
}

/** Whether two references are names of one image, as engines take them: without a tag `latest` is meant. */
export function isSameImage(reference: string, other: string): boolean {
  return nameOf(reference) === nameOf(other);
}

function nameOf(reference: string): string {
  const [, behind = ''] = /((?::[^:/@]*)?(?:@.*)?)$/.exec(reference) ?? [];
  return `${imageRepository(reference)}${behind === '' ? ':latest' : behind}`;
}

function refused(message: string, remedy: string): Refusal {
  return { message, remedy };
}
