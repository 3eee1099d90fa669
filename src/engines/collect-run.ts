import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { Answer, Captured } from './dialogue.ts';
import { talk } from './dialogue.ts';
import type { EngineCall, Runs } from './engine.ts';

/**
 * Runs the plan to its end with nothing on stdin, and collects what it prints, without the last line end.
 *
 * @throws SubmarineError when the container could not be started
 */
export async function captureRun(
  runs: Runs,
  plan: LaunchPlan,
  call?: EngineCall,
): Promise<Captured> {
  const { exitCode, stdout, stderr } = await converseRun(
    runs,
    { ...plan, interaction: 'none' },
    async () => undefined,
    call,
  );
  return { exitCode, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}

/**
 * Runs the plan to its end, answers the lines that it prints, and collects them.
 *
 * @throws SubmarineError when the container could not be started, and what `answer` throws
 */
export async function converseRun(
  runs: Runs,
  plan: LaunchPlan,
  answer: Answer,
  call?: EngineCall,
): Promise<Captured> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const run = await runs.start(plan, { stdin, stdout, stderr }, call);
  const said = text(stderr);
  const talked = talk(stdout, stdin, answer);
  const end = await run.ended.finally(() => {
    stdout.end();
    stderr.end();
  });
  const { lines, failure } = await talked;
  if (failure !== undefined) throw failure.error;
  const printed = lines.map((line) => `${line}\n`).join('');
  return { exitCode: end.exitCode, stdout: printed, stderr: await said };
}
