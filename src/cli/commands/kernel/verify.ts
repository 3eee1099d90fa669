import { Command } from 'commander';

import type { Verification, VerifiedKernel } from '../../../operations/kernels/verify-kernels.ts';
import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { ExitCode } from '../../exit-codes.ts';
import { engineOption } from '../../options/engine-option.ts';
import type { OutputFormat } from '../../options/output-options.ts';
import { outputOption, toJson, toYaml } from '../../options/output-options.ts';
import type { Palette } from '../../terminal/colour.ts';
import { writeTable } from '../../terminal/table.ts';

interface VerifyOptions {
  readonly output: OutputFormat;
  /** `false` for `--no-headers`. */
  readonly headers: boolean;
  readonly engine?: string;
}

export function verifyCommand(context: Context): Command {
  return new Command('verify')
    .description('compare kernels with their records, file by file, and with their locks')
    .argument('[name]', 'an environment, or the digest of a kernel (default: every kernel)')
    .addOption(outputOption(['table', 'json', 'yaml'], 'table'))
    .option('--no-headers', 'leave out the headings')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Files that no record knows are named if they change what runs: programs, activation scripts, .pth
files, distributions. A kernel that is as it was built has a line that ends in ok. Otherwise each
difference has a line, and the exit code is 65.

Examples:
  submarine kernel verify
  submarine kernel verify demo
  submarine kernel verify -o json`,
    )
    .action(async (name: string | undefined, { engine, ...options }: VerifyOptions) => {
      const { verifyKernels } = await import('../../../operations/kernels/verify-kernels.ts');
      const verification = await verifyKernels(
        await context.submarine(),
        { name, engine },
        context.call(),
      );
      await writeVerification(verification, options, context);
      for (const { digest, ok } of verification.kernels) if (!ok) tellOfDifferent(digest, context);
    });
}

async function writeVerification(
  { location, kernels }: Verification,
  { output, headers }: Omit<VerifyOptions, 'engine'>,
  context: Context,
): Promise<void> {
  const { io } = context;
  if (output === 'json') io.out(toJson(kernels));
  else if (output === 'yaml') io.write(await toYaml(kernels));
  else if (kernels.length === 0) io.note(`no kernel has been built in ${location} yet`);
  else await writeResults(kernels, headers, context);
}

/** A row for each kernel that is well, and for each difference of the others. */
async function writeResults(
  kernels: readonly VerifiedKernel[],
  headers: boolean,
  context: Context,
): Promise<void> {
  const results = kernels.flatMap(({ digest, environments, ok, differences }) =>
    (ok ? ['ok'] : differences).map((result) => ({ digest, environments, ok, result })),
  );
  const rows = results.map(({ digest, environments, result }) => [
    ...[digest, environments.join(','), escapeControls(result)],
  ]);
  const paint = (line: string, index: number, { error }: Palette): string =>
    results[index]?.ok === false ? error(line) : line;
  await writeTable([['DIGEST', 'ENVIRONMENTS', 'RESULT'], ...rows], { headers, paint }, context);
}

function tellOfDifferent(digest: string, context: Context): void {
  context.exitWith(ExitCode.invalidData);
  context.io.note(`submarine: kernel ${digest} is not as it was built`);
  context.io.note(`  remove it, and its next start builds it: submarine kernel prune ${digest}`);
}
