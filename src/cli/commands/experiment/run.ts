import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import { parseParameters } from '../../options/parameter-option.ts';
import type { RunOptions } from '../../options/run-options.ts';
import { addRunOptions } from '../../options/run-options.ts';

interface RunExperimentOptions extends RunOptions {
  readonly param?: readonly string[];
}

export function runCommand(context: Context): Command {
  const command = new Command('run')
    .description('run an experiment of the store in its environment')
    .argument('<name>', 'the name of the experiment')
    .option('--param <name=value>', 'set a parameter (repeatable)', collect);
  return addRunOptions(command)
    .addHelpText(
      'after',
      `
The options win over what the experiment says. Its code folder is relative to the folder of the
store's file, and the working directory where it names none. A value is one argument, or a part of
one, whatever it holds: no shell reads it.

Examples:
  submarine experiment run hello
  submarine experiment run hello --param name=you
  submarine experiment run hello --env other --memory 2g --dry-run
  submarine experiment run hello --detach`,
    )
    .action((name: string, options: RunExperimentOptions) => runNamed(name, options, context));
}

async function runNamed(
  experiment: string,
  options: RunExperimentOptions,
  context: Context,
): Promise<void> {
  const { toRunRequest } = await import('../../options/to-run-request.ts');
  const { runExperiment, showExperimentRun } =
    await import('../../../operations/experiments/run-experiment.ts');
  const { startAndFollow } = await import('../../terminal/start-and-follow.ts');
  const { command: _none, ...launch } = await toRunRequest([], options, context);
  const parameters = parseParameters(options.param);
  const request = { ...launch, experiment, parameters, detached: options.detach };
  const way = { start: runExperiment, show: showExperimentRun };
  await startAndFollow(request, options, way, context);
}
