import { parseEnvironment } from '../../environment/parse-environment.ts';
import type { Environment, EnvironmentDocument } from '../../environment/environment.ts';
import { InvalidDataError, SubmarineError } from '../../errors.ts';
import { parseLock } from '../../lock/lock-file.ts';
import type { Lock } from '../../lock/lock.ts';
import type { RecordedImage, RunRecord } from '../../run-records/run-record.ts';
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

/**
 * How the code folder of a run differed from its commit, as `git diff` has it; undefined where that is not known.
 *
 * @throws as `findRecord` does
 */
export async function readCodeDiff(
  submarine: Submarine,
  choice: RunChoice,
  call?: Call,
): Promise<string | undefined> {
  const { code } = await findRecord(submarine, choice, call);
  return code?.diff === undefined ? undefined : submarine.records.diffs.find(code.diff);
}

/** What a run had beside its document. */
export interface RecordedChoices {
  /** Its id. */
  readonly run: string;
  /** The exact image, and the packages where they were locked. */
  readonly lock: Lock;
  /** The folder of the project that the environment came with, where the user had not accepted its configuration. */
  readonly untrustedProject?: string | undefined;
  /** The folder of what persisted for it. */
  readonly home?: string | undefined;
}

/** The environment of a run, as it was. */
export interface EnvironmentOfRun extends EnvironmentDocument {
  readonly recorded: RecordedChoices;
}

/**
 * The environment that a run had.
 *
 * @throws as `findRecord` and `environmentOf` do
 */
export async function environmentOfRun(
  submarine: Submarine,
  choice: RunChoice,
  call?: Call,
): Promise<EnvironmentOfRun> {
  return environmentOf(await findRecord(submarine, choice, call), submarine);
}

/** @throws InvalidDataError when it can no longer be read */
export async function environmentOf(
  { id: run, environment, image, kernel, request }: RunRecord,
  { records }: Pick<Submarine, 'records'>,
): Promise<EnvironmentOfRun> {
  const parsed = await parseEnvironment(environment.document);
  if (parsed.environment === undefined) {
    throw new InvalidDataError(
      `this version of submarine cannot read the recorded environment ${quote(environment.name)}`,
    );
  }
  const text = kernel?.lock === undefined ? undefined : await records.locks.find(kernel.lock);
  const lock =
    text === undefined
      ? imageLock(parsed.environment, image)
      : await parseLock(text, kernel?.lock ?? '');
  const { untrustedProject } = environment;
  return {
    text: parsed.text,
    environment: parsed.environment,
    recorded: { run, lock, untrustedProject, home: request.home || undefined },
  };
}

/** Packages that were not locked are not known. */
function imageLock({ kernel }: Environment, { reference, id, digest }: RecordedImage): Lock {
  const { channels = [], dependencies = [] } = kernel ?? {};
  return {
    image: digest === undefined ? { reference, local: id } : { reference, digest },
    content: { channels, dependencies },
    platforms: {},
  };
}
