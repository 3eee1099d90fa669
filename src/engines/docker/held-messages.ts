/** The client's own lines, and those of the init process that `--init` puts before the command. */
const PREFIXES = [
  'docker: ',
  '[FATAL tini (',
  'invalid argument "',
  'unknown flag: ',
  'unknown shorthand flag: ',
];

/**
 * Divides what comes on stderr into the command's own output, passed on as it comes, and what the engine says about a
 * start that failed: from a line that begins like one of its own on, held back until the end tells which it was.
 */
export class HeldMessages {
  readonly #passOn: (bytes: Buffer) => void;
  readonly #patienceMs: number;
  readonly #prefixes: readonly string[];
  #held = Buffer.alloc(0);
  #atLineStart = true;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param patienceMs - the client exits at once after such a line; what is held for longer is the command's own
   * @param prefixes - how such lines begin
   */
  constructor(passOn: (bytes: Buffer) => void, patienceMs = 500, prefixes = PREFIXES) {
    this.#passOn = passOn;
    this.#patienceMs = patienceMs;
    this.#prefixes = prefixes;
  }

  push(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#held, chunk]);
    const start = this.#startOfMessage(bytes);
    this.#emit(bytes.subarray(0, start));
    this.#held = bytes.subarray(start);
    clearTimeout(this.#timer);
    if (this.#held.length > 0) this.#timer = setTimeout(() => this.release(), this.#patienceMs);
  }

  /** Passes on what is held. */
  release(): void {
    clearTimeout(this.#timer);
    this.#emit(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** What is held; empty when nothing is. */
  held(): string {
    const text = this.#held.toString();
    return this.#prefixes.some((prefix) => text.startsWith(prefix)) ? text : '';
  }

  /** Takes what is held away, since it has been explained. */
  take(): string {
    const text = this.held();
    clearTimeout(this.#timer);
    this.#held = Buffer.alloc(0);
    return text;
  }

  /** Where a message begins, or a line that may yet become one; the length when there is none. */
  #startOfMessage(bytes: Buffer): number {
    const longest = Math.max(...this.#prefixes.map(({ length }) => length));
    let line = this.#atLineStart || this.#held.length > 0 ? 0 : bytes.indexOf('\n') + 1 || -1;
    while (line !== -1 && line < bytes.length) {
      const beginning = bytes.toString('latin1', line, line + longest);
      if (this.#prefixes.some((prefix) => beginsAlike(prefix, beginning))) return line;
      line = bytes.indexOf('\n', line) + 1 || -1;
    }
    return bytes.length;
  }

  #emit(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#atLineStart = bytes.at(-1) === 0x0a;
    this.#passOn(bytes);
  }
}

/** Whether one of them is how the other begins. */
function beginsAlike(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
