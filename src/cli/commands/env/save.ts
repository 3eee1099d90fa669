import { Command } from 'commander';

import type { Context } from '../../context.ts';

interface SaveOptions {
  readonly fromRun: string;
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

export function saveCommand(context: Context): Command {
  return new Command('save')
    .description('add the environment that a run had, with the exact image and packages')
    .argument('<name>', 'what it is to be called')
    .requiredOption('--from-run <run>', 'the id of a run, the beginning of it, its name, or @last')
    .option('--replace', 'replace an environment of the same name')
    .option('--dry-run', 'print what would be added and change nothing')
    .addHelpText(
      'after',
      `
The packages are exact where the environment was locked when the run was started.

Examples:
  submarine env save good --from-run @last
  submarine env save good --from-run @last --replace --dry-run`,
    )
    .action(async (name: string, { fromRun, replace, dryRun }: SaveOptions) => {
      const { io } = context;
      const { saveEnvironment } =
        await import('../../../operations/environments/save-environment.ts');
      const request = { name, run: fromRun, replace, dryRun };
      const { text, environment } = await saveEnvironment(
        await context.submarine(),
        request,
        context.call(),
      );
      if (dryRun === true) io.write(text.endsWith('\n') ? text : `${text}\n`);
      else io.out(environment.name);
    });
}
