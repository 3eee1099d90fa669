/**
 * Writes a value on one line of JSON that is YAML as well, with blanks behind commas and colons, as people write it.
 *
 * @param value - texts, lists and mappings; a key that is undefined is left out
 */
export function flow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}: ${flow(item)}`);
  return `{${pairs.join(', ')}}`;
}
