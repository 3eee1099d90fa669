import { Writable } from 'node:stream';

import type { Streams } from '../engines/engine.ts';
import { throwIfAborted } from '../errors.ts';
import type { Call } from '../operations/events.ts';
import type { Check } from '../operations/requests/check.ts';
import type { Submarine as Opened } from '../operations/submarine.ts';
import { CALL } from './requests.ts';
import type { RunCall } from './submarine.ts';

type Operation = (submarine: Opened, ...args: never[]) => Promise<unknown>;

type Bound<Table extends Readonly<Record<string, Operation>>> = {
  readonly [Name in keyof Table]: Table[Name] extends (
    submarine: Opened,
    ...args: infer Args
  ) => infer Result
    ? (...args: Args) => Result
    : never;
};

/**
 * Operations as methods for one user. None begins when its signal was aborted before, or with a request that no compiler
 * has looked at and would have refused.
 */
export function bind<Table extends Readonly<Record<string, Operation>>>(
  submarine: Opened,
  requests: { readonly [Name in keyof Table]: Check },
  table: Table,
): Bound<Table> {
  const methods = Object.entries(table).map(([name, operation]) => {
    const method = async (request?: never, call?: Call): Promise<unknown> => {
      CALL(call, 'call');
      throwIfAborted(call?.signal);
      requests[name]?.(request, '');
      return operation(submarine, request as never, call as never);
    };
    return [name, method];
  });
  return Object.fromEntries(methods) as Bound<Table>;
}

/** An operation whose streams come with the call; what has none goes nowhere. */
export function streaming<Request, Result>(
  operation: (submarine: Opened, request: Request, streams: Streams, call: Call) => Promise<Result>,
) {
  return (submarine: Opened, request: Request, call: RunCall = {}): Promise<Result> => {
    const { stdin, stdout = nowhere(), stderr = nowhere(), ...rest } = call;
    return operation(submarine, request, { stdin, stdout, stderr }, rest);
  };
}

function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

/** An operation that nothing is asked of, so that the call comes first. */
export function withoutRequest<Result>(operation: (submarine: Opened) => Promise<Result>) {
  return async (submarine: Opened, call?: Call): Promise<Result> => {
    throwIfAborted(call?.signal);
    return operation(submarine);
  };
}

/** An operation whose request may be a name alone. */
export function byName<Request extends { readonly name?: string | undefined }, Result>(
  operation: (submarine: Opened, request: Request, call?: Call) => Promise<Result>,
) {
  return (submarine: Opened, request: string | Request, call?: Call): Promise<Result> =>
    operation(
      submarine,
      typeof request === 'string' ? ({ name: request } as Request) : request,
      call,
    );
}
