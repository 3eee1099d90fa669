import { Command } from 'commander';

import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption, toJson } from '../../options/output-options.ts';
import { writeTable } from '../../terminal/table.ts';

interface ListOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

export function listCommand(context: Context): Command {
  return new Command('list')
    .alias('ls')
    .description('list the configuration files that you accepted, and whether they have changed')
    .addOption(outputOption(['table', 'json', 'name'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addHelpText(
      'after',
      `
A file is accepted, changed (it is not used until it is accepted again) or gone.

Examples:
  submarine trust list
  submarine trust list -o json`,
    )
    .action((options: ListOptions) => listTrusted(options, context));
}

async function listTrusted({ output, headers }: ListOptions, context: Context): Promise<void> {
  const { io } = context;
  const operations = await import('../../../operations/trust/trusted-files.ts');
  const files = await operations.listTrusted(await context.caller());
  if (output === 'json') return io.out(toJson(files));
  if (output === 'name') return files.forEach(({ path }) => io.out(escapeControls(path)));
  if (files.length === 0) return io.note('no configuration files are accepted');
  const rows = files.map(({ path, state }) => [escapeControls(path), state]);
  await writeTable([['PATH', 'STATE'], ...rows], { headers }, context);
}
