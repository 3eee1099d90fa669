import { byCodeUnits } from './package-order.ts';

/** A package and the names of those that it needs, each as its index compares names. */
export interface Node {
  readonly name: string;
  readonly needs: readonly string[];
}

/**
 * The fewest packages that bring all of the others with them: those that no other needs, and one of each circle that is
 * not reached from them.
 *
 * @returns names, sorted
 */
export function topLevelNames(nodes: readonly Node[]): readonly string[] {
  const sorted = nodes.toSorted((left, right) => byCodeUnits(left.name, right.name));
  const byName = new Map(sorted.map((node) => [node.name, node]));
  const needed = new Set(
    nodes.flatMap(({ name, needs }) => needs.filter((other) => other !== name)),
  );
  const reached = new Set<string>();
  const reach = (start: string): void => {
    const waiting = [start];
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      waiting.push(...(byName.get(name)?.needs ?? []));
    }
  };
  const top = sorted.filter(({ name }) => !needed.has(name)).map(({ name }) => name);
  for (const name of top) reach(name);
  for (const { name } of sorted) {
    if (reached.has(name)) continue;
    top.push(name);
    reach(name);
  }
  return top.toSorted(byCodeUnits);
}
