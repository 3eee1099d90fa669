import type { Finding } from '../environment/finding.ts';
import type { Path } from '../yaml/located-yaml.ts';
import { isMapping, kindOf } from '../environment/finding.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { excerpt } from '../text/excerpt.ts';
import { WHOLE } from './lock-forms.ts';
import type { KnownPackages } from './lock-lines.ts';
import { pipName } from './package-order.ts';

/** The version of the format that is written, and the only one that is read. */
export const LOCK_VERSION = '1';

const NOTHING: KnownPackages = { packages: new Set(), requirements: new Set() };

type Check = (value: unknown, path: Path) => readonly Finding[];
type Keys = Readonly<Record<string, { readonly check: Check; readonly optional?: true }>>;

// These go into lines that the bootstrap reads.
const NAME = matching(WHOLE.name, 'a name');
const WORD = matching(WHOLE.word, 'a text without blanks');
const SHA256 = matching(WHOLE.sha256, 'a sha256 of 64 hexadecimal digits');
const MD5 = matching(WHOLE.md5, 'an md5 of 32 hexadecimal digits');
const NO_CHECKSUM = matching(/^none$/, 'the word none');
const DIGEST = matching(WHOLE.digest, 'a digest as sha256:…');
// Where pip's versions are open, the lines of the kernel go there, too.
const TEXT = matching(/^\P{Cc}*$/u, 'one line');

const PACKAGE = checksumOrNone({
  name: { check: NAME },
  version: { check: WORD },
  build: { check: WORD },
  url: { check: matching(WHOLE.url, 'an address') },
  sha256: { check: SHA256, optional: true },
  md5: { check: MD5, optional: true },
  checksum: { check: NO_CHECKSUM, optional: true },
  depends: { check: listOf(TEXT), optional: true },
});

const REQUIREMENT = checksumOrNone({
  name: { check: NAME },
  version: { check: WORD },
  url: { check: matching(WHOLE.urlWithFragment, 'an address') },
  sha256: { check: SHA256, optional: true },
  checksum: { check: NO_CHECKSUM, optional: true },
});

const IMAGE = mapping({
  reference: { check: WORD },
  digest: { check: DIGEST, optional: true },
  local: { check: DIGEST, optional: true },
});

const PIP_LINES = mapping({ pip: { check: listOf(TEXT) } });

function lockShape({ packages, requirements }: KnownPackages): Check {
  const packageList = onceEach(listOf(unlessIn(packages, PACKAGE)), (name) => name.toLowerCase());
  const requirementList = onceEach(listOf(unlessIn(requirements, REQUIREMENT)), pipName);
  const platform = mapping({
    'virtual-packages': { check: anyKey(NAME, WORD) },
    packages: { check: packageList },
    pip: {
      check: (value, path) => (value === 'open' ? [] : requirementList(value, path)),
      optional: true,
    },
  });
  return mapping({
    version: { check: () => [] },
    digest: { check: SHA256 },
    image: { check: IMAGE },
    channels: { check: listOf(TEXT) },
    dependencies: {
      check: listOf((value, path) => (isMapping(value) ? PIP_LINES : TEXT)(value, path)),
    },
    platforms: { check: anyKey(NAME, platform) },
  });
}

/**
 * What is wrong with the value of a lock file, each with its place; nothing when it has the shape of one.
 *
 * @param known - packages that need not be looked at
 */
export function checkLock(value: unknown, known: KnownPackages = NOTHING): readonly Finding[] {
  if (isMapping(value) && 'version' in value && String(value['version']) !== LOCK_VERSION) {
    const version = excerpt(String(value['version']));
    return [finding(['version'], `the lock has version ${version}: a newer submarine wrote it`)];
  }
  const findings = lockShape(known)(value, []);
  return findings.length > 0 ? findings : checkDigest(value as KernelContent & { digest: string });
}

/** Lines that were changed or merged by hand say no more what the packages were solved for. */
function checkDigest(lock: KernelContent & { readonly digest: string }): readonly Finding[] {
  return lock.digest === kernelDigest(kernelSpecification(lock))
    ? []
    : [finding(['digest'], 'the digest is not that of the channels and dependencies')];
}

/** Looking at each key of each package takes a start some 10 ms, in code that was never run before. */
function unlessIn(known: ReadonlySet<unknown>, check: Check): Check {
  return (value, path) => (known.has(value) ? [] : check(value, path));
}

function mapping(keys: Keys): Check {
  return (value, path) => {
    if (!isMapping(value)) return [wrong(value, path)];
    const unknown = Object.keys(value).filter((key) => !Object.hasOwn(keys, key));
    return [
      ...unknown.map((key) =>
        finding([...path, key], `no lock has the key ${excerpt(key)}`, 'key'),
      ),
      ...Object.entries(keys).flatMap(([key, { check, optional }]) => {
        if (value[key] !== undefined) return check(value[key], [...path, key]);
        return optional === true ? [] : [finding(path, `the key ${key} is missing`)];
      }),
    ];
  };
}

/** A word for "there was none" beside a checksum: nobody can tell which of them an edit or a merge has left. */
function checksumOrNone(keys: Keys): Check {
  const check = mapping(keys);
  return (value, path) => {
    const isBoth = isMapping(value) && 'checksum' in value && ('sha256' in value || 'md5' in value);
    const both = finding([...path, 'checksum'], 'checksum is none here, beside a checksum', 'key');
    return [...check(value, path), ...(isBoth ? [both] : [])];
  };
}

function anyKey(checkKey: Check, check: Check): Check {
  return (value, path) =>
    isMapping(value)
      ? Object.entries(value).flatMap(([key, item]) =>
          checkKey(key, [...path, key]).concat(check(item, [...path, key])),
        )
      : [wrong(value, path)];
}

function listOf(check: Check): Check {
  return (value, path) =>
    Array.isArray(value)
      ? value.flatMap((item, index) => check(item, [...path, index]))
      : [wrong(value, path)];
}

/** Of two that a merge of two locks has left only one would be installed. */
function onceEach(check: Check, keyOf: (name: string) => string): Check {
  return (value, path) => {
    const findings = check(value, path);
    if (findings.length > 0) return findings;
    const seen = new Set<string>();
    return (value as readonly { readonly name: string }[]).flatMap(({ name }, index) => {
      const key = keyOf(name);
      const isSecond = seen.has(key);
      seen.add(key);
      return isSecond
        ? [finding([...path, index], `the package ${excerpt(name)} is here a second time`)]
        : [];
    });
  };
}

function matching(form: RegExp, what: string): Check {
  return (value, path) => {
    if (typeof value !== 'string') return [wrong(value, path)];
    return form.test(value) ? [] : [finding(path, `${excerpt(value)} is not ${what}`)];
  };
}

function wrong(value: unknown, path: Path): Finding {
  const key = path.findLast((step) => typeof step === 'string') ?? 'the lock';
  return finding(path, `${key} is ${kindOf(value)} here, which it cannot be`);
}

/** What to do is the same for all of them, and known to the caller. */
function finding(path: Path, message: string, part: Finding['part'] = 'value'): Finding {
  return { path, part, message, remedy: '' };
}
