import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { ContainerEnd, EngineCall, RunFilter, RunInfo } from '../engine.ts';
import { explain } from './docker-messages.ts';
import { askSocket, findSocket } from './docker-socket.ts';

type Labels = Readonly<Record<string, string>>;

/** What `docker inspect --format` is asked for. */
const CONTAINER_FORMAT = `[${[
  'Id',
  'Name',
  'State.Status',
  'Config.Image',
  'Config.Labels',
  'Created',
  'Path',
  'Args',
]
  .map((key) => `{{json .${key}}}`)
  .join(',')}]`;

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
    /** In seconds. */
    readonly Created: number;
    readonly Command: string;
  }[];
  return listed.map(({ Id, Names, State, Image, Labels, Created, Command }) => ({
    id: Id,
    // A container that is linked to has a second name, with a second slash in it.
    name: Names.find((name) => name.lastIndexOf('/') === 0)?.slice(1) ?? Id,
    state: State,
    image: Image,
    labels: Labels,
    createdAt: new Date(Created * 1000),
    commandLine: Command,
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
  return (await inspectLines(CONTAINER_FORMAT, ids, client, signal)).map(parseContainer);
}

async function inspectLines(
  format: string,
  ids: readonly string[],
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const asked = ['container', 'inspect', '--format', format, ...ids];
  const { exitCode, stdout, stderr } = await callClient(client, asked, signal);
  // To the client a missing container is a failure, too; it prints the others.
  const failure = exitCode === 0 ? undefined : explain(stderr, '');
  if (failure?.kind === 'unavailable') throw failure;
  return stdout.split('\n').filter((line) => line !== '');
}

function parseContainer(line: string): RunInfo {
  const [id, name, state, image, labels, created, path, args] = JSON.parse(line) as [
    ...[id: string, name: string, state: string, image: string, labels: Labels | null],
    ...[created: string, path: string, args: readonly string[]],
  ];
  return {
    ...{ id, name: name.replace(/^\//, ''), state, image, labels: labels ?? {} },
    createdAt: new Date(created),
    commandLine: [path, ...args].join(' '),
  };
}

const END_FORMAT = `[${[
  'Id',
  'State.Status',
  'State.ExitCode',
  'State.OOMKilled',
  'State.StartedAt',
  'State.FinishedAt',
]
  .map((key) => `{{json .${key}}}`)
  .join(',')}]`;

/**
 * How those of these containers ended that have.
 *
 * @throws SubmarineError when the engine does not answer
 */
export async function findEnds(
  ids: readonly string[],
  client: Client,
  { signal }: EngineCall,
): Promise<ReadonlyMap<string, ContainerEnd>> {
  const lines = ids.length === 0 ? [] : await inspectLines(END_FORMAT, ids, client, signal);
  return new Map(lines.flatMap(parseEnd));
}

function parseEnd(line: string): readonly (readonly [string, ContainerEnd])[] {
  const [id, status, exitCode, outOfMemory, startedAt, endedAt] = JSON.parse(line) as [
    ...[id: string, status: string, exitCode: number, outOfMemory: boolean],
    ...[startedAt: string, endedAt: string],
  ];
  if (!['exited', 'dead'].includes(status)) return [];
  const [start, end] = [new Date(startedAt), new Date(endedAt)];
  return [[id, { exitCode, outOfMemory, startedAt: start, endedAt: end }]];
}
