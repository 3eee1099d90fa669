import { ExitCode, SubmarineError } from '../errors.ts';

/** What an engine says, or nothing while none answers: for what can be done without one. */
export async function ifEngineAnswers<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof SubmarineError && error.exitCode === ExitCode.engineUnavailable)
      return undefined;
    throw error;
  }
}
