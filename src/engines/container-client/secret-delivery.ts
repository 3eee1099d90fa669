import { setTimeout as sleep } from 'node:timers/promises';

import type { LaunchPlan } from '../../launch/launch-plan.ts';
import { SECRETS_PATH, secretText } from '../../launch/secrets.ts';
import type { Client } from './client.ts';
import { callClient } from './client.ts';
import type { SecretPlace } from './dialect.ts';
import type { LaunchedContainer } from './launched-container.ts';
import { makePipe, removePipe, writeToPipe } from './secret-pipe.ts';

/** Where a container is to find its secrets. */
export interface SecretRoute {
  /** A folder of this machine for a pipe, and the uid that reads it; absent where the container can read none. */
  readonly pipe?: { readonly folder: string; readonly owner: number } | undefined;
  /** Of the user in the container, where its number is known. */
  readonly uid: number | undefined;
}

/** How the secrets of one start reach its container. */
export interface SecretDelivery {
  readonly place: SecretPlace;
  /** Hands them over once; it never rejects, since a container that does not get them says so itself. */
  deliver(container: LaunchedContainer, ended: AbortSignal): Promise<void>;
  /** Removes what is left of it on this machine. */
  clear(): Promise<void>;
}

/** How long a running container is tried: the bootstrap waits no longer. */
const PATIENCE_MS = 30_000;
const EVERY_MS = 50;

/** @returns undefined when the plan has no secrets */
export async function prepareSecrets(
  { secrets, secretFiles }: LaunchPlan,
  route: () => Promise<SecretRoute>,
  client: Client,
): Promise<SecretDelivery | undefined> {
  if (secrets.length === 0 && secretFiles.length === 0) return undefined;
  const text = secretText(secrets, secretFiles);
  const { pipe, uid } = await route();
  const path = pipe && (await makePipe(pipe.folder, pipe.owner, client.env));
  return path === undefined ? byExec(text, uid, client) : byPipe(text, path, uid);
}

function byPipe(text: string, pipe: string, uid: number | undefined): SecretDelivery {
  return {
    place: { pipe, uid },
    deliver: async (_container, ended) => {
      await writeToPipe(pipe, text, ended).catch(() => {});
      await removePipe(pipe);
    },
    clear: () => removePipe(pipe),
  };
}

/** The last line, by which it is seen that nothing is missing. */
const END = '# end';

/**
 * Reads all of stdin and puts it in place in one step. There may be no program but the shell,
 * which takes seconds for a megabyte.
 */
const RECEIVE = `
umask 077
if command -v cat && command -v mv && command -v tail; then
    cat >"$1.new"
    [ "$(tail -n 1 "$1.new")" = '${END}' ] && mv "$1.new" "$1"
    exit
fi >/dev/null
text=
while IFS= read -r line; do
    text=$text$line'
'
done
[ "\${text%'${END}
'}" != "$text" ] || exit 1
printf %s "$text" >"$1"`;

/** Into a folder in the container's memory, once it is running. */
function byExec(text: string, uid: number | undefined, client: Client): SecretDelivery {
  const script = ['/bin/sh', '-c', RECEIVE, 'sh', SECRETS_PATH];
  const handOver = async (container: LaunchedContainer, ended: AbortSignal): Promise<void> => {
    let giveUpAt = Infinity;
    while (!ended.aborted && Date.now() < giveUpAt) {
      const id = await container.findRunning(ended);
      if (id !== undefined) {
        giveUpAt = Math.min(giveUpAt, Date.now() + PATIENCE_MS);
        const argv = ['exec', '-i', id, ...script];
        const { exitCode } = await callClient(client, argv, ended, `${text}${END}\n`);
        if (exitCode === 0) return;
      }
      await sleep(EVERY_MS, undefined, { signal: ended });
    }
  };
  return {
    place: { uid },
    deliver: (container, ended) => handOver(container, ended).catch(() => {}),
    clear: async () => {},
  };
}
