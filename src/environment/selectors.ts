import { excerpt } from '../text/excerpt.ts';
import { isMapping, kindOf, valueFinding } from './finding.ts';
import type { Finding } from './finding.ts';
import type { Path } from '../yaml/located-yaml.ts';

/** An item of a list of dependencies, and where it stands. */
export interface PlacedItem {
  readonly item: unknown;
  readonly path: Path;
}

/** What is left of a list once its selectors are evaluated. */
interface Selected {
  readonly items: readonly PlacedItem[];
  readonly problems: readonly Finding[];
  readonly notices: readonly Finding[];
}

const SELECTOR = /^sel\((.*)\)$/;
/** Containers are Linux. */
const HOLDS: Readonly<Record<string, boolean>> = {
  linux: true,
  unix: true,
  win: false,
  osx: false,
};

/**
 * Evaluates mamba's selectors, `sel(linux): package`, for a container: what is for another system is left out.
 *
 * @see https://mamba.readthedocs.io/en/latest/user_guide/micromamba.html#conditional-dependencies
 */
export function select(items: readonly PlacedItem[]): Selected {
  const parts = items.map(selectOne);
  return {
    items: parts.flatMap(({ items: selected }) => selected),
    problems: parts.flatMap(({ problems = [] }) => problems),
    notices: parts.flatMap(({ notices = [] }) => notices),
  };
}

function selectOne(placed: PlacedItem): Pick<Selected, 'items'> & Partial<Selected> {
  const { item, path } = placed;
  const [key, ...more] = isMapping(item) ? Object.keys(item) : [];
  const [, condition] = SELECTOR.exec(key ?? '') ?? [];
  if (!isMapping(item) || key === undefined || condition === undefined || more.length > 0) {
    return { items: [placed] };
  }
  const holds = HOLDS[condition.trim()];
  if (holds === undefined) {
    const message = `there is no selector ${excerpt(key)}`;
    const remedy = `write one of ${Object.keys(HOLDS)
      .map((name) => `sel(${name})`)
      .join(', ')}`;
    return { items: [], problems: [{ path: [...path, key], part: 'key', message, remedy }] };
  }
  const value = item[key];
  if (!holds) {
    const message = `what is for ${excerpt(key)} is for no container`;
    return { items: [], notices: [valueFinding(path, { message, remedy: 'it is left out' })] };
  }
  const inside = [...path, key];
  if (Array.isArray(value)) {
    return { items: value.map((one, index) => ({ item: one, path: [...inside, index] })) };
  }
  if (typeof value === 'string') return { items: [{ item: value, path: inside }] };
  const message = `${excerpt(key)} is ${kindOf(value)}`;
  const problem = valueFinding(inside, { message, remedy: 'write a package, or a list of them' });
  return { items: [], problems: [problem] };
}
