import type { Container } from '../engine.ts';

/** What `docker inspect --format` is asked for of containers. */
export const CONTAINER_FORMAT =
  '[{{json .Id}},{{json .Name}},{{json .State.Status}},{{json .Config.Image}},{{json .Config.Labels}}]';

type Labels = Readonly<Record<string, string>>;

/** Reads one line of `CONTAINER_FORMAT`. */
export function parseContainer(line: string): Container {
  const [id, name, state, image, labels] = JSON.parse(line) as [
    ...[id: string, name: string, state: string],
    ...[image: string, labels: Labels | null],
  ];
  return { id, name: name.replace(/^\//, ''), state, image, labels: labels ?? {} };
}
