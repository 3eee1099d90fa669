import { Command } from 'commander';

import type { ListedExperiment } from '../../../operations/experiments/manage-experiments.ts';
import { shellQuote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { outputOption } from '../../options/output-options.ts';
import type { ListOptions } from '../../terminal/write-documents.ts';
import { firstLine, writeDocuments } from '../../terminal/write-documents.ts';

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list the experiments by name')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addHelpText(
      'after',
      `
Examples:
  submarine experiment list
  submarine experiment list -o wide --no-headers
  submarine experiment list -o json`,
    )
    .action((options: ListOptions) => listExperiments(options, context));
}

async function listExperiments(options: ListOptions, context: Context): Promise<void> {
  const { listExperiments: list } =
    await import('../../../operations/experiments/manage-experiments.ts');
  const wide = options.output === 'wide';
  const showing = {
    headings: ['ENVIRONMENT', 'PARAMETERS', ...(wide ? ['CODE', 'COMMAND'] : []), 'DESCRIPTION'],
    cells: (document: ListedExperiment) => cells(document, wide),
    toValue: ({ experiment, name, problems }: ListedExperiment) => experiment ?? { name, problems },
    none: ['there are no experiments yet; see: submarine experiment add --help'],
  };
  await writeDocuments(await list(await context.looking()), options, showing, context);
}

function cells({ experiment }: ListedExperiment, wide: boolean): readonly string[] {
  if (experiment === undefined) return [];
  const { environment, parameters = {}, code = '', command, description } = experiment;
  return [
    ...[environment, Object.keys(parameters).join(',')],
    ...(wide ? [code === false ? 'none' : String(code), command.map(shellQuote).join(' ')] : []),
    firstLine(description),
  ];
}
