import { Command } from 'commander';

import type { Context } from '../../context.ts';
import type { BuildOptions } from '../../options/launch-options.ts';
import { addImageOptions } from '../../options/launch-options.ts';

export function buildCommand(context: Context): Command {
  const command = new Command('build')
    .description('build the kernels of environments ahead of their first use')
    .argument('[name...]', 'names of environments (default: the one in use)')
    .option('--gpus <gpus>', 'GPUs to give, for packages that ask for CUDA: all, 2, device=0')
    .option('--memory <size>', 'the memory limit: 512m, 8g');
  return addImageOptions(command)
    .addHelpText(
      'after',
      `
A kernel that is already built is left as it is. The name of its folder is printed. If there are
several, the command stops at the first that cannot be built.

Packages are found and fetched with your logins, and installed in a container that has none. It
has no network either, unless a package must be built from its source.

Examples:
  submarine kernel build demo
  submarine kernel build demo --offline
  submarine kernel build demo --platform linux/arm64 --dry-run`,
    )
    .action(async (names: string[], options: BuildOptions) => {
      await buildKernels(names, options, context);
    });
}

/** Builds one after the other, and stops at the first that fails; of names that cannot be built, none is begun. */
async function buildKernels(
  names: readonly string[],
  options: BuildOptions,
  context: Context,
): Promise<void> {
  const { checkBuildable } = await import('../../../operations/kernels/build-kernel.ts');
  await checkBuildable(await context.submarine(), names);
  for (const name of names.length === 0 ? [undefined] : names) {
    await buildOne(name, options, context);
  }
}

async function buildOne(
  environment: string | undefined,
  options: BuildOptions,
  context: Context,
): Promise<void> {
  const { io, host } = context;
  const { toBuildRequest } = await import('../../options/to-run-request.ts');
  const { buildKernel, showKernelBuild } =
    await import('../../../operations/kernels/build-kernel.ts');
  const request = { ...(await toBuildRequest(options, context)), environment };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    io.out(await showKernelBuild(submarine, request, context.call()));
    return;
  }
  const { stderr } = host.streams;
  const { digest } = await buildKernel(submarine, request, { stderr }, context.call());
  io.out(digest);
}
