import type { ImageFacts } from '../../launch/launch-request.ts';
import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { EngineCall } from '../engine.ts';
import { explain } from './docker-messages.ts';
import { askSocket, findSocket } from './docker-socket.ts';

/**
 * The image as the engine has it, asked over the socket where there is one; whatever else than an image it answers,
 * the client is asked.
 *
 * @throws SubmarineError of the kind `unavailable` when the engine does not answer
 */
export async function findImage(
  image: string,
  client: Client,
  { signal }: EngineCall = {},
): Promise<ImageFacts | undefined> {
  return (await findBySocket(image, client, signal)) ?? findByClient(image, client, signal);
}

async function findBySocket(
  image: string,
  { env }: Client,
  signal: AbortSignal | undefined,
): Promise<ImageFacts | undefined> {
  const socket = findSocket(env);
  // An image reference holds nothing that a URL would have otherwise; whatever else is the client's to refuse.
  if (socket === undefined || !/^[\w./:@-]+$/.test(image)) return undefined;
  try {
    const body = await askSocket(socket, `/images/${image}/json`, signal);
    return body === undefined ? undefined : parseImage(body);
  } catch {
    return undefined;
  }
}

async function findByClient(
  image: string,
  client: Client,
  signal: AbortSignal | undefined,
): Promise<ImageFacts | undefined> {
  const asked = ['image', 'inspect', '--format', '{{json .}}', image];
  const { exitCode, stdout, stderr } = await callClient(client, asked, signal);
  if (exitCode !== 0 && /no such image/i.test(stderr)) return undefined;
  if (exitCode !== 0) throw explain(stderr, image);
  return parseImage(stdout);
}

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Image/operation/ImageInspect */
function parseImage(text: string): ImageFacts {
  const { Id, Config, Os, Architecture, RepoDigests } = JSON.parse(text) as {
    readonly Id: string;
    readonly Config?: {
      readonly Entrypoint?: readonly string[] | null;
      readonly Cmd?: readonly string[] | null;
      readonly Labels?: Readonly<Record<string, string>> | null;
    } | null;
    readonly Os: string;
    readonly Architecture: string;
    readonly RepoDigests?: readonly string[] | null;
  };
  return {
    id: Id,
    entrypoint: Config?.Entrypoint ?? [],
    ...(Config?.Cmd ? { command: Config.Cmd } : {}),
    platform: `${Os}/${Architecture}`,
    digests: RepoDigests ?? [],
    labels: Config?.Labels ?? {},
  };
}
