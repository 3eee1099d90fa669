import { join } from 'node:path';

import type { RunRecord } from '../../run-records/run-record.ts';
import { endReason, TIMED_OUT } from '../../run-records/run-record.ts';
import type { Submarine } from '../submarine.ts';
import { hashResults } from './hash-results.ts';
import { closeRunFolder } from './run-folder.ts';

/** How a command was seen to end. */
interface SeenEnd {
  readonly exitCode: number;
  readonly outOfMemory?: boolean;
  readonly endedAt?: Date;
}

/**
 * Completes the record of a run whose end is seen, where nobody has done so yet: several commands can see it at once.
 * What it left on this machine for itself is looked at and removed.
 *
 * @returns the record with its end
 */
export async function completeRecord(
  { records, caller }: Pick<Submarine, 'records' | 'caller'>,
  record: RunRecord,
  seen: SeenEnd,
): Promise<RunRecord> {
  if (record.end !== undefined) return record;
  const folder = join(caller.folders.host, 'runs', record.id);
  let completed: Promise<RunRecord> | undefined;
  const complete = (current: RunRecord): Promise<RunRecord> =>
    (completed ??= withEnd(current, seen, folder));
  // Its server is gone.
  if (record.request.kind === 'notebook') await records.tokens.remove([record.id]).catch(() => {});
  try {
    return await records.change(record.id, (current = record) =>
      current.end === undefined ? complete(current) : Promise.resolve(current),
    );
  } catch {
    // Who cannot write it is told so when the next run starts.
    return complete(record);
  }
}

async function withEnd(
  record: RunRecord,
  { endedAt = new Date(), ...seen }: SeenEnd,
  folder: string,
): Promise<RunRecord> {
  const tookMs = endedAt.getTime() - record.startedAt.getTime();
  const reason = endReason({ ...seen, tookMs }, record.request.timeoutMs);
  const { installed = [] } = await closeRunFolder(folder);
  return {
    ...record,
    end: {
      ...{ reason, at: endedAt, installed },
      exitCode: reason === 'timeout' ? TIMED_OUT : seen.exitCode,
      results: await hashResults(record.request.results ?? []),
    },
  };
}
