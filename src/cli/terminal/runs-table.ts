import type { KnownRun } from '../../operations/runs/known-runs.ts';
import type { Context } from '../context.ts';
import type { OutputFormat } from '../options/output-options.ts';
import { toJson, toYaml } from '../options/output-options.ts';
import { runTable, runValue } from '../render/runs.ts';
import { writeTable } from './table.ts';

interface RunsOutput {
  readonly output: OutputFormat;
  /** Whether a table has headings. */
  readonly headers: boolean;
  /** What a person is told where there is no run. */
  readonly none: string;
}

/** Writes a list of runs to stdout. */
export async function writeRuns(
  runs: readonly KnownRun[],
  { output, headers, none }: RunsOutput,
  context: Context,
): Promise<void> {
  const { io, host } = context;
  if (output === 'json') return io.out(toJson(runs.map(runValue)));
  if (output === 'yaml') return io.write(await toYaml(runs.map(runValue)));
  if (output === 'name') return runs.forEach(({ id }) => io.out(id));
  if (runs.length === 0) return io.note(none);
  const wide = output === 'wide';
  const columns = wide ? undefined : host.streams.stdout.columns;
  await writeTable(runTable(runs, { wide, columns }), { headers, columns }, context);
}
