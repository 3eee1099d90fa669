import { simpleSolve } from '@conda-org/rattler';

import { SubmarineError } from '../errors.ts';

/** A package as rattler's solver takes and gives it. */
export interface SolverPackage {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly url: string;
  readonly md5?: string | undefined;
  readonly sha256?: string | undefined;
  readonly depends?: readonly string[] | undefined;
}

/** What rattler is asked. */
interface SolverQuestion {
  /** MatchSpecs without channels. */
  readonly specs: readonly string[];
  /** HTTP addresses, the one that wins first. */
  readonly channels: readonly string[];
  readonly platform: string;
  /** Packages that are kept where nothing speaks against it. */
  readonly preferred: readonly SolverPackage[];
}

/**
 * Asks rattler's solver, which is WebAssembly. For the solver's own thread alone: one question at a time, and the
 * thread's console and uncaught errors are taken for the solver's.
 *
 * @throws Error with rattler's own words
 * @throws SubmarineError when it broke down
 */
export async function askRattler(question: SolverQuestion): Promise<readonly SolverPackage[]> {
  const platforms = [question.platform, 'noarch'] as Parameters<typeof simpleSolve>[2];
  return untilBreakdown(async () => {
    const preferred = question.preferred.map((one) => toRecord(one, question.platform));
    const solved = await simpleSolve(
      [...question.specs],
      [...question.channels],
      platforms,
      preferred,
    );
    return solved.map((one) => {
      const { packageName, version, build, url, md5, sha256, depends } = one;
      one.free();
      return { name: packageName, version, build, url, md5, sha256, depends };
    });
  });
}

/** A preferred package must have all that a channel says of one; what is missing here does not choose any. */
function toRecord(one: SolverPackage, subdir: string): object {
  return {
    packageName: one.name,
    version: one.version,
    build: one.build,
    url: one.url,
    md5: one.md5,
    sha256: one.sha256,
    buildNumber: Number(/\d{1,9}$/.exec(one.build)?.[0] ?? 0),
    filename: one.url.slice(one.url.lastIndexOf('/') + 1),
    subdir,
    depends: [...(one.depends ?? [])],
  };
}

/** A trap ends no promise: its error comes to the thread, after the last words on the console. */
async function untilBreakdown<Value>(work: () => Promise<Value>): Promise<Value> {
  const said: string[] = [];
  // oxlint-disable-next-line no-console -- that of this thread
  console.error = (...words: unknown[]) => void said.push(words.map(String).join(' '));
  let onError: ((error: unknown) => void) | undefined;
  const broken = new Promise<never>((_, reject) => {
    onError = (error) => reject(isWasmTrap(error) ? breakdown(said, error) : error);
    process.on('uncaughtException', onError);
  });
  try {
    return await Promise.race([work(), broken]);
  } finally {
    // What goes wrong from now on is a fault of ours, and ends the thread.
    if (onError !== undefined) process.off('uncaughtException', onError);
  }
}

function isWasmTrap(error: unknown): boolean {
  return String(error).startsWith('RuntimeError: ');
}

function breakdown(said: readonly string[], cause: unknown): SubmarineError {
  const [where = '', what = where] = said.join('\n').split('\n');
  return new SubmarineError({
    kind: 'invalid',
    code: 'solver-broke-down',
    message: `the solver broke down: ${what}`,
    remedy: 'leave out one dependency after the other to find which it cannot take, and report it',
    cause,
  });
}
