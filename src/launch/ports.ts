import { isIP } from 'node:net';

import { UsageError } from '../errors.ts';
import { quote } from '../text/quote.ts';

/** A port of the container that can be reached on the engine's machine. */
export interface Port {
  /** The address there; absent for all of its addresses. */
  readonly host?: string;
  /** The port there; absent for one that the engine chooses. */
  readonly hostPort?: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
}

const FORM =
  /^(?:(?:(?<host>\[[^\]]*\]|[^:[\]]*):)?(?<hostPorts>[\d-]*):)?(?<ports>[\d-]+)(?:\/(?<protocol>tcp|udp|sctp))?$/i;

/**
 * Reads what `-p` takes: `[[ADDRESS:][PORT]:]CONTAINER_PORT[/PROTOCOL]`, ports also as ranges: `8000-8002:80-82`.
 *
 * @returns a port for each of a range
 * @throws UsageError when it has another form, a port is not one, or two ranges differ in length
 * @see https://docs.docker.com/reference/cli/docker/container/run/#publish
 */
export function parsePorts(text: string): readonly Port[] {
  const { host, hostPorts, ports, protocol } = FORM.exec(text)?.groups ?? {};
  const container = rangeOf(ports ?? '');
  const onHost = hostPorts === undefined || hostPorts === '' ? [] : rangeOf(hostPorts);
  const address = host?.replaceAll(/[[\]]/g, '');
  const isWrong =
    container === undefined ||
    onHost === undefined ||
    (onHost.length > 0 && onHost.length !== container.length) ||
    (address !== undefined && address !== '' && isIP(address) === 0);
  if (isWrong) {
    throw new UsageError(
      `invalid port ${quote(text)}`,
      'write it as 8080:80, 127.0.0.1:8080:80 or 8000-8002:80-82',
    );
  }
  return container.map((containerPort, index) =>
    Object.assign(
      address === undefined || address === '' ? {} : { host: address },
      onHost[index] === undefined ? {} : { hostPort: onHost[index] },
      { containerPort, protocol: (protocol?.toLowerCase() ?? 'tcp') as Port['protocol'] },
    ),
  );
}

/**
 * Reads what `--port` of a notebook takes: `8899`, or with an address `0.0.0.0:8899`.
 *
 * @throws UsageError when it has another form
 */
export function parseHostPort(text: string): { readonly host?: string; readonly port: number } {
  const { host, port } = /^(?:(?<host>\[[^\]]+\]|[\d.]+):)?(?<port>\d+)$/.exec(text)?.groups ?? {};
  const [number] = rangeOf(port ?? '') ?? [];
  const address = host?.replaceAll(/[[\]]/g, '');
  if (number === undefined || (address !== undefined && isIP(address) === 0)) {
    throw new UsageError(`invalid port ${quote(text)}`, 'write it as 8899 or 0.0.0.0:8899');
  }
  return { ...(address === undefined ? {} : { host: address }), port: number };
}

/** The ports of `80` or `80-82`; undefined when one is not a port, or the last comes before the first. */
function rangeOf(text: string): readonly number[] | undefined {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  const isRange = from >= 1 && to <= 65_535 && from <= to;
  return isRange ? Array.from({ length: to - from + 1 }, (_, index) => from + index) : undefined;
}
