import type { CodeState } from '../git/code-state.ts';
import type { LaunchRequest } from '../launch/launch-request.ts';

/** What a run was, written when it starts, and how it ended, as soon as that is seen. */
export interface RunRecord {
  /** Eight hexadecimal digits. */
  readonly id: string;
  /** Of the container. */
  readonly name: string;
  readonly environment: RecordedEnvironment;
  readonly image: RecordedImage;
  /** Absent where the image alone was entered. */
  readonly kernel?: RecordedKernel | undefined;
  /** What git said of the code folder; absent where there was none, or git knew nothing of it. */
  readonly code?: CodeState | undefined;
  readonly request: RecordedRequest;
  readonly engine: { readonly name: string; readonly id: string };
  /** The machine that it was started from, and the user there. */
  readonly host: string;
  readonly user: string;
  readonly startedAt: Date;
  readonly end?: RecordedEnd | undefined;
  /** The run that it repeats. */
  readonly repeats?: string | undefined;
}

export interface RecordedEnvironment {
  readonly name: string;
  /** Its document in the store, to the byte. */
  readonly document: string;
  /** SHA-256 of the document: `sha256:…`. */
  readonly digest: string;
}

export interface RecordedImage {
  /** As the environment names it. */
  readonly reference: string;
  /** As the engine that had it calls it: `sha256:…`. */
  readonly id: string;
  /** What a registry knows it by: `sha256:…`; absent for one that was never pushed. */
  readonly digest?: string | undefined;
}

export interface RecordedKernel {
  /** SHA-256 of what it is made from, 64 hexadecimal digits. */
  readonly digest: string;
  /** SHA-256 of its lock, which is kept beside the records: `sha256:…`; absent for one that was not locked. */
  readonly lock?: string | undefined;
}

/** Everything that was asked for, with absolute paths; of variables the names, and values only where they were to be recorded. */
export interface RecordedRequest extends Omit<LaunchRequest, 'variables' | 'token'> {
  readonly variables: Readonly<Record<string, string | null>>;
}

/**
 * `exit`: by itself. `signal`: killed by one. `out-of-memory`, `timeout`: killed for that. `lost`: its container is gone,
 * and nobody saw how it ended.
 */
export type EndReason = 'exit' | 'signal' | 'out-of-memory' | 'timeout' | 'lost';

export interface RecordedEnd {
  readonly reason: EndReason;
  readonly at: Date;
  /** Absent for one that is lost. */
  readonly exitCode?: number | undefined;
  /** What the run installed for itself: `humanize 4.10.0`. */
  readonly installed: readonly string[];
  /** SHA-256 of the files of each results folder, by their paths in it. */
  readonly results: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Why a command ended. `timeout` ends with 124, a shell's 128 + n is a signal. */
export function endReason(
  { exitCode, outOfMemory = false }: { readonly exitCode: number; readonly outOfMemory?: boolean },
  timeoutMs: number | undefined,
): EndReason {
  if (outOfMemory) return 'out-of-memory';
  if (exitCode === 124 && timeoutMs !== undefined) return 'timeout';
  return exitCode > 128 && exitCode <= 128 + 64 ? 'signal' : 'exit';
}
