import { Command } from 'commander';

import type { KnownNotebook } from '../../../operations/notebooks/list-notebooks.ts';
import { escapeControls } from '../../../text/quote.ts';
import { formatAgo } from '../../../text/time-span.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption, toJson, toYaml } from '../../options/output-options.ts';
import { runValue } from '../../render/runs.ts';
import { writeTable } from '../../terminal/table.ts';

interface ListOptions {
  readonly env?: string;
  readonly engine?: string;
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list notebooks that are running')
    .option('--env <name>', 'list only those of an environment')
    .addOption(outputOption(['table', 'wide', 'json', 'yaml', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Lists all notebooks on the engine; addresses and folders are shown for your own only.

Examples:
  submarine notebook list
  submarine notebook list -o json`,
    )
    .action(async (options: ListOptions) => {
      const { listNotebooks } = await import('../../../operations/notebooks/list-notebooks.ts');
      const submarine = await context.looking();
      const { env: environment, engine } = options;
      const found = await listNotebooks(submarine, { environment, engine }, context.call());
      await write(found, options, context);
    });
}

async function write(
  found: readonly KnownNotebook[],
  { output, headers }: ListOptions,
  context: Context,
): Promise<void> {
  const { io, host } = context;
  const value = ({ folder, url, ...run }: KnownNotebook) => ({ ...runValue(run), folder, url });
  if (output === 'json') return io.out(toJson(found.map(value)));
  if (output === 'yaml') return io.write(await toYaml(found.map(value)));
  if (output === 'name') return found.forEach(({ id }) => io.out(id));
  if (found.length === 0) return io.note('no notebook is running');
  const wide = output === 'wide';
  const columns = wide ? undefined : host.streams.stdout.columns;
  const headings = ['ID', 'ENVIRONMENT', 'ADDRESS', 'STARTED', 'FOLDER', ...(wide ? WIDE : [])];
  await writeTable(
    [headings, ...found.map((one) => rowOf(one, wide))],
    { headers, columns },
    context,
  );
}

const WIDE = ['NAME', 'IMAGE', 'URL'] as const;

function rowOf(notebook: KnownNotebook, wide: boolean): readonly string[] {
  const { id, name, environment, url, startedAt, folder = '', image } = notebook;
  const address = url === undefined ? '' : new URL(url).host;
  return [
    ...[id, environment, address, formatAgo(Date.now() - startedAt.getTime()), folder],
    ...(wide ? [name, image, url ?? ''] : []),
  ].map(escapeControls);
}
