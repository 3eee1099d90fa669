import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { outputOption, toJson } from '../../options/output-options.ts';

export function showCommand(context: Context): Command {
  return new Command('show')
    .aliases(['get', 'info'])
    .description('print an environment as it is stored, to the byte')
    .argument('<name>', 'the name of the environment')
    .addOption(outputOption(['yaml', 'json'], 'yaml'))
    .addHelpText(
      'after',
      `
Examples:
  submarine env show demo
  submarine env show demo -o json`,
    )
    .action((name: string, { output }: { output: 'yaml' | 'json' }) =>
      showEnvironment(name, output, context),
    );
}

async function showEnvironment(
  name: string,
  output: 'yaml' | 'json',
  { io, looking }: Context,
): Promise<void> {
  const { chosenEnvironment } =
    await import('../../../operations/environments/choose-environment.ts');
  const { environment, text } = await chosenEnvironment(await looking(), name);
  if (output === 'json') io.out(toJson(environment));
  else io.write(text);
}
