/** What the bootstrap says of a build that failed. */
export interface ToldFailure {
  readonly cause: string | undefined;
  /** Of the log, without marks of a list. */
  readonly lines: string | undefined;
  readonly remedy: string | undefined;
  /** The log's path. */
  readonly log: string | undefined;
}

/** Reads what a build that failed has left on stderr; nothing of another form. */
export function readFailure(stderr: string): ToldFailure {
  const [, cause, lines, remedy, log] =
    /^submarine: kernel ".+" could not be built: (.*)\n((?: {2}\|.*\n)*) {2}(.*)(?:\n {2}log: (.*))?$/.exec(
      stderr,
    ) ?? [];
  return { cause, lines: lines?.replaceAll(/^ {2}\| */gm, ''), remedy, log };
}
