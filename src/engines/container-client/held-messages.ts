import type { TransformCallback } from 'node:stream';
import { Transform } from 'node:stream';

/** Longer than anything that a client says of a start. */
const MAX_HELD_BYTES = 64 * 1024;

/**
 * Divides what comes on stderr into the command's own output, passed on as it comes, and what the engine says about a
 * start that failed: from a line that begins like one of its own on, held back until the end tells which it was.
 */
export class HeldMessages extends Transform {
  readonly #prefixes: readonly string[];
  readonly #patienceMs: number;
  #held = Buffer.alloc(0);
  #atLineStart = true;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param prefixes - how such lines begin
   * @param patienceMs - the client exits at once after such a line; what is held for longer is the command's own
   */
  constructor(prefixes: readonly string[], patienceMs = 500) {
    super();
    this.#prefixes = prefixes;
    this.#patienceMs = patienceMs;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const bytes = Buffer.concat([this.#held, chunk]);
    const start = this.#startOfMessage(bytes);
    // What was held until now goes on its way, so what begins here has its own time.
    if (start > 0) this.#stopTimer();
    this.#emit(bytes.subarray(0, start));
    this.#held = bytes.subarray(start);
    if (this.#held.length > MAX_HELD_BYTES) this.release();
    // From the first byte that is held: a command that goes on talking does not keep it from its reader.
    else if (this.#held.length > 0) {
      this.#timer ??= setTimeout(() => this.release(), this.#patienceMs);
    }
    done();
  }

  override _flush(done: TransformCallback): void {
    this.release();
    done();
  }

  /** Passes on what is held. */
  release(): void {
    this.#stopTimer();
    this.#emit(this.#held);
    this.#held = Buffer.alloc(0);
  }

  /** What is held; empty when nothing is. */
  held(): string {
    const text = this.#held.toString();
    return this.#prefixes.some((prefix) => text.startsWith(prefix)) ? text : '';
  }

  /** Takes what is held away, since it has been explained. */
  takeMessage(): string {
    const text = this.held();
    this.#stopTimer();
    this.#held = Buffer.alloc(0);
    return text;
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
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
    this.push(bytes);
  }
}

/** Whether one of them is how the other begins. */
function beginsAlike(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}
