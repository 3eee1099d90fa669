import { Command, Option } from 'commander';

import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import { collect } from '../../options/global-options.ts';
import type { ImageOptions } from '../../options/launch-options.ts';

interface BakeOptions extends Pick<
  ImageOptions,
  'pull' | 'frozen' | 'engine' | 'engineArg' | 'dryRun'
> {
  readonly tag: string;
  readonly push?: true;
}

export function bakeCommand(context: Context): Command {
  return new Command('bake')
    .description('build an image that contains the kernel of an environment')
    .argument('<name>', 'the name of the environment')
    .requiredOption('--tag <reference>', 'the name of the image')
    .option('--push', 'push it to its registry, and print its name with its digest')
    .addOption(
      new Option('--pull <when>', 'when to fetch the base image')
        .choices(['missing', 'always', 'never'])
        .default('missing'),
    )
    .option('--frozen', 'refuse to bake without a fresh lock (or set SUBMARINE_FROZEN=1)')
    .addOption(engineOption())
    .option(
      '--engine-arg <argument>',
      'pass an argument to its builder unchanged: --engine-arg=--network=host (repeatable)',
      collect,
    )
    .option('--dry-run', 'print how the image would be built and build nothing')
    .addHelpText(
      'after',
      `
The image runs anywhere, with no kernel folder and nothing to build:
  docker run demo:1 --kernel KERNEL -- python train.py
An environment that uses it as its image gets the same kernel, even if it only names it.

Packages are fetched by this machine with your logins, none of which gets into the image.

Examples:
  submarine image bake demo --tag demo:1
  submarine image bake demo --tag registry.example/ml/demo:1 --push
  submarine image bake demo --tag demo:1 --dry-run`,
    )
    .action(async (name: string, options: BakeOptions) => {
      await bake(name, options, context);
    });
}

async function bake(environment: string, options: BakeOptions, context: Context): Promise<void> {
  const { io } = context;
  const { toImageChoice } = await import('../../options/to-run-request.ts');
  const { bakeImage, planBakedImage } = await import('../../../operations/images/bake-image.ts');
  const { tag, push } = options;
  const request = { ...(await toImageChoice(options, context)), environment, tag, push };
  const submarine = await context.submarine();
  if (options.dryRun !== true) {
    return io.out(await bakeImage(submarine, request, context.call()));
  }
  const { dockerfile, commands } = await planBakedImage(submarine, request, context.call());
  // What is done, as the builder's own file with its command lines for comments.
  io.write(dockerfile);
  io.out('');
  for (const line of commands) io.out(`# ${line}`);
}
