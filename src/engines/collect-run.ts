import type { Readable, TransformCallback } from 'node:stream';
import { PassThrough, Transform } from 'node:stream';
import { text } from 'node:stream/consumers';

import { SubmarineError } from '../errors.ts';
import type { LaunchPlan } from '../launch/launch-plan.ts';
import type { Answer, Captured } from './dialogue.ts';
import { talk } from './dialogue.ts';
import type { EngineCall, Runs } from './engine.ts';

const MAX_OUTPUT_BYTES = 64 * 1024 ** 2;

/**
 * Runs the plan to its end, and collects what it prints, without the last line end.
 *
 * @param stdin - what it reads, no faster than it does; nothing where absent
 * @throws SubmarineError when the container could not be started, prints more than 64 MiB, or the stream breaks off
 */
export async function captureRun(
  runs: Runs,
  plan: LaunchPlan,
  call: EngineCall = {},
  stdin?: Readable,
): Promise<Captured> {
  const limit = new AbortController();
  const signals = call.signal === undefined ? [] : [call.signal];
  const { exitCode, stdout, stderr } = await collect(
    runs,
    { ...plan, interaction: stdin === undefined ? 'none' : 'streams' },
    async () => undefined,
    { ...call, signal: AbortSignal.any([limit.signal, ...signals]) },
    limited(limit),
    stdin,
  );
  return { exitCode, stdout: stdout.trimEnd(), stderr: stderr.trimEnd() };
}

/**
 * Runs the plan to its end, answers the lines that it prints, and collects them.
 *
 * @throws SubmarineError when the container could not be started, and what `answer` throws
 */
export function converseRun(
  runs: Runs,
  plan: LaunchPlan,
  answer: Answer,
  call: EngineCall = {},
): Promise<Captured> {
  return collect(runs, plan, answer, call, [new PassThrough(), new PassThrough()]);
}

async function collect(
  runs: Runs,
  plan: LaunchPlan,
  answer: Answer,
  call: EngineCall,
  [stdout, stderr]: Outputs,
  stdin?: Readable,
): Promise<Captured> {
  const answers = new PassThrough();
  const run = await runs.start(plan, { stdin: stdin ?? answers, stdout, stderr }, call);
  const said = text(stderr);
  const talked = talk(stdout, answers, answer);
  const end = await run.ended.finally(() => {
    stdout.end();
    stderr.end();
  });
  const { lines, failure } = await talked;
  if (failure !== undefined) throw failure.error;
  const printed = lines.map((line) => `${line}\n`).join('');
  return { exitCode: end.exitCode, stdout: printed, stderr: await said };
}

type Outputs = readonly [stdout: Transform, stderr: Transform];

/** Two streams that take no more than a limit together: code that is not trusted writes into our memory. */
function limited(limit: AbortController): Outputs {
  let bytes = 0;
  const transform = (chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void => {
    bytes += chunk.length;
    if (bytes <= MAX_OUTPUT_BYTES) return done(null, chunk);
    limit.abort(
      new SubmarineError({
        kind: 'refused',
        code: 'too-much-output',
        message: 'the container printed more than 64 MiB where an answer was expected',
      }),
    );
    done();
  };
  return [new Transform({ transform }), new Transform({ transform })];
}
