import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import type { Context } from '../../context.ts';

export function schemaCommand({ io, package: { root } }: Context): Command {
  return new Command('schema')
    .description('print the JSON Schema of an environment, for editors and checks')
    .addHelpText(
      'after',
      `
Examples:
  submarine env schema
  submarine env schema > environment.schema.json`,
    )
    .action(async () => {
      io.write(await readFile(new URL('schemas/environment.schema.json', root), 'utf8'));
    });
}
