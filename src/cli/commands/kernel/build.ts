import { Command } from 'commander';

import { InvalidDataError } from '../../../errors.ts';
import { hasDependencies } from '../../../kernel/kernel-content.ts';
import { quote } from '../../../text/quote.ts';
import { chosenEnvironment } from '../../chosen-environment.ts';
import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { LaunchOptions } from '../../options/launch-options.ts';
import { addImageOptions } from '../../options/launch-options.ts';

type BuildOptions = Omit<LaunchOptions, 'env'>;

export function buildCommand(context: Context): Command {
  const command = new Command('build')
    .description('build the kernels of environments ahead of their first use')
    .argument('[name...]', 'names of environments (default: the one in use)')
    .option('-v, --volume <source:target>', 'mount a folder or a volume (repeatable)', collect)
    .option('--user <user>', 'the user who builds (default: you)')
    .option('--memory <size>', 'the limit of memory: 512m, 8g');
  return addImageOptions(command)
    .addHelpText(
      'after',
      `
A kernel that is there already is left as it is. The name of its folder is printed. Of several, the
first that cannot be built ends it.

Examples:
  submarine kernel build demo
  submarine kernel build demo --offline
  submarine kernel build demo --platform linux/arm64 --dry-run`,
    )
    .action(async (names: string[], options: BuildOptions) => {
      context.exitWith(await buildKernels(names, options, context));
    });
}

/** Builds one after the other, and stops at the first that fails. */
async function buildKernels(
  names: readonly string[],
  options: BuildOptions,
  context: Context,
): Promise<number> {
  for (const name of names.length === 0 ? [undefined] : names) {
    const code = await buildKernel(name, options, context);
    if (code !== 0) return code;
  }
  return 0;
}

async function buildKernel(
  named: string | undefined,
  options: BuildOptions,
  context: Context,
): Promise<number> {
  const { environment } = await chosenEnvironment(named, context);
  const { name, kernel } = environment;
  if (kernel === undefined || !hasDependencies(kernel)) {
    throw new InvalidDataError(
      `the environment ${quote(name)} has no kernel to build`,
      kernel === undefined
        ? 'list dependencies in its profile'
        : `its image holds the kernel ${quote(kernel.name)} already`,
    );
  }
  const { launch } = await import('../../launch.ts');
  const purpose = { kind: 'build', command: ['true'], code: false } as const;
  let digest = '';
  const code = await launch(purpose, { ...options, env: name }, context, async ({ labels }) => {
    digest = labels['submarine.digest'] ?? '';
  });
  if (code === 0 && options.dryRun !== true) context.io.out(digest.slice(0, 32));
  return code;
}
