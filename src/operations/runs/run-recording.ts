import { hostname } from 'node:os';

import type { EnvironmentDocument } from '../../environment/environment.ts';
import type { RunEnd } from '../../engines/engine.ts';
import { SubmarineError } from '../../errors.ts';
import { fileReason } from '../../files/file-reason.ts';
import type { CodeState } from '../../git/code-state.ts';
import { findDigest } from '../../launch/bake-labels.ts';
import type { EnteredKernel } from '../../launch/wanted-kernel.ts';
import { condaPlatform } from '../../lock/conda-platform.ts';
import { serializeLock } from '../../lock/lock-file.ts';
import type { Lock, LockedImage } from '../../lock/lock.ts';
import { digestOf } from '../../run-records/kept-texts.ts';
import type {
  EndReason,
  RecordedCode,
  RecordedRequest,
  RunRecord,
} from '../../run-records/run-record.ts';
import { warn } from '../events.ts';
import type { KernelLaunch } from '../kernels/build/kernel-work.ts';
import type { Submarine } from '../submarine.ts';
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
  /** Before anything of it begins: an engine takes a while to say that a command has. */
  readonly #startedAt = new Date();
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

  /** @returns undefined when nothing has begun */
  async complete(end: RunEnd): Promise<RunRecord | undefined> {
    const { submarine, call } = this.#launch;
    const record = await this.#written;
    const completed = record && (await completeRecord(submarine, record, end));
    for (const [folder, files] of Object.entries(completed?.end?.results ?? {})) {
      if (Object.keys(files).length > 0) continue;
      warn(call, { code: 'results-empty', run: completed?.id ?? '', folder });
    }
    return completed;
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
    const untrustedProject = await submarine.untrustedProject();
    const record = this.#record(name, lock, untrustedProject);
    try {
      if (lock !== undefined) await submarine.records.locks.keep(lock);
      const recorded = { ...record, code: await keepCode(await this.#code, submarine) };
      await submarine.records.write(recorded);
      return recorded;
    } catch (error) {
      const why = error instanceof SubmarineError ? error.message : fileReason(error);
      warn(call, { code: 'run-not-recorded', run: record.id, why });
    }
    return record;
  }

  #record(name: string, lock: string | undefined, untrustedProject: string | undefined): RunRecord {
    const { environment, request, engine, facts } = this.#launch;
    const { document, withValues, repeats } = this.#choice;
    const reference = environment['docker-image'];
    return {
      id: facts.runId,
      name,
      environment: {
        ...{ name: environment.name, document: document.text },
        digest: digestOf(document.text),
        untrustedProject,
      },
      image: {
        ...{ reference, id: facts.image?.id ?? '' },
        digest: findDigest(reference, facts.image?.digests ?? []),
      },
      kernel: this.#kernel && {
        digest: this.#kernel.digest,
        lock: lock === undefined ? undefined : digestOf(lock),
      },
      request: recordedRequest({ ...request, home: facts.home?.folder ?? false }, withValues),
      engine: { name: engine.name, id: facts.engine.id },
      ...{ host: hostname(), user: facts.callerName, startedAt: this.#startedAt, repeats },
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
  const { results: except } = request;
  return readCodeState(request.code, { env, withDiff, except, signal: call?.signal });
}

/** A diff can be long, and many runs have the same. */
async function keepCode(
  code: CodeState | undefined,
  { records }: Pick<Submarine, 'records'>,
): Promise<RecordedCode | undefined> {
  if (code?.diff === undefined) return code;
  const { diff, ...state } = code;
  return {
    ...{ ...state, diff: await records.diffs.keep(diff) },
    diffBytes: Buffer.byteLength(diff),
  };
}

function recordedRequest(
  { variables, secrets = [], token: _secret, ...request }: KernelLaunch['request'],
  withValues: boolean,
): RecordedRequest {
  const values = variables.map(({ name, value }) => [name, withValues ? value : null] as const);
  const origins = secrets.map(({ name, from }) => [name, from ?? null] as const);
  return {
    ...{ ...request, variables: Object.fromEntries(values) },
    ...(origins.length === 0 ? {} : { secrets: Object.fromEntries(origins) }),
  };
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
  // Who reads from a broken input is killed.
  if (error.kind === 'interrupted' || error.code === 'input-broken') return 'signal';
  return ['engine-unreachable', 'client-killed'].includes(error.code) ? 'lost' : undefined;
}
