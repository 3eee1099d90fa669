import { Command } from 'commander';

import type { Context } from '../../context.ts';
import { engineOption } from '../../options/launch-options.ts';
import type { VerifyOptions } from './verify-kernels.ts';

export function verifyCommand(context: Context): Command {
  return new Command('verify')
    .description('compare kernels with their records, file by file, and with their locks')
    .argument('[name]', 'an environment, or the digest of a kernel (default: every kernel)')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Each difference is a line, and the exit code is 65 then.

Examples:
  submarine kernel verify
  submarine kernel verify demo`,
    )
    .action(async (name: string | undefined, options: VerifyOptions) => {
      const { verifyKernels } = await import('./verify-kernels.ts');
      context.exitWith(await verifyKernels(name, options, context));
    });
}
