import type { HeldMessages } from './held-messages.ts';

/** How a client ended, as execa tells it. */
export interface ClientEnd {
  readonly exitCode?: number | undefined;
  readonly signal?: NodeJS.Signals | undefined;
  /** Why it could not be started. */
  readonly cause?: unknown;
}

/** A client that was started for one command and ends with it. */
export interface CommandClient {
  /** How the client ended; its messages are held until they are taken or passed on. */
  readonly ended: Promise<ClientEnd>;
  readonly messages: HeldMessages;
  /** Whether nobody reads its stderr any more, which ends it when it writes there. */
  isUnread(): boolean;
  kill(signal: NodeJS.Signals): void;
  /** Passes on what was held, and waits until all of stderr is with its reader. */
  drain(): Promise<void>;
}
