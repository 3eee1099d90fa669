/** What a builder puts round the stderr of a step, wherever it is shown. */
const ESCAPE = '\u001B';
const BEGIN = `${ESCAPE}[91m`;
const END = `${ESCAPE}[0m`;
/** A line of progress, which clears what it is written over. */
const CLEAR = `${ESCAPE}[K`;
const PROGRESS = new RegExp(String.raw`\r[^\n]*?${ESCAPE}\[K`, 'g');

/**
 * What `docker build` prints: the talk of the builder and the stdout of the steps, and apart from them the stderr of
 * the steps, which the builder shows in red.
 *
 * @see https://github.com/moby/moby/blob/v20.10.24/pkg/streamformatter/streamwriter.go
 */
export class BuildTranscript {
  readonly #showProgress: (text: string) => void;
  #pending = '';
  #inError = false;
  #plain = '';
  #errors = '';

  /** @param showProgress - given what each line of progress says */
  constructor(showProgress: (text: string) => void) {
    this.#showProgress = showProgress;
  }

  push(chunk: string): void {
    this.#pending += chunk;
    for (let at = this.#pending.indexOf(this.#mark); at !== -1; at = this.#nextMark(at)) {
      this.#take(this.#pending.slice(0, at));
    }
    const held = lengthOfBeginning(this.#pending, this.#mark);
    this.#take(this.#pending.slice(0, this.#pending.length - held));
    this.#pending = this.#pending.slice(this.#pending.length - held);
  }

  /** What the steps wrote on stderr, without progress. */
  get errors(): string {
    return this.#errors.replaceAll(PROGRESS, '');
  }

  /** All else: the builder's own lines, and what the steps wrote on stdout. */
  get plain(): string {
    return this.#plain;
  }

  get #mark(): string {
    return this.#inError ? END : BEGIN;
  }

  #nextMark(at: number): number {
    this.#pending = this.#pending.slice(at + this.#mark.length);
    this.#inError = !this.#inError;
    return this.#pending.indexOf(this.#mark);
  }

  #take(text: string): void {
    if (!this.#inError) {
      this.#plain += text;
      return;
    }
    this.#errors += text;
    for (const line of text.match(PROGRESS) ?? []) {
      const words = line.slice(1, -CLEAR.length).trim();
      if (words !== '') this.#showProgress(words);
    }
  }
}

/** How much of the end of a text may be the beginning of a mark that has not come whole. */
function lengthOfBeginning(text: string, mark: string): number {
  for (let length = mark.length - 1; length > 0; length -= 1) {
    if (text.endsWith(mark.slice(0, length))) return length;
  }
  return 0;
}
