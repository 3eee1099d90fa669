/** How a kernel differs from what was built. */
export interface Difference {
  /** Of a file or folder in its prefix. */
  readonly path: string;
  /** For a person: `changed file bin/hello of hello 1.0`; it may hold control characters. */
  readonly line: string;
}
