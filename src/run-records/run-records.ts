import type { RunRecord } from './run-record.ts';

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
  /**
   * Keeps the text of a lock once, however many runs it is of.
   *
   * @returns its digest: `sha256:…`
   */
  keepLock(text: string): Promise<string>;
  /**
   * @returns the text of a lock that was kept; undefined when it is gone
   * @throws InvalidDataError when it is not the text that was kept
   */
  findLock(digest: string): Promise<string | undefined>;
}
