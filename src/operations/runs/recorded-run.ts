import { parseEnvironment } from '../../environment/parse-environment.ts';
import type { EnvironmentDocument } from '../../environment/environment.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import { parseLock } from '../../lock/lock-file.ts';
import type { Lock } from '../../lock/lock.ts';
import type { RunRecord } from '../../run-records/run-record.ts';
import { quote } from '../../text/quote.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { RunChoice } from './find-run.ts';
import { findRecordedRun } from './find-run.ts';

/**
 * The record of a run.
 *
 * @throws SubmarineError of the kind `not-found` when there is none: somebody else started it, or it was removed
 * @throws InvalidDataError when it cannot be read
 */
export async function findRecord(
  submarine: Submarine,
  choice: RunChoice,
  call?: Call,
): Promise<RunRecord> {
  const direct = /^[0-9a-f]{8}$/.test(choice.run)
    ? await submarine.records.find(choice.run)
    : undefined;
  // What has ended since it was written is completed when the engine is asked.
  const id =
    direct?.end === undefined ? (await findRecordedRun(submarine, choice, call)).id : direct.id;
  const record = direct?.end === undefined ? await submarine.records.find(id) : direct;
  if (record !== undefined) return record;
  throw new SubmarineError({
    kind: 'not-found',
    code: 'run-not-recorded',
    message: `there is no record of the run ${quote(choice.run)}`,
    data: { run: choice.run },
  });
}

/** The environment of a run, as it was: its document, and the exact image and packages. */
export interface RecordedSource {
  readonly document: EnvironmentDocument;
  readonly lock: Lock;
}

/** @throws InvalidDataError when it can no longer be read */
export async function sourceOf(
  { environment, image, kernel }: RunRecord,
  { records }: Pick<Submarine, 'records'>,
): Promise<RecordedSource> {
  const parsed = await parseEnvironment(environment.document);
  if (parsed.environment === undefined) {
    throw new InvalidDataError(
      `this version of submarine cannot read the recorded environment ${quote(environment.name)}`,
    );
  }
  const document = { text: parsed.text, environment: parsed.environment };
  const text = kernel?.lock === undefined ? undefined : await records.findLock(kernel.lock);
  if (text !== undefined) return { document, lock: await parseLock(text, kernel?.lock ?? '') };
  const { reference, id, digest } = image;
  const { channels = [], dependencies = [] } = parsed.environment.kernel ?? {};
  return {
    document,
    lock: {
      image: digest === undefined ? { reference, local: id } : { reference, digest },
      content: { channels, dependencies },
      platforms: {},
    },
  };
}
