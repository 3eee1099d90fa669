import { Option } from 'commander';

/** How a command writes its data; `name` is one name a line. */
export type OutputFormat = 'table' | 'wide' | 'json' | 'yaml' | 'name';

export function outputOption<Format extends OutputFormat>(
  formats: readonly Format[],
  byDefault: Format,
): Option {
  return new Option('-o, --output <format>', 'the output format')
    .choices(formats)
    .default(byDefault);
}

/** JSON for people and programs: two blanks a level, one value, one line end behind it. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2);
}

/** The same as YAML, whose library takes 16 ms to load. */
export async function toYaml(value: unknown): Promise<string> {
  const { stringify } = await import('yaml');
  return stringify(value, { lineWidth: 0 });
}
