import type { CodeState } from '../git/code-state.ts';
import type { LaunchRequest } from '../launch/launch-request.ts';
import type { SecretOrigin } from '../launch/secrets.ts';

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
  readonly code?: RecordedCode | undefined;
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
  /** The folder of the project that it came with, where the user had not accepted its configuration. */
  readonly untrustedProject?: string | undefined;
}

export interface RecordedImage {
  /** As the environment names it. */
  readonly reference: string;
  /** As the engine that had it calls it: `sha256:…`. */
  readonly id: string;
  /** What a registry knows it by: `sha256:…`; absent for one that was never pushed. */
  readonly digest?: string | undefined;
}

export interface RecordedCode extends Omit<CodeState, 'diff'> {
  /** SHA-256 of how it differs from the commit, which is kept beside the records: `sha256:…`. */
  readonly diff?: string | undefined;
  /** Its length. */
  readonly diffBytes?: number | undefined;
}

export interface RecordedKernel {
  /** SHA-256 of what it is made from, 64 hexadecimal digits. */
  readonly digest: string;
  /** SHA-256 of its lock, which is kept beside the records: `sha256:…`; absent for one that was not locked. */
  readonly lock?: string | undefined;
}

/**
 * Everything that was asked for, with absolute paths; of variables the names, and values only where they were to be
 * recorded; of secrets where they were read, or null for one that was given as it is.
 */
export interface RecordedRequest extends Omit<LaunchRequest, 'variables' | 'secrets' | 'token'> {
  readonly variables: Readonly<Record<string, string | null>>;
  readonly secrets?: Readonly<Record<string, SecretOrigin | null>> | undefined;
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

/** How a command was seen to end. */
interface Ending {
  readonly exitCode: number;
  readonly outOfMemory?: boolean | undefined;
  /** How long it took. */
  readonly tookMs: number;
}

/** The exit code of a command whose time has passed. */
export const TIMED_OUT = 124;

/** How `timeout` ends then: with its own code, or where it had to kill the command, or is that of busybox, with that of a signal. */
const ENDS_OF_TIMEOUT: ReadonlySet<number> = new Set([TIMED_OUT, 128 + 9, 128 + 15]);

/** Why a command ended. A shell's 128 + n is a signal. */
export function endReason(
  { exitCode, outOfMemory = false, tookMs }: Ending,
  timeoutMs: number | undefined,
): EndReason {
  if (outOfMemory) return 'out-of-memory';
  if (timeoutMs !== undefined && tookMs >= timeoutMs && ENDS_OF_TIMEOUT.has(exitCode)) {
    return 'timeout';
  }
  return exitCode > 128 && exitCode <= 128 + 64 ? 'signal' : 'exit';
}
