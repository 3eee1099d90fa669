import type { Client } from '../container-client/client.ts';
import { callClient } from '../container-client/client.ts';
import type { ContainerEnd, EngineCall, RunFilter, RunInfo } from '../engine.ts';
import { explain } from './docker-messages.ts';
import { askSocket, findSocket, isPlainName } from './docker-socket.ts';

type Labels = Readonly<Record<string, string>>;

/**
 * The containers that a filter means, newest first; asked over the socket where there is one, else through the client.
 *
 * @throws SubmarineError when the engine does not answer
 */
export async function listContainers(
  { labels = {}, id, onlyRunning = false }: RunFilter,
  client: Client,
  { signal }: EngineCall = {},
): Promise<readonly RunInfo[]> {
  if (id !== undefined) {
    const found = await inspectBySocket(id, client, signal);
    return found === undefined ? inspect(['--', id], client, signal) : [toInfo(found)];
  }
  const label = ['submarine.run', ...Object.entries(labels).map((pair) => pair.join('='))];
  const filter = { label, onlyRunning };
  return (await listBySocket(filter, client, signal)) ?? listByClient(filter, client, signal);
}

interface LabelFilter {
  readonly label: readonly string[];
  readonly onlyRunning: boolean;
}

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerList */
async function listBySocket(
  { label, onlyRunning }: LabelFilter,
  { env }: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[] | undefined> {
  const socket = findSocket(env);
  if (socket === undefined) return undefined;
  const filters = encodeURIComponent(JSON.stringify({ label }));
  try {
    const path = `/containers/json?${onlyRunning ? '' : 'all=1&'}filters=${filters}`;
    const body = await askSocket(socket, path, signal);
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
  { label, onlyRunning }: LabelFilter,
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[]> {
  const options = label.flatMap((one) => ['--filter', `label=${one}`]);
  const which = onlyRunning ? [] : ['--all'];
  const all = ['ps', ...which, '--no-trunc', '--quiet', ...options];
  const listed = await callClient(client, all, signal);
  if (listed.exitCode !== 0) throw explain(listed.stderr, '');
  const ids = listed.stdout.split('\n').filter((id) => id !== '');
  return ids.length === 0 ? [] : inspect(ids, client, signal);
}

/** What the engine says of a container; the client shows it in the same form. */
interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
  readonly Config: { readonly Image: string; readonly Labels: Labels | null };
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[];
}

/**
 * Undefined where the client is to be asked: also for what is not there, which a client on its way to another engine may
 * know.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect
 */
async function inspectBySocket(
  id: string,
  { env }: Client,
  signal: AbortSignal | undefined,
): Promise<Inspected | undefined> {
  const socket = findSocket(env);
  if (socket === undefined || !isPlainName(id)) return undefined;
  try {
    const body = await askSocket(socket, `/containers/${id}/json`, signal);
    return body === undefined ? undefined : (JSON.parse(body) as Inspected);
  } catch {
    return undefined;
  }
}

function toInfo({ Id, Name, State, Config, Created, Path, Args }: Inspected): RunInfo {
  return {
    ...{ id: Id, name: Name.replace(/^\//, ''), state: State.Status, image: Config.Image },
    labels: Config.Labels ?? {},
    createdAt: new Date(Created),
    commandLine: [Path, ...Args].join(' '),
  };
}

async function inspect(
  ids: readonly string[],
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly RunInfo[]> {
  return (await inspectByClient(ids, client, signal)).map(toInfo);
}

async function inspectByClient(
  ids: readonly string[],
  client: Client,
  signal: AbortSignal | undefined,
): Promise<readonly Inspected[]> {
  const asked = ['container', 'inspect', '--format', '{{json .}}', ...ids];
  const { exitCode, stdout, stderr } = await callClient(client, asked, signal);
  // To the client a missing container is a failure, too; it prints the others.
  const failure = exitCode === 0 ? undefined : explain(stderr, '');
  if (failure?.kind === 'unavailable') throw failure;
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as Inspected);
}

/** For more than these one client is faster than a connection for each. */
const FEW = 8;

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
  if (ids.length > FEW) return new Map((await inspectByClient(ids, client, signal)).flatMap(endOf));
  const asked = ids.map(async (id) => ({ id, found: await inspectBySocket(id, client, signal) }));
  const answers = await Promise.all(asked);
  const found = answers.flatMap((answer) => answer.found ?? []);
  const open = answers.flatMap((answer) => (answer.found === undefined ? [answer.id] : []));
  const others = open.length === 0 ? [] : await inspectByClient(open, client, signal);
  return new Map([...found, ...others].flatMap(endOf));
}

function endOf({ Id, State }: Inspected): readonly (readonly [string, ContainerEnd])[] {
  const { Status, ExitCode: exitCode, OOMKilled: outOfMemory } = State;
  if (!['exited', 'dead'].includes(Status)) return [];
  const [startedAt, endedAt] = [new Date(State.StartedAt), new Date(State.FinishedAt)];
  return [[Id, { exitCode, outOfMemory, startedAt, endedAt }]];
}
