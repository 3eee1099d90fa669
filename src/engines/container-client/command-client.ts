import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';

import { toWritable } from '../../files/to-writable.ts';
import type { Streams } from '../engine.ts';
import type { Client } from './client.ts';
import type { CommandClient } from './started-client.ts';
import { loadExeca, startClient } from './client-process.ts';
import { HeldMessages } from './held-messages.ts';

/**
 * Starts a client for a command.
 *
 * @param refusals - how its own lines on stderr begin
 * @param variableFile - see `startClient`
 */
export async function startCommandClient(
  client: Client,
  argv: readonly string[],
  streams: Streams,
  refusals: readonly string[],
  variableFile?: number,
): Promise<CommandClient> {
  const execa = await loadExeca();
  const started = startClient(execa, client, argv, streams, variableFile);
  const messages = new HeldMessages(refusals);
  const stderr = toWritable(streams.stderr);
  // The end of the client ends nothing: what is held then is looked at first.
  started.stderr.pipe(messages, { end: false }).pipe(stderr, { end: false });
  let isUnread = false;
  // When its reader has gone, the client is told as by a pipe, and what it has written by then keeps nobody waiting.
  const leave = (): void => {
    isUnread = true;
    started.stderr.destroy();
    messages.unpipe(stderr).resume();
  };
  stderr.once('error', leave).once('close', leave);
  if (stderr.destroyed) leave();
  return {
    ended: started.then((end) => end),
    messages,
    isUnread: () => isUnread,
    kill: (signal) => void started.kill(signal),
    drain: async () => {
      messages.end();
      await finished(messages).catch(() => {});
      if (typeof streams.stderr === 'number') await endOf(stderr);
      stderr.off('error', leave).off('close', leave);
    },
  };
}

/** A stream of ours, over a descriptor that stays open. */
async function endOf(stream: Writable): Promise<void> {
  stream.end();
  await finished(stream).catch(() => {});
}
