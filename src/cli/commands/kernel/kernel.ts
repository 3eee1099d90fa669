import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { buildCommand } from './build.ts';

export function kernelCommand(context: Context): Command {
  return new Command('kernel')
    .description('build kernels and look after them')
    .addHelpText(
      'after',
      `
Examples:
  submarine kernel build demo`,
    )
    .addCommand(buildCommand(context));
}
