import { Command } from 'commander';

import { InterruptedError, UsageError } from '../../../errors.ts';
import type { LockChoice } from '../../../operations/locks/lock-work.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import { collect } from '../../options/global-options.ts';

interface LockOptions {
  readonly all?: boolean;
  readonly platform?: readonly string[];
  readonly update?: readonly string[];
  readonly check?: boolean;
  readonly cuda?: string;
  readonly glibc?: string;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
  readonly engine?: string;
}

export function lockCommand(context: Context): Command {
  return new Command('lock')
    .description('write down the exact image and packages of environments')
    .argument('[name...]', 'names of environments (default: the one in use)')
    .option('--all', 'all environments of the store')
    .option(
      '--platform <platform>',
      "as conda names it: linux-64, linux-aarch64 (repeatable; default: the image's, and those of the old lock)",
      collect,
    )
    .option('--update <package>', 'change this package and what it must (repeatable)', collect)
    .option('--check', 'change nothing; fail unless the locks are fresh and whole')
    .option('--cuda <version>', 'solve for a machine whose driver has this CUDA: 12.4')
    .option('--glibc <version>', "the version of the machine's libc (default: the image's)")
    .option('--dry-run', 'print the locks and write nothing')
    .option('--offline', 'use only what was fetched before')
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
The path of each lock is printed. submarine run uses a fresh lock without being asked. If there
are pip lines, the conda packages are installed first, as a kernel, whose pip is then asked.

Examples:
  submarine env lock demo
  submarine env lock demo --dry-run
  submarine env lock --all --check`,
    )
    .action(async (names: string[], options: LockOptions) => {
      await lockEnvironments(names, options, context);
    });
}

/**
 * Locks one environment after the other, each as soon as it is solved. One that fails is reported, the others go on,
 * and the exit code is that of the first that failed.
 */
async function lockEnvironments(
  given: readonly string[],
  options: LockOptions,
  context: Context,
): Promise<void> {
  const { all = false, check = false, update } = options;
  if (check && update !== undefined) {
    throw new UsageError('--check changes nothing and --update does', 'leave one of them out');
  }
  if (all && given.length > 0) {
    throw new UsageError('--all is all of them, and some are named', 'leave one of them out');
  }
  const { checkLockChoice, namesToLock } =
    await import('../../../operations/locks/lock-environment.ts');
  const choice = toChoice(options, context);
  checkLockChoice(choice);
  const submarine = await context.submarine();
  let failed: unknown;
  for (const name of await namesToLock(submarine, { names: given, all })) {
    try {
      await (check ? checkOne(name, options, context) : lockOne(name, choice, options, context));
    } catch (error) {
      // A signal is for all of them.
      if (error instanceof InterruptedError) throw error;
      const { report } = await import('../../terminal/report.ts');
      const code = await report(error, context);
      if (failed === undefined) context.exitWith(code);
      failed ??= error;
    }
  }
}

function toChoice(options: LockOptions, context: Context): LockChoice {
  const { platform, update, cuda, glibc, offline, engine } = options;
  return {
    ...{ platforms: platform, update, cuda, glibc, offline, engine },
    verbose: context.globals().verbose,
  };
}

async function checkOne(name: string, { platform }: LockOptions, context: Context): Promise<void> {
  const { requireFreshLock } = await import('../../../operations/locks/lock-environment.ts');
  await requireFreshLock(await context.submarine(), { name, platforms: platform });
}

async function lockOne(
  name: string,
  choice: LockChoice,
  { dryRun = false }: LockOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { lockEnvironment } = await import('../../../operations/locks/lock-environment.ts');
  const { madeLockLines } = await import('../../render/lock-diff.ts');
  const request = { ...choice, name, dryRun };
  const made = await lockEnvironment(await context.submarine(), request, context.call());
  if (dryRun) io.write(made.text);
  else io.out(made.location);
  for (const line of madeLockLines(name, made)) io.note(line);
}
