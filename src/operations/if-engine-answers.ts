import { SubmarineError } from '../errors.ts';

/** What an engine says, or nothing while none answers: for what can be done without one. */
export async function ifEngineAnswers<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isUnavailable(error)) return undefined;
    throw error;
  }
}

/** Whether no engine answers. */
export function isUnavailable(error: unknown): error is SubmarineError {
  return error instanceof SubmarineError && error.kind === 'unavailable';
}
