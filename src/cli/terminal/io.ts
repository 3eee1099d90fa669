import { InterruptedError } from '../../errors.ts';
import type { Host } from '../host.ts';

/** The three streams as commands use them: stdout is data, stderr is talk. */
export interface Io {
  /** Whether a person can be asked: stdin and stderr are terminals. */
  readonly canAsk: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Writes one line of data. */
  readonly out: (line: string) => void;
  /** Writes data as it is, to the byte. */
  readonly write: (text: string) => void;
  /** Writes all the data that there is, and no other way writes any. */
  readonly answer: (text: string) => void;
  /** Says one line to the person. */
  readonly note: (line: string) => void;
  /** Says something to the person as it is, such as what is to be written over. */
  readonly talk: (text: string) => void;
  /** Asks on the terminal; anything but y or yes means no, and so does the end of the time in which it is asked. */
  readonly confirm: (question: string, until?: AbortSignal) => Promise<boolean>;
  /** All of stdin, also when it is asked for again. */
  readonly readStdin: () => Promise<Buffer>;
}

/** The process opens a stream when it is first looked at, so each is looked at only where it is needed. */
export function createIo({ streams, answer }: Host): Io {
  let input: Promise<Buffer> | undefined;
  return {
    get canAsk() {
      return streams.stdin.isTTY === true && streams.stderr.isTTY === true;
    },
    get stdoutIsTerminal() {
      return streams.stdout.isTTY === true;
    },
    get stderrIsTerminal() {
      return streams.stderr.isTTY === true;
    },
    out: (line) => void streams.stdout.write(`${line}\n`),
    write: (text) => void streams.stdout.write(text),
    answer: answer ?? ((text) => void streams.stdout.write(text)),
    note: (line) => void streams.stderr.write(`${line}\n`),
    talk: (text) => void streams.stderr.write(text),
    confirm: async (question, until) => {
      const { createInterface } = await import('node:readline/promises');
      const terminal = createInterface({ input: streams.stdin, output: streams.stderr });
      try {
        const answer = await Promise.race([
          terminal.question(`${question} [y/N] `),
          // Ctrl-D closes the interface and leaves the question unanswered for ever.
          new Promise<string>((resolve) => terminal.once('close', () => resolve(''))),
          new Promise<string>((resolve) => {
            if (until?.aborted === true) resolve('');
            until?.addEventListener('abort', () => resolve(''));
          }),
          new Promise<never>((_, reject) =>
            terminal.once('SIGINT', () => reject(new InterruptedError('SIGINT'))),
          ),
        ]);
        return /^y(es)?$/i.test(answer.trim());
      } finally {
        terminal.close();
      }
    },
    readStdin: () =>
      (input ??= import('node:stream/consumers').then(({ buffer }) => buffer(streams.stdin))),
  };
}
