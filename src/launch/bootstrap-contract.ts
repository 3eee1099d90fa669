import type { Kernel } from '../environment/environment.ts';
import { UsageError } from '../errors.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { findBakedDigest } from './bake-labels.ts';
import type { BuiltKernel } from './built-kernel.ts';
import { buildFilePaths, buildVariables, findBuiltKernel } from './built-kernel.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { Variable } from './variables.ts';
import { isShellName } from './variables.ts';

/** Where our bootstrap lies in an image, and where it is put in one that has none. */
export const BOOTSTRAP = '/submarine-bootstrap.sh';

/** The named volume that kernels lie in where the engine is elsewhere. */
export const KERNEL_VOLUME = 'submarine';

/** What the bootstrap is told in one launch: the CLI's half of the contract at the head of the script. */
interface BootstrapContract {
  /** Set where the image's own entrypoint is not the bootstrap. */
  readonly entrypoint: string | undefined;
  readonly arguments: readonly string[];
  readonly mounts: readonly Mount[];
  /** The one of them where kernels are built. */
  readonly kernelPlace: Mount | undefined;
  readonly variables: readonly Variable[];
  /** Of a kernel that is built from the profile. */
  readonly digest: string | undefined;
}

/** @throws InvalidDataError when the kernel's specification is longer than 1 MiB */
export function bootstrapContract(
  request: LaunchRequest,
  kernel: Kernel | undefined,
  facts: LaunchFacts,
): BootstrapContract {
  // While the image is not here nothing is known of it: the line is the one for an image of ours.
  const isInImage = facts.image === undefined || facts.image.entrypoint.at(-1) === BOOTSTRAP;
  if (!isInImage && facts.engine.remote) {
    throw new UsageError(
      'the engine runs on another machine, and the image has no bootstrap of its own',
      'take an image that was prepared, see docs/images.md',
      { code: 'bootstrap-elsewhere' },
    );
  }
  const asked = findBuiltKernel(kernel, facts.lockedSpecification);
  const baked = asked && findBakedDigest(asked, facts.image);
  // What the image holds is not built, so it takes neither a cache nor a specification.
  const built = baked === undefined ? asked : undefined;
  const build = built === undefined ? { mounts: [], variables: [] } : buildInputs(facts);
  const kernelPlace = built === undefined ? undefined : kernelMount(facts);
  const mounts = kernelPlace === undefined ? [] : [kernelPlace, ...build.mounts];
  return {
    digest: baked ?? built?.digest,
    entrypoint: isInImage ? undefined : BOOTSTRAP,
    arguments: kernel === undefined ? [] : ['--kernel', kernel.name],
    mounts: [...(isInImage ? [] : [readOnly(facts.bootstrapPath, BOOTSTRAP)]), ...mounts],
    kernelPlace,
    variables: [
      { name: 'SUBMARINE_RUN', value: facts.runId },
      ...(kernel === undefined ? [] : kernelVariables(request, kernel)),
      ...(baked === undefined ? [] : bakedVariables(baked, kernel)),
      ...(built === undefined ? [] : specificationVariables(built)),
      ...build.variables,
      ...(built === undefined ? [] : buildVariables(facts)),
      ...(request.offline && built !== undefined
        ? [{ name: 'SUBMARINE_OFFLINE', value: '1' }]
        : []),
      ...(request.watched && !(request.terminal && request.kind === 'run')
        ? [{ name: 'SUBMARINE_PROGRESS', value: '1' }]
        : []),
      ...(request.verbose ? [{ name: 'SUBMARINE_VERBOSE', value: '1' }] : []),
    ],
  };
}

function kernelVariables({ kind, variables }: LaunchRequest, kernel: Kernel): readonly Variable[] {
  const assignments = shellAssignments(kernel.variables ?? {});
  const names = variables.map(({ name }) => name).filter(isShellName);
  return [
    { name: 'SUBMARINE_KERNEL', value: kernel.name },
    ...(assignments === '' ? [] : [{ name: 'SUBMARINE_VARIABLES', value: assignments }]),
    ...(names.length === 0 ? [] : [{ name: 'SUBMARINE_GIVEN', value: names.join(' ') }]),
    ...(kind === 'notebook' ? [{ name: 'SUBMARINE_KERNELSPEC', value: kernelspec(kernel) }] : []),
  ];
}

/**
 * How Jupyter starts the kernel: through the bootstrap again, so that it is activated.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/kernels.html#kernel-specs
 */
function kernelspec({ name }: Kernel): string {
  return JSON.stringify({
    argv: [
      BOOTSTRAP,
      ...['--kernel', name, '--'],
      ...['python', '-m', 'ipykernel_launcher', '-f', '{connection_file}'],
    ],
    display_name: name,
    language: 'python',
    env: { SUBMARINE_KERNELSPEC: '' },
    metadata: { debugger: true },
  });
}

/** The image has the variables of the profile that it was made from: those of this one are in their place. */
function bakedVariables(digest: string, kernel: Kernel | undefined): readonly Variable[] {
  const hasVariables = Object.keys(kernel?.variables ?? {}).length > 0;
  return [
    { name: 'SUBMARINE_DIGEST', value: digest },
    ...(hasVariables ? [] : [{ name: 'SUBMARINE_VARIABLES', value: '' }]),
  ];
}

function specificationVariables({ digest, pieces }: BuiltKernel): readonly Variable[] {
  return [
    { name: 'SUBMARINE_DIGEST', value: digest },
    ...pieces.map((value, index) => ({ name: `SUBMARINE_SPEC_${index + 1}`, value })),
  ];
}

/** The folder of the kernels, which an engine elsewhere keeps in a volume. */
function kernelMount({ engine, cacheFolder }: LaunchFacts): Mount {
  return engine.remote
    ? { type: 'volume', source: KERNEL_VOLUME, target: '/submarine' }
    : { type: 'bind', source: cacheFolder, target: '/submarine' };
}

/** The files of this machine that a build reads, and where they and its kernels are. */
function buildInputs(facts: LaunchFacts): {
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
} {
  const files = facts.engine.remote ? [] : buildFilePaths(facts);
  return {
    mounts: files.map(({ source, path }) => readOnly(source, `/submarine-build/${path}`)),
    variables: [
      { name: 'SUBMARINE_CACHE', value: facts.engine.remote ? KERNEL_VOLUME : facts.cacheFolder },
      ...(facts.image === undefined ? [] : [{ name: 'SUBMARINE_IMAGE', value: facts.image.id }]),
      ...files.map(({ name, path }) => ({
        name: `SUBMARINE_BUILD_${name}`,
        value: `/submarine-build/${path}`,
      })),
    ],
  };
}

function readOnly(source: string, target: string): Mount {
  return { type: 'bind', source, target, readOnly: true };
}
