import type { KeptTexts } from './kept-texts.ts';
import type { RunRecord } from './run-record.ts';
import type { Tokens } from './tokens.ts';

/** A record that cannot be read, and why. */
export interface DamagedRecord {
  readonly id: string;
  readonly message: string;
}

/** Keeps what is known of a user's runs. */
export interface RunRecords {
  /** Where they are kept, for messages. */
  readonly location: string;
  /** Replaces the record of the run as a whole. */
  write(record: RunRecord): Promise<void>;
  /**
   * Replaces a record by what is made of it; nobody else changes it meanwhile.
   *
   * @param work - given the record as it is, undefined where there is none; what it returns is written if it is another
   * @returns what `work` returned
   * @throws SubmarineError when it cannot be read or written, or somebody else is changing it for 30 s
   */
  change(
    id: string,
    work: (record: RunRecord | undefined) => Promise<RunRecord>,
  ): Promise<RunRecord>;
  /**
   * @returns undefined when there is none
   * @throws InvalidDataError when it cannot be read
   */
  find(id: string): Promise<RunRecord | undefined>;
  /** All of them, the newest first; those that cannot be read apart. */
  list(): Promise<{
    readonly records: readonly RunRecord[];
    readonly damaged: readonly DamagedRecord[];
  }>;
  remove(ids: readonly string[]): Promise<void>;
  /** The locks of runs. */
  readonly locks: Pick<KeptTexts, 'keep' | 'find'>;
  /** How their code folders differed from their commits. */
  readonly diffs: Pick<KeptTexts, 'keep' | 'find'>;
  /** Those of the notebooks that are running. */
  readonly tokens: Tokens;
}
