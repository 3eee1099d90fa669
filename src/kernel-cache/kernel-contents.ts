import type { KernelMark, MarkedFile } from './kernel-mark.ts';
import type { KernelRecords } from './kernel-records.ts';
import type { PrefixFiles } from './prefix-files.ts';

/** What the prefix of a kernel holds, and what there is to compare it with. */
export interface KernelContents {
  readonly records: KernelRecords;
  /** Undefined where there is none that is trusted. */
  readonly mark: KernelMark | undefined;
  readonly files: PrefixFiles;
  /** What the mark records, as it is now. */
  readonly recorded: readonly MarkedFile[];
  /** Distributions of Python that are newer than the mark: `lib/python3.11/site-packages/x-1.0.dist-info`. */
  readonly newer: readonly string[];
}
