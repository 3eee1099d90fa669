import type { Container } from '../engine.ts';
import { callDocker } from './docker-client.ts';
import { explain } from './docker-messages.ts';
import { findSocket } from './engine-endpoint.ts';
import { askSocket } from './engine-socket.ts';

type Environment = Readonly<Record<string, string | undefined>>;
type Labels = Readonly<Record<string, string>>;

/** What `docker inspect --format` is asked for. */
const CONTAINER_FORMAT =
  '[{{json .Id}},{{json .Name}},{{json .State.Status}},{{json .Config.Image}},{{json .Config.Labels}}]';

/**
 * The containers that we made and that have all of the labels, newest first; asked over the socket where there is one,
 * else through the client.
 *
 * @throws SubmarineError when the engine does not answer
 */
export async function listContainers(
  labels: Labels,
  env: Environment,
): Promise<readonly Container[]> {
  const filters = ['submarine.run', ...Object.entries(labels).map((pair) => pair.join('='))];
  return (await listBySocket(filters, env)) ?? listByClient(filters, env);
}

/** Whether the engine has a container of that name or id, whoever made it. */
export async function hasContainer(name: string, env: Environment): Promise<boolean> {
  const asked = ['container', 'inspect', '--format', '{{.Id}}', '--', name];
  return (await callDocker(asked, env)).exitCode === 0;
}

/** @see https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerList */
async function listBySocket(
  label: readonly string[],
  env: Environment,
): Promise<readonly Container[] | undefined> {
  const socket = findSocket(env);
  if (socket === undefined) return undefined;
  const filters = encodeURIComponent(JSON.stringify({ label }));
  try {
    const body = await askSocket(socket, `/containers/json?all=1&filters=${filters}`);
    return body === undefined ? undefined : parseList(body);
  } catch {
    return undefined;
  }
}

function parseList(body: string): readonly Container[] {
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
  env: Environment,
): Promise<readonly Container[]> {
  const options = filters.flatMap((filter) => ['--filter', `label=${filter}`]);
  const listed = await callDocker(['ps', '--all', '--no-trunc', '--quiet', ...options], env);
  if (listed.exitCode !== 0) throw explain(listed.stderr, '');
  const ids = listed.stdout.split('\n').filter((id) => id !== '');
  if (ids.length === 0) return [];
  // One that has gone in between is not told of, the others are; the exit code is 1 then.
  const { stdout } = await callDocker(['inspect', '--format', CONTAINER_FORMAT, ...ids], env);
  return stdout.split('\n').flatMap((line) => (line === '' ? [] : [parseContainer(line)]));
}

function parseContainer(line: string): Container {
  const [id, name, state, image, labels] = JSON.parse(line) as [
    ...[id: string, name: string, state: string],
    ...[image: string, labels: Labels | null],
  ];
  return { id, name: name.replace(/^\//, ''), state, image, labels: labels ?? {} };
}
