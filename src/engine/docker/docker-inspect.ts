import type { ImageFacts } from '../../launch/launch-request.ts';
import type { Container } from '../engine.ts';

/** What `docker image inspect --format` is asked for. */
export const IMAGE_FORMAT =
  '[{{json .Id}},{{json .Config.Entrypoint}},{{json .Os}},{{json .Architecture}},{{json .RepoDigests}},{{json .Config.Labels}}]';

/** What `docker inspect --format` is asked for of containers. */
export const CONTAINER_FORMAT =
  '[{{json .Id}},{{json .Name}},{{json .State.Status}},{{json .Config.Image}},{{json .Config.Labels}}]';

type Labels = Readonly<Record<string, string>>;

/** Reads the line of `IMAGE_FORMAT`. */
export function parseImage(line: string): ImageFacts {
  const [id, entrypoint, os, architecture, digests, labels] = JSON.parse(line) as [
    ...[id: string, entrypoint: string[] | null, os: string, architecture: string],
    ...[digests: string[] | null, labels: Labels | null],
  ];
  return {
    id,
    entrypoint: entrypoint ?? [],
    platform: `${os}/${architecture}`,
    digests: digests ?? [],
    labels: labels ?? {},
  };
}

/** Reads one line of `CONTAINER_FORMAT`. */
export function parseContainer(line: string): Container {
  const [id, name, state, image, labels] = JSON.parse(line) as [
    ...[id: string, name: string, state: string],
    ...[image: string, labels: Labels | null],
  ];
  return { id, name: name.replace(/^\//, ''), state, image, labels: labels ?? {} };
}
