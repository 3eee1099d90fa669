import type { Extras } from './launch-request.ts';
import type { Variable } from './variables.ts';

/** An image that an engine is to build, as a value: what to print, and all that the engine needs to know. */
export interface ImageBuild {
  /** The name that the image gets. */
  readonly tag: string;
  /** The name of the image below. */
  readonly base: string;
  readonly dockerfile: string;
  /** What the Dockerfile copies from. */
  readonly files: readonly ContextFile[];
  /** The arguments of the build. Nothing of them may be left in the image. */
  readonly variables: readonly Variable[];
  /** For the engine's builder. */
  readonly extras: Extras;
  /** A label, as `NAME=VALUE`, of the layers that only the build needs, which are removed after it. */
  readonly scratchLabel: string;
  /** Where on this machine the log of a build that failed is kept. */
  readonly logPath: string;
}

/** One file of what an engine is given to build from: a text of ours, or a file of this machine. */
export interface ContextFile {
  /** Relative to the context. */
  readonly path: string;
  readonly content: { readonly text: string } | { readonly source: string };
  readonly executable?: boolean;
}
