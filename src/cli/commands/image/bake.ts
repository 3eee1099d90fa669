import { Command, Option } from 'commander';

import type { BakeOptions } from './bake-image.ts';
import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';

export function bakeCommand(context: Context): Command {
  return new Command('bake')
    .description('make an image in which the kernel of an environment is built already')
    .argument('<name>', 'the name of the environment')
    .requiredOption('--tag <reference>', 'the name of the image')
    .option('--push', 'hand it to its registry, and print its name with its digest')
    .addOption(
      new Option('--pull <when>', 'when to fetch the image below')
        .choices(['missing', 'always', 'never'])
        .default('missing'),
    )
    .option('--frozen', 'refuse to bake without a fresh lock (or set SUBMARINE_FROZEN=1)')
    .addOption(
      new Option('--engine <engine>', 'the container engine (default: docker)').choices(['docker']),
    )
    .option(
      '--engine-arg <argument>',
      'an argument for its builder, as it is: --engine-arg=--network=host (repeatable)',
      collect,
    )
    .option('--dry-run', 'print how the image would be built and build nothing')
    .addHelpText(
      'after',
      `
The image starts anywhere, without a folder for kernels and without a build:
  docker run demo:1 --kernel KERNEL -- python train.py
An environment that names it as its image starts in it the same kernel, also by its name alone.

Examples:
  submarine image bake demo --tag demo:1
  submarine image bake demo --tag registry.example/ml/demo:1 --push
  submarine image bake demo --tag demo:1 --dry-run`,
    )
    .action(async (name: string, options: BakeOptions) => {
      const { bake } = await import('./bake-image.ts');
      await bake(name, options, context);
    });
}
