import type { Finding, Path } from '../environment/finding.ts';
import { isMapping, kindOf } from '../environment/finding.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { excerpt } from '../text/excerpt.ts';

/** The version of the format that is written, and the only one that is read. */
export const LOCK_VERSION = '1';

type Check = (value: unknown, path: Path) => readonly Finding[];
type Keys = Readonly<Record<string, { readonly check: Check; readonly optional?: true }>>;

// No blank, line end or control: these go into lines that the bootstrap reads.
const NAME = matching(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, 'a name');
const WORD = matching(/^[!$-~]+$/, 'a text without blanks');
const URL_WITHOUT_HASH = matching(/^[a-z][a-z0-9+.-]*:\/\/[!$-~]+$/, 'an address');
const URL_WITH_FRAGMENT = matching(/^[a-z][a-z0-9+.-]*:\/\/[!-~]+$/, 'an address');
const SHA256 = matching(/^[0-9a-f]{64}$/, 'a sha256 of 64 hexadecimal digits');
const MD5 = matching(/^[0-9a-f]{32}$/, 'an md5 of 32 hexadecimal digits');
const DIGEST = matching(/^sha256:[0-9a-f]{64}$/, 'a digest as sha256:…');
const TEXT: Check = (value, path) => (typeof value === 'string' ? [] : [wrong(value, path)]);

const PACKAGE = mapping({
  name: { check: NAME },
  version: { check: WORD },
  build: { check: WORD },
  url: { check: URL_WITHOUT_HASH },
  sha256: { check: SHA256, optional: true },
  md5: { check: MD5, optional: true },
  depends: { check: listOf(TEXT), optional: true },
});

const REQUIREMENT = mapping({
  name: { check: NAME },
  version: { check: WORD },
  url: { check: URL_WITH_FRAGMENT },
  sha256: { check: SHA256, optional: true },
});

const PLATFORM = mapping({
  'virtual-packages': { check: anyKey(NAME, WORD) },
  packages: { check: listOf(PACKAGE) },
  pip: {
    check: (value, path) => (value === 'open' ? [] : listOf(REQUIREMENT)(value, path)),
    optional: true,
  },
});

const LOCK = mapping({
  version: { check: () => [] },
  digest: { check: SHA256 },
  image: {
    check: mapping({
      reference: { check: WORD },
      digest: { check: DIGEST, optional: true },
      local: { check: DIGEST, optional: true },
    }),
  },
  channels: { check: listOf(TEXT) },
  dependencies: {
    check: listOf((value, path) =>
      typeof value === 'string' ? [] : mapping({ pip: { check: listOf(TEXT) } })(value, path),
    ),
  },
  platforms: { check: anyKey(NAME, PLATFORM) },
});

/** What is wrong with the value of a lock file, each with its place; nothing when it has the shape of one. */
export function checkLock(value: unknown): readonly Finding[] {
  if (isMapping(value) && 'version' in value && String(value['version']) !== LOCK_VERSION) {
    const version = excerpt(String(value['version']));
    return [finding(['version'], `the lock has version ${version}: a newer submarine wrote it`)];
  }
  const findings = LOCK(value, []);
  return findings.length > 0 ? findings : checkDigest(value as KernelContent & { digest: string });
}

/** Lines that were changed or merged by hand say no more what the packages were solved for. */
function checkDigest(lock: KernelContent & { readonly digest: string }): readonly Finding[] {
  return lock.digest === kernelDigest(kernelSpecification(lock))
    ? []
    : [finding(['digest'], 'the digest is not that of the channels and dependencies')];
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
