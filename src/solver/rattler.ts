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
export interface SolverQuestion {
  /** MatchSpecs without channels. */
  readonly specs: readonly string[];
  /** HTTP addresses, the one that wins first. */
  readonly channels: readonly string[];
  readonly platform: string;
  /** Packages that are kept where nothing speaks against it. */
  readonly preferred: readonly SolverPackage[];
}

/**
 * Asks rattler's solver, which runs as WebAssembly in this process.
 *
 * @throws Error with rattler's own words
 * @throws SubmarineError when it broke down, which it does without ending its promise: the error comes to the process
 */
export async function askRattler(question: SolverQuestion): Promise<readonly SolverPackage[]> {
  const { simpleSolve } = await import('@conda-org/rattler');
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

/* oxlint-disable no-console -- rattler writes its last words there, with a stack of its own */

/** Only `RuntimeError` is taken for a breakdown of WebAssembly; whatever else goes wrong meanwhile is not ours. */
async function untilBreakdown<Value>(work: () => Promise<Value>): Promise<Value> {
  let onError: ((error: unknown) => void) | undefined;
  const said: string[] = [];
  const consoleError = console.error;
  const broken = new Promise<never>((_, reject) => {
    onError = (error) => reject(isWasmTrap(error) ? breakdown(said, error) : error);
    process.on('uncaughtException', onError);
  });
  console.error = (...words: unknown[]) => void said.push(words.map(String).join(' '));
  try {
    return await Promise.race([work(), broken]);
  } finally {
    console.error = consoleError;
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
