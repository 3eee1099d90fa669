import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { toFileSource } from '../../options/file-argument.ts';
import { documentStream } from '../../render/document-stream.ts';

interface AddOptions {
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

export function addCommand(context: Context): Command {
  return new Command('add')
    .alias('create')
    .description('add the experiments of a file to the store: all, or none')
    .argument('<file>', 'a file of experiments, or - for stdin')
    .option('--replace', 'replace an experiment of the same name')
    .option('--dry-run', 'print what would be added and change nothing')
    .addHelpText(
      'after',
      `
Examples:
  printf 'kind: experiment\\nname: hello\\nenvironment: demo\\ncommand: [echo, hello]\\n' |
    submarine experiment add -
  printf 'kind: experiment\\nname: hello\\nenvironment: demo\\ncommand: [echo, hi]\\n' |
    submarine experiment add - --replace --dry-run`,
    )
    .action(async (file: string, { replace, dryRun }: AddOptions) => {
      const { addExperiments } = await import('../../../operations/experiments/add-experiments.ts');
      const request = { file: await toFileSource(file, context), replace, dryRun };
      const documents = await addExperiments(await context.submarine(), request, context.call());
      if (dryRun === true) return context.io.write(documentStream(documents));
      for (const { experiment } of documents) context.io.out(experiment.name);
    });
}
