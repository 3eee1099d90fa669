import type { Path } from '../yaml/located-yaml.ts';

/** The keys that lead to the value that breaks a rule of a schema. */
export function pathOf({ instancePath }: { readonly instancePath: string }): readonly string[] {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** What stands at a path; undefined where it leads to nothing. */
export function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? Reflect.get(value, part) : undefined,
    root,
  );
}
