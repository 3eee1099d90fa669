import type { Problem } from '../errors.ts';
import type { Environment } from './validator.generated.js';

export type { Dependency, Environment, Kernel } from './validator.generated.js';

/** One YAML document that describes an environment: its text to the byte, and what the text says. */
export interface EnvironmentDocument {
  /** The text between two `---` lines, comments and line ends included. */
  readonly text: string;
  readonly environment: Environment;
}

/** What a document turned out to be: an environment, or the reasons why it is none. */
export type ParsedDocument =
  | { readonly text: string; readonly environment: Environment; readonly problems: readonly [] }
  | {
      readonly text: string;
      /** The name, where the document has one that can be read. */
      readonly name: string | undefined;
      readonly environment: undefined;
      readonly problems: readonly Problem[];
    };
