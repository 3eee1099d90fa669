import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { LaunchPlan } from '../../../launch/launch-plan.ts';
import { BuildOutput } from './build-output.ts';
import type { KernelLaunch } from './kernel-work.ts';

/**
 * Runs a container of a build to its end.
 *
 * @returns what it printed
 * @throws SubmarineError with what it said last, when it fails
 */
export async function runBuild(
  plan: LaunchPlan,
  { engine, request, show, call }: Pick<KernelLaunch, 'engine' | 'request' | 'show' | 'call'>,
): Promise<string> {
  if (request.verbose) {
    const line = engine.show(plan);
    const replacesEntrypoint = plan.entrypoint !== undefined;
    call?.on?.({ type: 'command', line, replacesEntrypoint });
  }
  const output = new BuildOutput(show);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stderr.setEncoding('utf8').on('data', (said: string) => output.take(said));
  const printed = text(stdout);
  const run = await engine.runs.start(plan, { stdout, stderr }, call);
  const { exitCode } = await run.ended.finally(() => {
    stdout.end();
    stderr.end();
  });
  if (exitCode !== 0) throw output.failure(exitCode);
  output.flush();
  return printed;
}
