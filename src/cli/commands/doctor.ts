import { Command } from 'commander';

import type { Finding } from '../../operations/doctor/finding.ts';
import { escapeControls } from '../../text/quote.ts';
import type { Context } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { engineOption } from '../options/engine-option.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { outputOption, toJson } from '../options/output-options.ts';
import type { Palette } from '../terminal/colour.ts';
import { paletteFor } from '../terminal/colour.ts';

interface DoctorOptions {
  readonly network?: boolean;
  readonly engine?: string;
  readonly output: OutputFormat;
}

export function doctorCommand(context: Context): Command {
  return new Command('doctor')
    .description('check this machine and suggest fixes')
    .option('--network', 'ask channels and the package index, too')
    .addOption(outputOption(['table', 'json'], 'table'))
    .addOption(engineOption())
    .addHelpText(
      'after',
      `
Nothing is changed, fetched or started, and nothing that is printed is secret. The exit code is 69
when something cannot work, else 0.

Examples:
  submarine doctor
  submarine doctor --network -o json`,
    )
    .action(async ({ network, engine, output }: DoctorOptions) => {
      const { examine } = await import('../../operations/doctor/examine.ts');
      const request = { node: process.version, network, engine };
      // Each warning is a finding, too.
      const call = { signal: context.signals.aborted };
      const findings = await examine(await context.looking(), request, call);
      await write(findings, output, context);
      if (findings.some(({ state }) => state === 'fail'))
        context.exitWith(ExitCode.engineUnavailable);
    });
}

async function write(
  findings: readonly Finding[],
  output: OutputFormat,
  context: Context,
): Promise<void> {
  const { io, host } = context;
  const { remedyFor } = await import('../render/remedies.ts');
  const remedied = findings.map((finding) =>
    finding.state === 'ok'
      ? finding
      : { ...finding, remedy: remedyFor({ ...finding, remedy: finding.remedy }) },
  );
  if (output === 'json') return io.out(toJson(remedied));
  const palette = await paletteFor(host.streams.stdout, context);
  for (const { state, subject, message, remedy } of remedied) {
    io.out(`${MARKS[state](palette)}  ${subject.padEnd(WIDTH)}  ${escapeControls(message)}`);
    if (remedy) io.out(`${' '.repeat(WIDTH + 8)}${palette.faint(escapeControls(remedy))}`);
  }
}

/** That of the longest subject. */
const WIDTH = 'configuration'.length;

const MARKS: Readonly<Record<Finding['state'], (palette: Palette) => string>> = {
  ok: ({ selected }) => selected('ok  '),
  warn: ({ error }) => error('warn'),
  fail: ({ error }) => error('fail'),
};
