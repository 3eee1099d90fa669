import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { EngineCall, RunFilter, RunInfo } from '../engine.ts';
import { explain } from './docker-messages.ts';
import { askSocket, findSocket } from './docker-socket.ts';

type Labels = Readonly<Record<string, string>>;

/** What `docker inspect --format` is asked for. */
const CONTAINER_FORMAT =
  '[{{json .Id}},{{json .Name}},{{json .State.Status}},{{json .Config.Image}},{{json .Config.Labels}}]';

/**
 * The containers that a filter means, newest first; asked over the socket where there is one, else through the client.
 *
 * @throws SubmarineError when the engine does not answer
 */
export async function listContainers(
  { labels = {}, id }: RunFilter,
  client: Client,
  { signal }: EngineCall = {},
): Promise<readonly RunInfo[]> {
  if (id !== undefined) return inspect(['--', id], client, signal);
  const filters = ['submarine.run', ...Object.entries(labels).map((pair) => pair.join('='))];
  return (await listBySocket(filters, client, signal)) ?? listByClient(filters, client, signal);
}

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerList */
async function listBySocket(
  label: readonly string[],
  { env }: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[] | undefined> {
  const socket = findSocket(env);
  if (socket === undefined) return undefined;
  const filters = encodeURIComponent(JSON.stringify({ label }));
  try {
    const body = await askSocket(socket, `/containers/json?all=1&filters=${filters}`, signal);
    return body === undefined ? undefined : parseList(body);
  } catch {
    return undefined;
  }
}

function parseList(body: string): readonly RunInfo[] {
  const listed = JSON.parse(body) as readonly {
    readonly Id: string;
    readonly Names: readonly string[];
    readonly State: string;
    readonly Image: string;
    readonly Labels: Labels;
  }[];
  return listed.map(({ Id, Names, State, Image, Labels }) => ({
    id: Id,
    // A container that is linked to has a second name, with a second slash in it.
    name: Names.find((name) => name.lastIndexOf('/') === 0)?.slice(1) ?? Id,
    state: State,
    image: Image,
    labels: Labels,
  }));
}

async function listByClient(
  filters: readonly string[],
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[]> {
  const options = filters.flatMap((filter) => ['--filter', `label=${filter}`]);
  const all = ['ps', '--all', '--no-trunc', '--quiet', ...options];
  const listed = await callClient(client, all, signal);
  if (listed.exitCode !== 0) throw explain(listed.stderr, '');
  const ids = listed.stdout.split('\n').filter((id) => id !== '');
  return ids.length === 0 ? [] : inspect(ids, client, signal);
}

async function inspect(
  ids: readonly string[],
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[]> {
  const asked = ['container', 'inspect', '--format', CONTAINER_FORMAT, ...ids];
  const { exitCode, stdout, stderr } = await callClient(client, asked, signal);
  // To the client a missing container is a failure, too; it prints the others.
  const failure = exitCode === 0 ? undefined : explain(stderr, '');
  if (failure?.kind === 'unavailable') throw failure;
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [parseContainer(line)]));
}

function parseContainer(line: string): RunInfo {
  const [id, name, state, image, labels] = JSON.parse(line) as [
    ...[id: string, name: string, state: string],
    ...[image: string, labels: Labels | null],
  ];
  return { id, name: name.replace(/^\//, ''), state, image, labels: labels ?? {} };
}
