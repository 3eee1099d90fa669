import { Command } from 'commander';

import type { ListedEnvironment } from '../../../operations/environments/list-environments.ts';
import type { Context } from '../../context.ts';
import { outputOption } from '../../options/output-options.ts';
import type { ListOptions } from '../../terminal/write-documents.ts';
import { firstLine, writeDocuments } from '../../terminal/write-documents.ts';

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list the environments by name; * marks the one in use')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addHelpText(
      'after',
      `
Examples:
  submarine env list
  submarine env list -o wide --no-headers
  submarine env list -o json`,
    )
    .action((options: ListOptions) => listEnvironments(options, context));
}

async function listEnvironments(options: ListOptions, context: Context): Promise<void> {
  const { listEnvironments: list } =
    await import('../../../operations/environments/list-environments.ts');
  const wide = options.output === 'wide';
  const showing = {
    headings: [
      'IMAGE',
      ...(wide ? ['VM-IMAGE'] : []),
      'KERNEL',
      ...(wide ? ['CHANNELS', 'DEPENDENCIES'] : []),
      'DESCRIPTION',
    ],
    cells: (document: ListedEnvironment) => cells(document, wide),
    toValue,
    none: [
      'there are no environments yet; add the first one:',
      '  submarine env add --name demo --image python:3.12-slim',
    ],
    marks: true,
  };
  await writeDocuments(await list(await context.looking()), options, showing, context);
}

function toValue({ environment, name, selected, problems }: ListedEnvironment): object {
  return environment === undefined ? { name, selected, problems } : { ...environment, selected };
}

function cells({ environment }: ListedEnvironment, wide: boolean): readonly string[] {
  if (environment === undefined) return [];
  const { kernel } = environment;
  return [
    environment['docker-image'],
    ...(wide ? [environment['vm-image'] ?? ''] : []),
    kernel?.name ?? '',
    ...(wide
      ? [(kernel?.channels ?? []).join(','), String(countDependencies(kernel?.dependencies ?? []))]
      : []),
    firstLine(environment.description),
  ];
}

/** conda specs and pip lines together. */
function countDependencies(
  dependencies: readonly (string | { readonly pip: readonly string[] })[],
): number {
  return dependencies.reduce(
    (sum, item) => sum + (typeof item === 'string' ? 1 : item.pip.length),
    0,
  );
}
