import { readFile } from 'node:fs/promises';

import { Command } from 'commander';

import type { Context } from '../context.ts';

/**
 * Prints the schema of a kind of document.
 *
 * @param parent - the command that it is a part of
 */
export function schemaCommand(
  parent: string,
  kind: string,
  { io, package: { root } }: Context,
): Command {
  const file = `${kind}.schema.json`;
  return new Command('schema')
    .description(`print the JSON Schema of an ${kind}, for editors and checks`)
    .addHelpText(
      'after',
      `
Examples:
  submarine ${parent} schema
  submarine ${parent} schema > ${file}`,
    )
    .action(async () => {
      io.write(await readFile(new URL(`schemas/${file}`, root), 'utf8'));
    });
}
