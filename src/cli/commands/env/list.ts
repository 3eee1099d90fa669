import { Command } from 'commander';

import type { ListedEnvironment } from '../../../operations/environments/list-environments.ts';
import { escapeControls } from '../../../text/quote.ts';
import { formatTable } from '../../../text/table.ts';
import { paletteFor } from '../../terminal/colour.ts';
import type { Context } from '../../context.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption, toJson } from '../../options/output-options.ts';

interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

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

async function listEnvironments({ output, headers }: ListOptions, context: Context): Promise<void> {
  const { io } = context;
  const { listEnvironments: list } =
    await import('../../../operations/environments/list-environments.ts');
  const documents = await list(await context.looking());
  if (documents.length === 0 && output !== 'json') {
    io.note('there are no environments yet; add the first one:');
    io.note('  submarine env add --name demo --image python:3.12-slim');
    return;
  }
  switch (output) {
    case 'name':
      for (const document of documents) io.out(shownName(document));
      break;
    case 'json':
      io.out(toJson(documents.map(toValue)));
      break;
    case 'yaml':
      io.write(documents.map(({ text }) => text.replace(/(?<!\n)$/, '\n')).join('---\n'));
      break;
    case 'table':
    case 'wide':
      await writeTable(documents, { wide: output === 'wide', headers }, context);
      break;
  }
}

function toValue({ environment, name, selected, problems }: ListedEnvironment): object {
  return environment === undefined ? { name, selected, problems } : { ...environment, selected };
}

async function writeTable(
  documents: readonly ListedEnvironment[],
  { wide, headers }: { readonly wide: boolean; readonly headers: boolean },
  context: Context,
): Promise<void> {
  const palette = await paletteFor(context.host.streams.stdout, context);
  const heading = [
    '',
    'NAME',
    'IMAGE',
    ...(wide ? ['VM-IMAGE'] : []),
    'KERNEL',
    ...(wide ? ['CHANNELS', 'DEPENDENCIES'] : []),
    'DESCRIPTION',
  ];
  const rows = documents.map((document) => [
    document.selected ? '*' : '',
    shownName(document),
    ...cells(document, wide).map(escapeControls),
  ]);
  const lines = await formatTable(headers ? [heading, ...rows] : rows);
  const width = context.host.streams.stdout.columns;
  lines.forEach((line, index) => {
    const document = documents[headers ? index - 1 : index];
    // A terminal would break a long description into the next line; a pipe gets all of it.
    const shown = width === undefined || wide ? line : cut(line, width);
    if (document === undefined) context.io.out(palette.faint(shown));
    else if (document.environment === undefined) context.io.out(palette.error(shown));
    else context.io.out(document.selected ? palette.selected(shown) : shown);
  });
}

function cells(document: ListedEnvironment, wide: boolean): readonly string[] {
  const { environment, problems } = document;
  if (environment === undefined) {
    const problem = `invalid: ${problems[0]?.message ?? 'it cannot be read'}`;
    return ['', ...(wide ? [''] : []), '', ...(wide ? ['', ''] : []), problem];
  }
  const { kernel } = environment;
  return [
    environment['docker-image'],
    ...(wide ? [environment['vm-image'] ?? ''] : []),
    kernel?.name ?? '',
    ...(wide
      ? [(kernel?.channels ?? []).join(','), String(countDependencies(kernel?.dependencies ?? []))]
      : []),
    (environment.description ?? '').trim().split('\n')[0] ?? '',
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

function shownName({ name }: ListedEnvironment): string {
  return escapeControls(name ?? '(no name)');
}

function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1))}…`;
}
