import { Command, Option } from 'commander';

import type { Context } from '../../context.ts';
import { ExitCode } from '../../exit-codes.ts';
import { engineOption } from '../../options/engine-option.ts';
import { toJson } from '../../options/output-options.ts';

interface DiffOptions {
  readonly exitCode?: boolean;
  readonly output: 'text' | 'json';
  readonly engine?: string;
}

export function diffCommand(context: Context): Command {
  return new Command('diff')
    .description('print how two runs differ: image, packages, code, command, options and results')
    .argument('<run>', 'its id, the beginning of it, its name, or @last')
    .argument('<other>', 'another')
    .option('--exit-code', 'exit with 1 when there is a difference')
    .addOption(
      new Option('-o, --output <format>', 'the output format')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Examples:
  submarine runs diff @last 0f3a2b1c
  submarine runs diff @last 0f3a2b1c -o json --exit-code`,
    )
    .action(async (run: string, other: string, options: DiffOptions) => {
      const isSame = await diff({ run, other, engine: options.engine }, options, context);
      if (options.exitCode === true && !isSame) context.exitWith(ExitCode.different);
    });
}

/** @returns whether there is no difference */
async function diff(
  request: { readonly run: string; readonly other: string; readonly engine: string | undefined },
  { output }: DiffOptions,
  { io, looking, call }: Context,
): Promise<boolean> {
  const { areRunsAlike, diffRuns } = await import('../../../operations/runs/diff-runs.ts');
  const { runDiffLines } = await import('../../render/run-diff.ts');
  const found = await diffRuns(await looking(), request, call());
  const isSame = areRunsAlike(found);
  if (output === 'json') io.out(toJson(found));
  else if (isSame) io.note('the two runs are alike');
  else for (const line of runDiffLines(found)) io.out(line);
  return isSame;
}
