import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { captureRun } from '../../../engines/collect-run.ts';
import { InvalidDataError } from '../../../errors.ts';
import { readJsonObject, writePrivateJson } from '../../../files/private-json.ts';
import { helperPlan } from '../../../launch/helper-plan.ts';
import { newRunId } from '../../runs/launch-facts.ts';
import type { KernelLaunch } from './kernel-work.ts';

/** Stands in a line that is only looked at for a platform that nobody knows yet. */
export const UNKNOWN_PLATFORM = 'PLATFORM';

const FORM = /^linux-[A-Za-z0-9._-]+$/;

type Question = Pick<KernelLaunch, 'engine' | 'facts' | 'submarine' | 'call'>;

/**
 * What the packages of a kernel depend on in an image: `linux-64-glibc2.36`. It is remembered by the image's id, since
 * it takes a container to learn.
 *
 * @throws InvalidDataError when the image does not tell
 */
export async function findPlatform(question: Question): Promise<string> {
  const remembered = rememberedPlatform(question);
  if (remembered !== undefined) return remembered;
  const asked = await askImage(question);
  const { image } = question.facts;
  if (image === undefined) return asked;
  const path = memory(question);
  await writePrivateJson(path, { ...readJsonObject(path), [image.id]: asked }).catch(
    // It is asked again the next time.
    () => {},
  );
  return asked;
}

/** The same as far as it is known without a container. */
export function rememberedPlatform(
  question: Omit<Question, 'engine' | 'call'>,
): string | undefined {
  const all = readJsonObject(memory(question)) as Readonly<Record<string, unknown>>;
  const known = all[question.facts.image?.id ?? ''];
  return typeof known === 'string' && FORM.test(known) ? known : undefined;
}

function memory({ submarine }: Pick<Question, 'submarine'>): string {
  return join(submarine.caller.folders.host, 'platforms.json');
}

async function askImage({ engine, facts, submarine, call }: Question): Promise<string> {
  const script = await readFile(
    new URL('submarine-platform.sh', submarine.caller.bootstrap),
    'utf8',
  );
  const plan = helperPlan({
    runId: newRunId(),
    image: facts.image?.id ?? facts.imageName,
    command: ['/bin/sh', '-c', script],
  });
  const { exitCode, stdout, stderr } = await captureRun(engine.runs, plan, call);
  if (exitCode === 0 && FORM.test(stdout)) return stdout;
  throw new InvalidDataError(
    `cannot tell which libc the image ${facts.imageName} has: ${stderr || `exit code ${exitCode}`}`,
    'use an image that has glibc or musl, sh and sed',
    { code: 'platform-unknown' },
  );
}
