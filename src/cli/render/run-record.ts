import type { RunRecord } from '../../run-records/run-record.ts';

/** A record for programs, and for people as YAML. */
export function recordValue({ code, startedAt, end, ...record }: RunRecord): object {
  const { id, name, environment, image, kernel, request, repeats, ...rest } = record;
  const { command, experiment, ...options } = request;
  return {
    ...{ id, name, ...(repeats === undefined ? {} : { repeats }), command },
    ...(experiment === undefined ? {} : { experiment }),
    started: startedAt.toISOString(),
    ...(end === undefined ? {} : { end: { ...end, at: end.at.toISOString() } }),
    ...{ environment, image, ...(kernel === undefined ? {} : { kernel }) },
    ...(code === undefined ? {} : { code }),
    ...{ options, ...rest },
  };
}
