import { Command } from 'commander';

import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import { collect } from '../options/global-options.ts';
import { secretOption } from '../options/launch-options.ts';

interface RerunOptions {
  readonly allowChanges?: boolean;
  readonly envVar?: readonly string[];
  readonly secret?: readonly string[];
  readonly detach?: boolean;
  readonly dryRun?: boolean;
}

export function rerunCommand(context: Context): Command {
  return new Command('rerun')
    .description('start the command of a run again, in the same image and kernel')
    .argument('<run>', 'its id, the beginning of it, its name, or @last')
    .option('--allow-changes', 'start it although something is not as it was')
    .option('-e, --env-var <key[=value]>', 'set a variable that was not recorded', collect)
    .addOption(secretOption())
    .option('-d, --detach', 'leave the command running, and print the id of the run')
    .option('--dry-run', 'print the exact command and start nothing')
    .addHelpText(
      'after',
      `
It does not matter what has become of the environment. A code folder at another commit, a variable
whose value was not recorded, or an image that is gone is refused.

Examples:
  submarine rerun @last
  submarine rerun --dry-run @last`,
    )
    .action(async (run: string, options: RerunOptions) => {
      await repeat(run, options, context);
    });
}

async function repeat(
  given: string,
  { allowChanges, envVar, secret, detach, dryRun }: RerunOptions,
  context: Context,
): Promise<void> {
  const { host, io } = context;
  const { secretsOf, variablesOf } = await import('../options/to-run-request.ts');
  const { rerun, showRerun } = await import('../../operations/runs/rerun.ts');
  const request = {
    ...{ run: given, allowChanges, detached: detach, variables: variablesOf(envVar) },
    secrets: secretsOf(secret),
    terminal: host.streams.stdin.isTTY === true && io.stdoutIsTerminal,
    verbose: context.globals().verbose,
  };
  const submarine = await context.submarine();
  if (dryRun === true) return io.out(await showRerun(submarine, request, context.call()));
  const { followRun } = await import('../terminal/follow-run.ts');
  const { stdin, stdout, stderr } = host.streams;
  const streams = { stdin: stdin.fd, stdout: stdout.fd, stderr, keys: context.signals.keys };
  const { run, compare } = await rerun(submarine, request, streams, context.call());
  if (detach === true) return io.out(run.runId);
  context.exitWith(await followRun(run, {}, context));
  const results = await compare();
  if (results === undefined) return;
  const different = Object.entries(results).flatMap(([folder, paths]) =>
    paths.map((path) => `${folder}/${path}`),
  );
  const verdict = different.length === 0 ? 'same' : `${different.join(', ')} differ`;
  io.note(`results: ${escapeControls(verdict)}`);
}
