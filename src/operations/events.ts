import type { DocumentKind } from '../environment/document-kind.ts';

/**
 * What an operation tells while it works: facts, for which a face has the words.
 *
 * A warning stops nothing. A step begins something that takes its time; of one that is going on, `progress` says more.
 */
export type SubmarineEvent =
  | ({ readonly type: 'warning' } & Warning)
  | ({ readonly type: 'step' } & Step)
  /** What a container writes that builds for an operation, its progress too where somebody looks on. */
  | { readonly type: 'build-output'; readonly text: string }
  /** A project's own store was changed. */
  | { readonly type: 'store-changed'; readonly path: string }
  /** Only where a request is `verbose`: the exact command that follows, without the values of its variables. */
  | { readonly type: 'command'; readonly line: string; readonly replacesEntrypoint: boolean };

/** A part of an operation, and what it is about. */
export type Step =
  | {
      readonly step: 'pulling' | 'pushing' | 'building-image';
      readonly image: string;
      readonly progress?: string;
    }
  | {
      readonly step: 'solving' | 'asking-pip';
      readonly environment: string;
      readonly platform: string;
    }
  /** Archives of packages are being fetched: how many of them are there, and how much of what is known to be needed. */
  | {
      readonly step: 'fetching';
      readonly environment: string;
      readonly files: number;
      readonly ofFiles: number;
      readonly bytes: number;
    }
  /** A repository is asked for the code. */
  | { readonly step: 'fetching-code'; readonly url: string }
  /** The server of a notebook does not answer yet; `address` is where it is asked, absent while it has none. */
  | {
      readonly step: 'waiting-for-notebook';
      readonly notebook: string;
      readonly address?: string | undefined;
    }
  /** Another process builds the kernel. */
  | { readonly step: 'waiting-for-kernel'; readonly environment: string; readonly holder: string }
  /** Another process writes the file at `path`. */
  | { readonly step: 'waiting'; readonly holder: string; readonly path: string };

export type Warning =
  /** A configuration file is not used, or not all of it; `place` is `file:line:column`. */
  | {
      readonly code: 'configuration';
      readonly message: string;
      readonly place?: string;
      readonly remedy?: string;
      /** Of a file that somebody else decides on: the folder to accept it by. */
      readonly foreignFolder?: string;
    }
  /** What is written in a file that was taken in, and is not taken over as it is. */
  | {
      readonly code: 'imported-file';
      readonly source: string;
      readonly message: string;
      readonly place?: { readonly line: number; readonly column: number };
      readonly remedy?: string;
    }
  /** A file that was taken in also holds documents of another kind, which were passed over. */
  | {
      readonly code: 'other-kind-left-out';
      readonly source: string;
      readonly kind: DocumentKind;
      readonly count: number;
    }
  /** The kernel would be built first. */
  | { readonly code: 'kernel-not-built'; readonly environment: string }
  /** What an environment keeps between runs cannot be kept there, so the run is without it. */
  | { readonly code: 'home-left-out'; readonly folder: string; readonly why: string }
  /** What an environment kept is put aside, and takes room until the homes are pruned. */
  | {
      readonly code: 'home-kept';
      readonly environment: string;
      /** A container has it, or files in it are another user's. */
      readonly why: 'in-use' | 'foreign-files';
      readonly folder: string;
    }
  /** Nothing is known of the image, since the engine does not answer or does not have it. */
  | { readonly code: 'image-unknown'; readonly image: string; readonly engineAnswers: boolean }
  | {
      readonly code: 'lock-stale';
      readonly environment: string;
      readonly changes: readonly string[];
    }
  | {
      readonly code: 'lock-without-platform';
      readonly environment: string;
      readonly platform: string;
      readonly platforms: readonly string[];
    }
  | { readonly code: 'lock-unreadable'; readonly environment: string }
  | { readonly code: 'no-lock'; readonly environment: string }
  /** The image's name means another image by now, or none; the locked one runs. */
  | { readonly code: 'image-moved'; readonly image: string; readonly isGone: boolean }
  /** The locked image was never pushed and is not on this engine; the image of that name runs. */
  | { readonly code: 'locked-image-missing'; readonly image: string }
  | { readonly code: 'image-open'; readonly image: string; readonly why: string }
  /** The locked image is not here, which keeps some of it from being found out. */
  | { readonly code: 'image-absent'; readonly image: string; readonly why: string }
  | { readonly code: 'pip-open'; readonly platform: string; readonly why: string }
  | {
      readonly code: 'list-without-checksums';
      readonly source: string;
      readonly packages: readonly string[];
      readonly environment: string;
    }
  | {
      readonly code: 'no-checksum';
      readonly platform: string;
      readonly packages: readonly string[];
    }
  /** A channel that only the user's settings add cannot be read. */
  | { readonly code: 'channel-left-out'; readonly message: string }
  | {
      readonly code: 'stale-lock-exported' | 'profile-exported';
      readonly environment: string;
      readonly changes: readonly string[];
    }
  /** A format has no place for pip packages, or they have no exact versions. */
  | { readonly code: 'pip-left-out'; readonly platform: string; readonly isOpen: boolean }
  /** The environments came with a project that is not trusted: builds get none of these logins of the user. */
  | {
      readonly code: 'logins-withheld';
      /** Its folder. */
      readonly project: string;
      /** Names of variables, and paths of files. */
      readonly withheld: readonly string[];
    }
  /** What is not as it was when a run is repeated all the same. */
  | { readonly code: 'rerun-differs'; readonly run: string; readonly changes: readonly string[] }
  /** What is left out of a list of runs. */
  | { readonly code: 'record-damaged'; readonly run: string; readonly message: string }
  /** The packages of the run whose environment was saved were not locked. */
  | { readonly code: 'saved-without-lock'; readonly environment: string; readonly run: string }
  /** The record of a run cannot be written. */
  | { readonly code: 'run-not-recorded'; readonly run: string; readonly why: string }
  /** A folder that was to hold results has no file in it. */
  | { readonly code: 'results-empty'; readonly run: string; readonly folder: string }
  /** What the build of a kernel says. */
  | { readonly code: 'build'; readonly message: string };

/** What goes with a call of an operation. */
export interface Call {
  /** Ends the operation, and what it has started; it then rejects with an InterruptedError. */
  readonly signal?: AbortSignal | undefined;
  /** Told of events as they come. */
  readonly on?: ((event: SubmarineEvent) => void) | undefined;
}

export function warn(call: Call | undefined, warning: Warning): void {
  call?.on?.({ type: 'warning', ...warning });
}

export function tellStep(call: Call | undefined, step: Step): void {
  call?.on?.({ type: 'step', ...step });
}
