import { Command } from 'commander';

import type { Experiment } from '../../../experiment/experiment.ts';
import type { Context } from '../../context.ts';
import { outputOption, toJson, toYaml } from '../../options/output-options.ts';
import { PARAMETER_HEADINGS, parameterRow } from '../../render/parameters.ts';
import { writeTable } from '../../terminal/table.ts';

interface ShowOptions {
  readonly parameters?: boolean;
  readonly output?: 'yaml' | 'json';
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
}

export function showCommand(context: Context): Command {
  const output = outputOption(['yaml', 'json'], 'yaml').default(undefined, 'yaml');
  return new Command('show')
    .aliases(['get', 'info'])
    .description('print an experiment as it is stored, to the byte')
    .argument('<name>', 'the name of the experiment')
    .option('--parameters', 'print its parameters alone, as a table')
    .addOption(output)
    .option('--no-headers', 'leave out the headings of the table')
    .addHelpText(
      'after',
      `
Examples:
  submarine experiment show hello
  submarine experiment show hello --parameters
  submarine experiment show hello -o json`,
    )
    .action((name: string, options: ShowOptions) => showExperiment(name, options, context));
}

async function showExperiment(
  name: string,
  { parameters, output, headers }: ShowOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { getExperiment } = await import('../../../operations/experiments/manage-experiments.ts');
  const { experiment, text } = await getExperiment(await context.looking(), name);
  const value = parameters === true ? (experiment.parameters ?? {}) : experiment;
  if (output === 'json') io.out(toJson(value));
  else if (parameters !== true) io.write(text);
  else if (output === 'yaml') io.write(await toYaml(value));
  else await writeParameters(experiment, headers, context);
}

async function writeParameters(
  { parameters = {} }: Experiment,
  headers: boolean,
  context: Context,
): Promise<void> {
  const rows = Object.entries(parameters).map(parameterRow);
  if (rows.length === 0) return context.io.note('this experiment has no parameters');
  const { columns } = context.host.streams.stdout;
  await writeTable([PARAMETER_HEADINGS, ...rows], { headers, columns }, context);
}
