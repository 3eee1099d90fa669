import { SubmarineError } from '../../../errors.ts';
import type { ErrorKind } from '../../../errors.ts';

/**
 * What a container that builds says: notes and progress are passed on as they come, and what it says last of all is its
 * error when it fails. So a block, a line of ours with the indented ones below it, waits until the next one begins.
 */
export class BuildOutput {
  readonly #show: (text: string) => void;
  #pending = '';
  #line = '';

  constructor(show: (text: string) => void) {
    this.#show = show;
  }

  /** @param text - a piece of what is said, of any length */
  take(text: string): void {
    for (const line of text.split(/(?<=\n)/)) {
      this.#line += line;
      // Progress is drawn over itself and has no line end.
      if (!line.endsWith('\n') && !/^\p{Cc}/u.test(this.#line)) continue;
      this.#take(this.#line);
      this.#line = '';
    }
  }

  /** What was not passed on, for a build that has ended well. */
  flush(): void {
    if (this.#pending + this.#line !== '') this.#show(this.#pending + this.#line);
    this.#pending = '';
    this.#line = '';
  }

  /** The error of a build that failed. */
  failure(exitCode: number): SubmarineError {
    const [first = '', ...rest] = `${this.#pending}${this.#line}`.trimEnd().split('\n');
    const [, message] = /^(?:\r\p{Cc}\[K)*submarine: (.*)$/u.exec(first) ?? [];
    const quoted = rest.filter((line) => line.startsWith('  | '));
    const remedy = rest.filter((line) => line.startsWith('  ') && !line.startsWith('  | '));
    const kind = KINDS[exitCode];
    if (message === undefined || kind === undefined) this.flush();
    return new SubmarineError({
      kind: kind ?? 'refused',
      code: 'kernel-not-built',
      message: [message ?? `building the kernel failed with exit code ${exitCode}`, ...quoted].join(
        '\n',
      ),
      ...(remedy.length === 0 ? {} : { remedy: remedy.map((line) => line.trim()).join('\n  ') }),
      data: { exitCode },
    });
  }

  #take(line: string): void {
    const isMore = this.#pending !== '' && line.startsWith('  ');
    if (!isMore) {
      if (this.#pending !== '') this.#show(this.#pending);
      this.#pending = '';
    }
    if (isMore || /^(?:\r\p{Cc}\[K)*submarine: /u.test(line)) this.#pending += line;
    else this.#show(line);
  }
}

/** What the exit codes of the bootstrap mean. */
const KINDS: Readonly<Record<number, ErrorKind>> = {
  2: 'usage',
  65: 'invalid',
  66: 'not-found',
  73: 'cannot-write',
  75: 'busy',
};
