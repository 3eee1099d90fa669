import { hasDependencies } from '../kernel/kernel-content.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import { packageName } from '../kernel/match-spec.ts';
import { isPipOption } from '../kernel/pip-requirement.ts';
import { escapeControls } from '../text/quote.ts';
import type { Lock } from './lock.ts';
import { byCodeUnits, pipName } from './package-order.ts';

/** What an environment says now, to be compared with its lock. */
export interface Locked {
  /** Undefined where the environment has none. */
  readonly kernel: KernelContent | undefined;
  /** The image as the environment names it. */
  readonly image: string;
  /** The one that is to be started, as conda names it; undefined for any that the lock has. */
  readonly platform?: string | undefined;
}

export interface LockState {
  /** `stale`: made for something else. `open`: made for this, and not all of it is exact. */
  readonly state: 'fresh' | 'stale' | 'open';
  /** What has changed, or what is open, each a few words: `numpy=1.26 → numpy=2.0`; none when it is fresh. */
  readonly changes: readonly string[];
}

/** Compares a lock with what its environment says now. */
export function lockState(lock: Lock, environment: Locked): LockState {
  const stale = staleParts(lock, environment);
  if (stale.length > 0) return { state: 'stale', changes: stale };
  const open = openParts(lock, environment);
  return { state: open.length > 0 ? 'open' : 'fresh', changes: open };
}

function staleParts(lock: Lock, { kernel = {}, image, platform }: Locked): readonly string[] {
  const { reference } = lock.image;
  const needsPlatform = platform !== undefined && hasDependencies(kernel);
  return [
    ...(reference === image ? [] : [`the image is now ${image}, was ${reference}`]),
    ...contentChanges(lock.content, kernel),
    ...(needsPlatform && lock.platforms[platform] === undefined ? [`it has no ${platform}`] : []),
  ].map(escapeControls);
}

function openParts(lock: Lock, { platform }: Locked): readonly string[] {
  const { reference, digest, local } = lock.image;
  const isOpen = digest === undefined && local === undefined && !reference.includes('@sha256:');
  return [
    ...(isOpen ? [`the digest of the image ${reference} is not known`] : []),
    ...Object.entries(lock.platforms)
      .filter(([name, { pip }]) => pip === 'open' && (platform ?? name) === name)
      .map(([name]) => `the pip packages of ${name} have no exact versions`),
  ];
}

/** What the second kernel asks for that the first does not, and the other way round. */
function contentChanges(before: KernelContent, after: KernelContent): readonly string[] {
  const [old, now] = [before, after].map(canonical);
  if (old === undefined || now === undefined || old.specification === now.specification) return [];
  const changes = [...channelChange(old.channels, now.channels), ...itemChanges(old, now)];
  return changes.length > 0 ? changes : ["the order of pip's options is another"];
}

interface Canonical {
  readonly specification: string;
  readonly channels: readonly string[];
  /** Each dependency and pip line, by what makes two of them versions of one. */
  readonly items: ReadonlyMap<string, string>;
}

/** Where nothing is to be built, channels mean nothing. */
function canonical(kernel: KernelContent): Canonical {
  const specification = kernelSpecification(hasDependencies(kernel) ? kernel : {});
  const { channels = [], dependencies = [] } = JSON.parse(specification) as KernelContent;
  const items = new Map<string, string>();
  const add = (key: string, text: string): void => {
    items.set(items.has(key) ? text : key, text);
  };
  for (const item of dependencies) {
    if (typeof item === 'string') add(packageName(item) ?? item, item);
    else for (const line of item.pip) add(`pip ${requirementName(line)}`, line);
  }
  return { specification, channels, items };
}

function requirementName(line: string): string {
  const [name] = /^[A-Za-z0-9][\w.-]*(?![\w.-]*[+:/])/.exec(line) ?? [];
  return name === undefined || isPipOption(line) ? line : pipName(name);
}

function channelChange(before: readonly string[], after: readonly string[]): readonly string[] {
  if (before.join(' ') === after.join(' ')) return [];
  return [
    after.length === 0 ? 'it names no channels now' : `the channels are now ${after.join(', ')}`,
  ];
}

/** In the order of the names: changed, added and removed, as one reads them in the profile. */
function itemChanges(before: Canonical, after: Canonical): readonly string[] {
  const keys = new Set([...before.items.keys(), ...after.items.keys()]);
  return [...keys].toSorted(byCodeUnits).flatMap((key) => {
    const [old, now] = [before.items.get(key), after.items.get(key)];
    if (old === now) return [];
    if (old === undefined) return [`+${now ?? ''}`];
    return [now === undefined ? `−${old}` : `${old} → ${now}`];
  });
}
