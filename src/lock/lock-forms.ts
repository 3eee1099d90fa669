/** What the texts of a lock file look like; no blank, quote, backslash or control is in any of them. */
const FORMS = {
  name: String.raw`[A-Za-z0-9_][A-Za-z0-9_.-]*`,
  word: String.raw`[!$-\[\]-~]+`,
  url: String.raw`[a-z][a-z0-9+.-]*:\/\/[!$-\[\]-~]+`,
  urlWithFragment: String.raw`[a-z][a-z0-9+.-]*:\/\/[!#-\[\]-~]+`,
  sha256: '[0-9a-f]{64}',
  md5: '[0-9a-f]{32}',
  digest: 'sha256:[0-9a-f]{64}',
};

/** Each form for a whole text. */
export const WHOLE: Readonly<Record<keyof typeof FORMS, RegExp>> = {
  name: new RegExp(`^${FORMS.name}$`),
  word: new RegExp(`^${FORMS.word}$`),
  url: new RegExp(`^${FORMS.url}$`),
  urlWithFragment: new RegExp(`^${FORMS.urlWithFragment}$`),
  sha256: new RegExp(`^${FORMS.sha256}$`),
  md5: new RegExp(`^${FORMS.md5}$`),
  digest: new RegExp(`^${FORMS.digest}$`),
};

const NO_CHECKSUM = ', "checksum": "none"';
const TEXTS = String.raw`\[(?:"[^"\\]*"(?:, "[^"\\]*")*)?\]`;

// As they are written: the one look at each line that a start has the time for.
const PACKAGE_LINE = new RegExp(
  `^{"name": "${FORMS.name}", "version": "${FORMS.word}", "build": "${FORMS.word}", "url": "${FORMS.url}"` +
    `(?:${NO_CHECKSUM}|(?:, "sha256": "${FORMS.sha256}")?(?:, "md5": "${FORMS.md5}")?)(?:, "depends": ${TEXTS})?}$`,
);
const REQUIREMENT_LINE = new RegExp(
  `^{"name": "${FORMS.name}", "version": "${FORMS.word}", "url": "${FORMS.urlWithFragment}"` +
    `(?:${NO_CHECKSUM}|, "sha256": "${FORMS.sha256}")?}$`,
);

/** Whether the JSON of a conda package is just as it is written, and so has the right shape. */
export function isPackageLine(line: string): boolean {
  return PACKAGE_LINE.test(line);
}

/** The same of a pip package. */
export function isRequirementLine(line: string): boolean {
  return REQUIREMENT_LINE.test(line);
}
