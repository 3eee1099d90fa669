import { Command } from 'commander';

import { escapeControls } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { engineOption } from '../../options/engine-option.ts';
import { outputOption, toJson, toYaml } from '../../options/output-options.ts';
import { recordValue } from '../../render/run-record.ts';
import type { Io } from '../../terminal/io.ts';

interface ShowOptions {
  readonly diff?: boolean;
  readonly output: 'yaml' | 'json';
  readonly engine?: string;
}

export function showCommand(context: Context): Command {
  return new Command('show')
    .description('print the record of a run')
    .argument('<run>', 'its id, the beginning of it, its name, or @last')
    .option('--diff', 'print how the code folder differed from its commit, and nothing else')
    .addOption(outputOption(['yaml', 'json'], 'yaml'))
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Examples:
  submarine runs show @last
  submarine runs show @last -o json
  submarine runs show @last --diff`,
    )
    .action(async (run: string, { diff, output, engine }: ShowOptions) => {
      const { io } = context;
      const { findRecord, readCodeDiff } = await import('../../../operations/runs/recorded-run.ts');
      const submarine = await context.looking();
      const choice = { run, engine };
      if (diff === true) {
        return writeDiff((await readCodeDiff(submarine, choice, context.call())) ?? '', io);
      }
      const record = await findRecord(submarine, choice, context.call());
      if (output === 'json') io.out(toJson(recordValue(record)));
      else io.write(await toYaml(recordValue(record)));
    });
}

/** To the byte for a program; a terminal must not obey what a container has written. */
function writeDiff(diff: string, io: Io): void {
  const lines = io.stdoutIsTerminal ? diff.split('\n').map(escapeControls).join('\n') : diff;
  io.write(lines);
}
