import { join } from 'node:path';

import type { RunRecord } from '../../run-records/run-record.ts';
import { endReason } from '../../run-records/run-record.ts';
import type { Submarine } from '../submarine.ts';
import { hashResults } from './hash-results.ts';
import { closeRunFolder } from './run-folder.ts';

/** How a command was seen to end. */
interface SeenEnd {
  readonly exitCode: number;
  readonly outOfMemory?: boolean;
  readonly endedAt?: Date;
  /** Where that is known already. */
  readonly installed?: readonly string[];
}

/**
 * Completes the record of a run whose end is seen, where nobody has done so yet. What it left on this machine for itself
 * is looked at and removed.
 *
 * @returns the record with its end
 */
export async function completeRecord(
  { records, caller }: Pick<Submarine, 'records' | 'caller'>,
  record: RunRecord,
  { installed, endedAt = new Date(), ...seen }: SeenEnd,
): Promise<RunRecord> {
  if (record.end !== undefined) return record;
  const folder = join(caller.folders.host, 'runs', record.id);
  const completed: RunRecord = {
    ...record,
    end: {
      reason: endReason(seen, record.request.timeoutMs),
      at: endedAt,
      exitCode: seen.exitCode,
      installed: installed ?? (await closeRunFolder(folder)).installed ?? [],
      results: await hashResults(record.request.results ?? []),
    },
  };
  // Who cannot write it is told so when the next run starts.
  await records.write(completed).catch(() => {});
  return completed;
}
