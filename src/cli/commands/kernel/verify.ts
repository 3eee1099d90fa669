import { Command } from 'commander';

import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { ExitCode } from '../../exit-codes.ts';
import { engineOption } from '../../options/engine-option.ts';

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
    .action(async (name: string | undefined, { engine }: { readonly engine?: string }) => {
      const { io } = context;
      const { verifyKernels } = await import('../../../operations/kernels/verify-kernels.ts');
      const { location, kernels } = await verifyKernels(
        await context.submarine(),
        { name, engine },
        context.call(),
      );
      if (kernels.length === 0) io.note(`no kernel has been built in ${location} yet`);
      for (const { digest, differences } of kernels) {
        for (const line of differences) io.out(`${digest}: ${escapeControls(line)}`);
        if (differences.length === 0) continue;
        context.exitWith(ExitCode.invalidData);
        io.note(`submarine: kernel ${digest} is not as it was built`);
        io.note(`  remove it, and its next start builds it: submarine kernel prune ${digest}`);
      }
    });
}
