import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';

import type { LaunchPlan } from '../../launch/launch-plan.ts';
import type { Run, Streams } from '../engine.ts';
import type { Client } from './client.ts';
import type { StartOptions } from './client-run.ts';
import { startRun } from './client-run.ts';
import { OpenedRun } from './opened-run.ts';

/** Starts a plan whose command runs on without its client, which ends when the command has begun and has its secrets. */
export async function startDetached(
  client: Client,
  plan: LaunchPlan,
  { stderr }: Pick<Streams, 'stderr'>,
  options: StartOptions,
): Promise<Run> {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const start = await startRun(client, plan, { stdout, stderr }, options);
  await start.ended.finally(() => stdout.end());
  return new OpenedRun(client, plan.name, (await printed).trim(), options.signal);
}
