import { basename } from 'node:path';

import type { Environment, Kernel } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import type { KernelContent } from '../kernel/kernel-content.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import { quote } from '../text/quote.ts';
import type { LaunchFacts } from './launch-request.ts';
import type { Variable } from './variables.ts';

/** The caller's variables that a build of a kernel gets, where they are set. They may hold passwords. */
const BUILD_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy']
  .flatMap((name) => [name, name.toUpperCase()])
  .concat('PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL');

/** An engine lends a process 2 MiB for arguments and variables; half of it is the command's own. */
const MAX_SPECIFICATION_BYTES = 1024 ** 2;
/** Linux takes at most 131,071 bytes in one variable. 24,576 characters of at most 4 bytes are 96 KiB. */
const PIECE = /[^]{1,24576}/gu;

/** A kernel that is built from its specification. */
export interface BuiltKernel {
  /** Of the specification. */
  readonly digest: string;
  /** The specification, each piece short enough for a variable. */
  readonly pieces: readonly string[];
}

/** @throws InvalidDataError when there is nothing to build */
export function requireBuildable({ name, kernel }: Environment): Kernel {
  if (kernel !== undefined && hasDependencies(kernel)) return kernel;
  throw new InvalidDataError(
    `the environment ${quote(name)} has no kernel to build`,
    kernel === undefined
      ? 'list dependencies in its profile'
      : `its image holds the kernel ${quote(kernel.name)} already`,
  );
}

/**
 * What is to be built where the kernel is not there yet; undefined for one that the image holds.
 *
 * @param lockedSpecification - what stands in the place of the profile's own, where there is a lock
 * @throws InvalidDataError when the specification is longer than 1 MiB
 */
export function findBuiltKernel(
  kernel: KernelContent | undefined,
  lockedSpecification: string | undefined,
): BuiltKernel | undefined {
  return kernel === undefined || !hasDependencies(kernel)
    ? undefined
    : builtKernel(kernel, lockedSpecification);
}

/** The same of a kernel that has something to build. */
export function builtKernel(
  kernel: KernelContent,
  lockedSpecification: string | undefined,
): BuiltKernel {
  const specification = lockedSpecification ?? kernelSpecification(kernel);
  if (Buffer.byteLength(specification) > MAX_SPECIFICATION_BYTES) {
    throw new InvalidDataError(
      'the kernel has more dependencies than can be handed to a container (1 MiB)',
      'name those that you need and let conda find the rest',
    );
  }
  return { digest: kernelDigest(specification), pieces: specification.match(PIECE) ?? [] };
}

/** Those of the caller's variables that a build gets, under the names that the bootstrap knows them by. */
export function buildVariables({ env }: Pick<LaunchFacts, 'env'>): readonly Variable[] {
  return BUILD_VARIABLES.flatMap((from) => {
    const value = env[from];
    return value === undefined || value === ''
      ? []
      : [{ name: `SUBMARINE_BUILD_${from}`, value, from: { variable: from } }];
  });
}

/** A file of this machine that a build reads. */
interface BuildFile {
  /** The variable that names it to the build. */
  readonly name: string;
  readonly source: string;
  /** Where it lies for the build, relative to the folder of such files. */
  readonly path: string;
}

/** Each keeps its own name: conda reads a file only where its name ends as that of a configuration does. */
export function buildFilePaths({
  buildFiles,
}: Pick<LaunchFacts, 'buildFiles'>): readonly BuildFile[] {
  return Object.entries(buildFiles).map(([name, source]) => ({
    name,
    source,
    path: `${name}/${basename(source)}`,
  }));
}
