import type { LaunchOptions } from './launch-options.ts';

/** What `notebook` takes, as commander gives it. */
export interface NotebookOptions extends LaunchOptions {
  readonly detach?: boolean;
  readonly port?: string;
  /** In milliseconds. */
  readonly idleTimeout?: number;
  readonly reuse?: boolean;
  readonly new?: boolean;
  /** `false` for `--no-browser`. */
  readonly browser: boolean;
}
