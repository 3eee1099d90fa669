import type { ErrorKind } from '../../errors.ts';
import { SubmarineError } from '../../errors.ts';
import { explain } from './docker-messages.ts';

/** How a build of an image ended that failed. */
export interface FailedBuild {
  /** The name of the image below. */
  readonly base: string;
  readonly exitCode: number;
  /** What the client said on stderr. */
  readonly said: string;
  /** What the steps wrote on stderr. */
  readonly errors: string;
  /** Where the log of the kernel's build lies; undefined when there is none. */
  readonly logPath: string | undefined;
}

/** The bootstrap's codes for a kernel that cannot be built, and for a disk that is full. */
const KINDS: Readonly<Record<number, ErrorKind>> = {
  65: 'invalid',
  66: 'not-found',
  73: 'cannot-write',
};

/** Explains a build that failed: in the bootstrap's words when it was the kernel's, else in those for an engine. */
export function explainBuild({
  base,
  exitCode,
  said,
  errors,
  logPath,
}: FailedBuild): SubmarineError {
  const [, own] = /(?:^|\n)submarine: (?!warning: )([^]*)$/.exec(errors) ?? [];
  if (own === undefined) return explain(withoutDeprecation(said), base);
  const lines = own.split('\n').filter((line) => line.trim() !== '' && !/^ {2}log: /.test(line));
  const isHint = (line: string, index: number): boolean => index > 0 && !line.startsWith('  | ');
  const hints = lines.filter((line, index) => isHint(line, index)).map((line) => line.trim());
  return new SubmarineError({
    kind: KINDS[exitCode] ?? 'refused',
    code: 'kernel-not-built',
    message: lines.filter((line, index) => !isHint(line, index)).join('\n'),
    remedy: [...hints, ...(logPath === undefined ? [] : [`log: ${logPath}`])].join('\n  '),
    data: { logPath },
    cause: new Error(said),
  });
}

/** The log of a kernel's build that a step has printed; undefined when it printed none. */
export function findLog(plain: string): string | undefined {
  return /\nsubmarine-log begins\n([^]+)\nsubmarine-log ends\n/.exec(plain)?.[1];
}

/** The client says of this builder, each time, that there is a newer one. */
function withoutDeprecation(said: string): string {
  return said.replace(/^DEPRECATED:[^\n]*\n(?:[ \t][^\n]*\n)*\s*/, '');
}
