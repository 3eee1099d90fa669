import { hasDependencies } from '../kernel/kernel-content.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { kernelSpecification } from '../kernel/kernel-digest.ts';
import { packageName } from '../kernel/match-spec.ts';
import { isPipOption } from '../kernel/pip-line.ts';
import { byCodeUnits, pipName } from './package-order.ts';

/** One dependency that is asked for in another way, or by one kernel alone. */
export interface DependencyChange {
  readonly by: 'conda' | 'pip';
  /** What both lines are about; undefined for the URL of a package and for an option of pip. */
  readonly name: string | undefined;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** What the second of two kernels asks for that the first does not, and the other way round. */
interface ContentChanges {
  readonly same: boolean;
  /** The channels of the second, where they are others. */
  readonly channels?: readonly string[];
  /** By name. */
  readonly dependencies: readonly DependencyChange[];
}

/** Compares what two kernels ask for; where nothing is to be built, channels mean nothing. */
export function contentChanges(before: KernelContent, after: KernelContent): ContentChanges {
  const [old, now] = [canonical(before), canonical(after)];
  const isSameList = old.channels.join(' ') === now.channels.join(' ');
  return {
    same: old.specification === now.specification,
    ...(isSameList || now.items.size === 0 ? {} : { channels: now.channels }),
    dependencies: dependencyChanges(old.items, now.items),
  };
}

/** The changes, each in a few words: `numpy=1.26 → numpy=2.0`, `+scipy`, `−pandas`. */
export function describeContentChanges(changes: ContentChanges): readonly string[] {
  if (changes.same) return [];
  const { channels, dependencies } = changes;
  const words = dependencies.map(describeDependencyChange);
  if (channels !== undefined) {
    const names = channels.join(', ');
    words.unshift(names === '' ? 'it names no channels now' : `the channels are now ${names}`);
  }
  return words.length > 0 ? words : ["the order of pip's options is another"];
}

/** @returns `numpy=1.26 → numpy=2.0`, `+scipy` or `−pandas` */
export function describeDependencyChange({ before, after }: DependencyChange): string {
  if (before === undefined) return `+${after ?? ''}`;
  return after === undefined ? `−${before}` : `${before} → ${after}`;
}

interface Item extends Pick<DependencyChange, 'by' | 'name'> {
  readonly text: string;
}

interface Canonical {
  readonly specification: string;
  readonly channels: readonly string[];
  /** By what makes two of them ways of asking for one package. */
  readonly items: ReadonlyMap<string, Item>;
}

function canonical(kernel: KernelContent): Canonical {
  const specification = kernelSpecification(hasDependencies(kernel) ? kernel : {});
  const { channels = [], dependencies = [] } = JSON.parse(specification) as KernelContent;
  const items = new Map<string, Item>();
  for (const item of dependencies.flatMap(toItems)) {
    const key = `${item.name ?? item.text} ${item.by}`;
    items.set(items.has(key) ? item.text : key, item);
  }
  return { specification, channels, items };
}

function toItems(dependency: string | { readonly pip: readonly string[] }): readonly Item[] {
  return typeof dependency === 'string'
    ? [{ by: 'conda', name: packageName(dependency), text: dependency }]
    : dependency.pip.map((text) => ({ by: 'pip', name: requirementName(text), text }));
}

function requirementName(line: string): string | undefined {
  const [name] = /^[A-Za-z0-9][\w.-]*(?![\w.-]*[+:/])/.exec(line) ?? [];
  return name === undefined || isPipOption(line) ? undefined : pipName(name);
}

function dependencyChanges(
  before: Canonical['items'],
  after: Canonical['items'],
): readonly DependencyChange[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])];
  return keys.toSorted(byCodeUnits).flatMap((key) => {
    const [old, now] = [before.get(key), after.get(key)];
    const item = now ?? old;
    if (item === undefined || old?.text === now?.text) return [];
    return { by: item.by, name: item.name, before: old?.text, after: now?.text };
  });
}
