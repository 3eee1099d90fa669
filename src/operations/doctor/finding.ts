import type { ErrorData } from '../../errors.ts';
import { SubmarineError } from '../../errors.ts';

/** What was looked at. */
export type Subject =
  | 'node'
  | 'configuration'
  | 'setting'
  | 'store'
  | 'selection'
  | 'engine'
  | 'gpu'
  | 'disk'
  | 'cache'
  | 'certificates'
  | 'proxy'
  | 'image'
  | 'kernel'
  | 'network';

/** What was found out of one thing. */
export interface Finding {
  readonly subject: Subject;
  /** `warn`: it works, and may not for long or not as one thinks. `fail`: something cannot work. */
  readonly state: 'ok' | 'warn' | 'fail';
  /** Which finding it is, for programs and for the words of a face. */
  readonly code: string;
  /** What is the case, in one line. It holds no secret. */
  readonly message: string;
  /** What to do about it, where that does not depend on the face. */
  readonly remedy?: string | undefined;
  readonly data: ErrorData;
}

export function ok(subject: Subject, message: string, data: ErrorData = {}): Finding {
  return { subject, state: 'ok', code: `${subject}-ok`, message, data };
}

export function problem(
  subject: Subject,
  state: 'warn' | 'fail',
  {
    code,
    message,
    remedy,
    data = {},
  }: Omit<Finding, 'subject' | 'state' | 'data'> & { readonly data?: ErrorData },
): Finding {
  return { subject, state, code, message, remedy, data };
}

/** An error as a finding; one that is none of ours is a failure, too. */
export function failure(subject: Subject, error: unknown): Finding {
  if (error instanceof SubmarineError) {
    const { code, message, remedy, data } = error;
    const [first = ''] = message.split('\n');
    return problem(subject, 'fail', { code, message: first, remedy, data });
  }
  const message = error instanceof Error ? error.message : String(error);
  return problem(subject, 'fail', { code: 'unexpected', message });
}
