import { hostname } from 'node:os';

import type { EnvironmentDocument } from '../../environment/environment.ts';
import type { RunEnd } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import type { CodeState } from '../../git/code-state.ts';
import { findDigest } from '../../launch/bake-labels.ts';
import type { EnteredKernel } from '../../launch/wanted-kernel.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import { serializeLock } from '../../lock/lock-file.ts';
import type { Lock, LockedImage } from '../../lock/lock.ts';
import { digestOf } from '../../run-records/file-records.ts';
import type { EndReason, RecordedRequest, RunRecord } from '../../run-records/run-record.ts';
import { warn } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import { completeRecord } from './complete-record.ts';

/** What of a launch is written down beside what it is. */
export interface RecordedChoice {
  readonly document: EnvironmentDocument;
  /** Whether the values of variables are written down. */
  readonly withValues: boolean;
  /** Whether it is written down how the code folder differs from its commit. */
  readonly withDiff: boolean;
  /** The run that is repeated. */
  readonly repeats?: string | undefined;
}

/**
 * The record of a launch: written while its command starts, and completed when it has ended. Where it cannot be written,
 * that is told once, and the run goes on.
 */
export class RunRecording {
  readonly #launch: KernelLaunch;
  readonly #choice: RecordedChoice;
  readonly #kernel: EnteredKernel | undefined;
  readonly #code: Promise<CodeState | undefined>;
  #written: Promise<RunRecord> | undefined;

  constructor(launch: KernelLaunch, choice: RecordedChoice, kernel: EnteredKernel | undefined) {
    this.#launch = launch;
    this.#choice = choice;
    this.#kernel = kernel;
    this.#code = codeStateOf(launch, choice);
  }

  /** Writes it; to be waited for by those alone who end before the run. */
  begin(name: string): Promise<unknown> {
    this.#written = this.#write(name);
    return this.#written;
  }

  /** @param installed - by the run for itself */
  async complete(end: RunEnd, installed: readonly string[]): Promise<void> {
    const record = await this.#written;
    if (record !== undefined) {
      await completeRecord(this.#launch.submarine, record, { ...end, installed });
    }
  }

  /** A command that never began leaves nothing; of one that was left, what is known. */
  async fail(error: unknown): Promise<void> {
    const record = await this.#written;
    if (record === undefined) return;
    const { records } = this.#launch.submarine;
    const reason = reasonOf(error);
    const end = reason && { reason, at: new Date(), installed: [], results: {} };
    await (end ? records.write({ ...record, end }) : records.remove([record.id])).catch(() => {});
  }

  async #write(name: string): Promise<RunRecord> {
    const { submarine, call } = this.#launch;
    const lock = lockOf(this.#launch);
    const record = { ...this.#record(name, lock), code: await this.#code };
    try {
      if (lock !== undefined) await submarine.records.keepLock(lock);
      await submarine.records.write(record);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      warn(call, { code: 'run-not-recorded', run: record.id, why });
    }
    return record;
  }

  #record(name: string, lock: string | undefined): RunRecord {
    const { environment, request, engine, facts } = this.#launch;
    const { document, withValues, repeats } = this.#choice;
    const reference = environment['docker-image'];
    return {
      id: facts.runId,
      name,
      environment: {
        ...{ name: environment.name, document: document.text },
        digest: digestOf(document.text),
      },
      image: {
        ...{ reference, id: facts.image?.id ?? '' },
        digest: findDigest(reference, facts.image?.digests ?? []),
      },
      kernel: this.#kernel && {
        digest: this.#kernel.digest,
        lock: lock === undefined ? undefined : digestOf(lock),
      },
      request: recordedRequest(request, withValues),
      engine: { name: engine.name, id: facts.engine.id },
      ...{ host: hostname(), user: facts.callerName, startedAt: new Date(), repeats },
    };
  }
}

/** Looked at while the command starts, so that it says what is there before the command changes anything. */
async function codeStateOf(
  { request, submarine, call }: KernelLaunch,
  { withDiff }: RecordedChoice,
): Promise<CodeState | undefined> {
  if (request.code === undefined) return undefined;
  const { variables: env } = submarine.caller;
  const { readCodeState } = await import('../../git/code-state.ts');
  return readCodeState(request.code, { env, withDiff, signal: call?.signal });
}

function recordedRequest(
  { variables, token: _secret, ...request }: KernelLaunch['request'],
  withValues: boolean,
): RecordedRequest {
  const values = variables.map(({ name, value }) => [name, withValues ? value : null] as const);
  return { ...request, variables: Object.fromEntries(values) };
}

/** The exact packages of the run's own platform, and its image. */
function lockOf({ environment, facts }: KernelLaunch): string | undefined {
  const platform = condaPlatform(facts.image?.platform ?? '');
  if (facts.locked === undefined || platform === undefined) return undefined;
  const { channels = [], dependencies = [] } = environment.kernel ?? {};
  const lock: Lock = {
    image: lockedImage(environment['docker-image'], facts.image),
    content: { channels, dependencies },
    platforms: { [platform]: { virtualPackages: {}, ...facts.locked.packages } },
  };
  return serializeLock(lock);
}

function lockedImage(reference: string, image: KernelLaunch['facts']['image']): LockedImage {
  const digest = findDigest(reference, image?.digests ?? []);
  if (digest !== undefined) return { reference, digest };
  return image === undefined ? { reference } : { reference, local: image.id };
}

/** Undefined for what the engine never started. */
function reasonOf(error: unknown): EndReason | undefined {
  if (!(error instanceof SubmarineError)) return undefined;
  if (error.kind === 'interrupted') return 'signal';
  return ['engine-unreachable', 'client-killed'].includes(error.code) ? 'lost' : undefined;
}
