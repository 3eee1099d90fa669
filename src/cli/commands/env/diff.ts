import { Command, Option } from 'commander';

import { UsageError } from '../../../errors.ts';
import { quote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { ExitCode } from '../../exit-codes.ts';
import { collect } from '../../options/global-options.ts';
import { toJson } from '../../options/output-options.ts';

interface DiffOptions {
  readonly platform?: readonly string[];
  readonly exitCode?: boolean;
  readonly output: 'text' | 'json';
}

export function diffCommand(context: Context): Command {
  return new Command('diff')
    .description('print how the locks of two environments differ, or an environment and its lock')
    .argument('<name>', 'the name of an environment')
    .argument('[other]', 'the name of another; without it, the first is compared with its lock')
    .option(
      '--platform <platform>',
      'of two locks, compare this one: linux-64 (repeatable)',
      collect,
    )
    .option('--exit-code', 'exit with 1 when there is a difference')
    .addOption(
      new Option('-o, --output <format>', 'the output format')
        .choices(['text', 'json'])
        .default('text'),
    )
    .addHelpText(
      'after',
      `
Examples:
  submarine env diff demo
  submarine env diff demo demo2 --platform linux-64
  submarine env diff demo -o json --exit-code`,
    )
    .action(async (name: string, other: string | undefined, options: DiffOptions) => {
      const isSame = await (other === undefined
        ? diffFromLock(name, options, context)
        : diffTwo([name, other], options, context));
      if (options.exitCode === true && !isSame) context.exitWith(ExitCode.different);
    });
}

/** @returns whether there is no difference */
async function diffTwo(
  [name, other]: readonly [string, string],
  { platform, output }: DiffOptions,
  { io, looking }: Context,
): Promise<boolean> {
  const { diffEnvironments } =
    await import('../../../operations/environments/diff-environments.ts');
  const { isSame } = await import('../../../lock/lock-diff.ts');
  const { diffLines } = await import('../../render/lock-diff.ts');
  const diff = await diffEnvironments(await looking(), { name, other, platforms: platform });
  const same = isSame(diff);
  if (output === 'json') io.out(toJson(diff));
  else if (same) io.note(`the locks of ${quote(name)} and ${quote(other)} are the same`);
  else for (const line of diffLines(diff)) io.out(line);
  return same;
}

/** @returns whether there is no difference */
async function diffFromLock(
  name: string,
  { platform, output }: DiffOptions,
  { io, looking, call }: Context,
): Promise<boolean> {
  if (platform !== undefined) {
    throw new UsageError(
      'a profile is the same for every platform',
      'leave --platform out, or name a second environment',
    );
  }
  const operations = await import('../../../operations/environments/diff-environments.ts');
  const { isProfileSame } = await import('../../../lock/profile-diff.ts');
  const { profileDiffLines } = await import('../../render/profile-diff.ts');
  const diff = await operations.diffFromLock(await looking(), { name }, call());
  const same = isProfileSame(diff);
  if (output === 'json') io.out(toJson({ name, ...diff }));
  else if (same) io.note(`the lock of ${quote(name)} is for what its profile says`);
  else for (const line of profileDiffLines(diff)) io.out(line);
  if (output === 'text') for (const words of diff.open) io.note(`open: ${words}`);
  return same;
}
