import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { ContainerOptions } from '../../options/launch-options.ts';
import { addImageOptions } from '../../options/launch-options.ts';

export function buildCommand(context: Context): Command {
  const command = new Command('build')
    .description('build the kernels of environments ahead of their first use')
    .argument('[name...]', 'names of environments (default: the one in use)')
    .option('-v, --volume <source:target>', 'mount a folder or a volume (repeatable)', collect)
    .option('--user <user>', 'the user who builds (default: you)')
    .option('--memory <size>', 'the memory limit: 512m, 8g');
  return addImageOptions(command)
    .addHelpText(
      'after',
      `
A kernel that is already built is left as it is. The name of its folder is printed. If there are
several, the command stops at the first that cannot be built.

Examples:
  submarine kernel build demo
  submarine kernel build demo --offline
  submarine kernel build demo --platform linux/arm64 --dry-run`,
    )
    .action(async (names: string[], options: ContainerOptions) => {
      context.exitWith(await buildKernels(names, options, context));
    });
}

/** Builds one after the other, and stops at the first that fails; of names that cannot be built, none is begun. */
async function buildKernels(
  names: readonly string[],
  options: ContainerOptions,
  context: Context,
): Promise<number> {
  const { checkBuildable } = await import('../../../operations/kernels/build-kernel.ts');
  await checkBuildable(await context.submarine(), names);
  for (const name of names.length === 0 ? [undefined] : names) {
    const code = await buildOne(name, options, context);
    if (code !== 0) return code;
  }
  return 0;
}

async function buildOne(
  environment: string | undefined,
  options: ContainerOptions,
  context: Context,
): Promise<number> {
  const { io, host } = context;
  const { toContainerRequest } = await import('../../options/to-run-request.ts');
  const { buildKernel, showKernelBuild } =
    await import('../../../operations/kernels/build-kernel.ts');
  const request = { ...(await toContainerRequest(options, context)), environment };
  const submarine = await context.submarine();
  if (options.dryRun === true) {
    io.out(await showKernelBuild(submarine, request, context.call()));
    return 0;
  }
  const { followRun } = await import('../../terminal/follow-run.ts');
  const { stderr } = host.streams;
  const streams = { stdout: stderr.fd, stderr };
  const { run, digest } = await buildKernel(submarine, request, streams, context.call());
  const code = await followRun(run, { memory: options.memory }, context);
  if (code === 0) io.out(digest);
  return code;
}
