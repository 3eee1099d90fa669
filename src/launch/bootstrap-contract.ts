import type { Kernel } from '../environment/environment.ts';
import { InvalidDataError, UsageError } from '../errors.ts';
import { hasDependencies } from '../kernel/kernel-content.ts';
import { kernelDigest, kernelSpecification } from '../kernel/kernel-digest.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { PassedVariable, Variable } from './variables.ts';
import { isShellName } from './variables.ts';

/** Where our bootstrap lies in an image, and where it is put in one that has none. */
export const BOOTSTRAP = '/submarine-bootstrap.sh';

/** The caller's variables that a build of a kernel gets, where they are set. They may hold passwords. */
const BUILD_VARIABLES = ['http_proxy', 'https_proxy', 'no_proxy', 'all_proxy']
  .flatMap((name) => [name, name.toUpperCase()])
  .concat('PIP_INDEX_URL', 'PIP_EXTRA_INDEX_URL');

/** An engine lends a process 2 MiB for arguments and variables; half of it is the command's own. */
const MAX_SPECIFICATION_BYTES = 1024 ** 2;
/** Linux takes at most 131,071 bytes in one variable. 24,576 characters of at most 4 bytes are 96 KiB. */
const PIECE = /[^]{1,24576}/gu;

/** What the bootstrap is told in one launch: the CLI's half of the contract at the head of the script. */
export interface BootstrapContract {
  /** Set where the image's own entrypoint is not the bootstrap. */
  readonly entrypoint: string | undefined;
  readonly arguments: readonly string[];
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
  readonly passedVariables: readonly PassedVariable[];
  /** Of a kernel that is built from the profile. */
  readonly digest: string | undefined;
}

/**
 * @param given - the variables of the user, which win over the kernel's
 * @throws InvalidDataError when the kernel's specification is longer than 1 MiB
 */
export function bootstrapContract(
  request: LaunchRequest,
  kernel: Kernel | undefined,
  facts: LaunchFacts,
  given: readonly Variable[],
): BootstrapContract {
  // While the image is not here nothing is known of it: the line is the one for an image of ours.
  const isInImage = facts.image === undefined || facts.image.entrypoint.at(-1) === BOOTSTRAP;
  if (!isInImage && facts.engine.remote) {
    throw new UsageError(
      'the engine runs on another machine, and the image has no bootstrap of its own',
      'take an image that was prepared, see docs/images.md',
    );
  }
  const specification =
    kernel !== undefined && hasDependencies(kernel)
      ? (facts.lockedSpecification ?? kernelSpecification(kernel))
      : undefined;
  const digest = specification === undefined ? undefined : kernelDigest(specification);
  const build = digest === undefined ? { mounts: [], variables: [] } : buildInputs(facts);
  return {
    digest,
    entrypoint: isInImage ? undefined : BOOTSTRAP,
    arguments: kernel === undefined ? [] : ['--kernel', kernel.name],
    mounts: [...(isInImage ? [] : [readOnly(facts.bootstrapPath, BOOTSTRAP)]), ...build.mounts],
    variables: [
      { name: 'SUBMARINE_RUN', value: facts.runId },
      ...(kernel === undefined ? [] : kernelVariables(request, kernel, facts, given)),
      ...specificationVariables(specification, digest),
      ...build.variables,
      ...(request.offline && digest !== undefined
        ? [{ name: 'SUBMARINE_OFFLINE', value: '1' }]
        : []),
      ...(facts.stderrIsTerminal && !(facts.terminal && request.kind === 'run')
        ? [{ name: 'SUBMARINE_PROGRESS', value: '1' }]
        : []),
      ...(request.verbose ? [{ name: 'SUBMARINE_VERBOSE', value: '1' }] : []),
    ],
    passedVariables: digest === undefined ? [] : buildVariables(facts),
  };
}

function kernelVariables(
  { kind }: LaunchRequest,
  kernel: Kernel,
  facts: LaunchFacts,
  given: readonly Variable[],
): readonly Variable[] {
  const assignments = shellAssignments(kernel.variables ?? {});
  const names = [...given.map(({ name }) => name), ...facts.namesInVariableFiles].filter(
    isShellName,
  );
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

function specificationVariables(
  specification: string | undefined,
  digest: string | undefined,
): readonly Variable[] {
  if (specification === undefined || digest === undefined) return [];
  if (Buffer.byteLength(specification) > MAX_SPECIFICATION_BYTES) {
    throw new InvalidDataError(
      'the kernel has more dependencies than can be handed to a container (1 MiB)',
      'name those that you need and let conda find the rest',
    );
  }
  const pieces = specification.match(PIECE) ?? [];
  return [
    { name: 'SUBMARINE_DIGEST', value: digest },
    ...pieces.map((value, index) => ({ name: `SUBMARINE_SPEC_${index + 1}`, value })),
  ];
}

/** The folder of the kernels, and the files of this machine that a build reads. */
function buildInputs(facts: LaunchFacts): {
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
} {
  const cache: Mount = facts.engine.remote
    ? { type: 'volume', source: 'submarine', target: '/submarine' }
    : { type: 'bind', source: facts.cacheFolder, target: '/submarine' };
  const files = facts.engine.remote ? [] : Object.entries(facts.buildFiles);
  return {
    mounts: [cache, ...files.map(([name, path]) => readOnly(path, `/submarine-build/${name}`))],
    variables: [
      { name: 'SUBMARINE_CACHE', value: cache.source },
      ...(facts.image === undefined ? [] : [{ name: 'SUBMARINE_IMAGE', value: facts.image.id }]),
      ...files.map(([name]) => ({
        name: `SUBMARINE_BUILD_${name}`,
        value: `/submarine-build/${name}`,
      })),
    ],
  };
}

function buildVariables({ env }: LaunchFacts): readonly PassedVariable[] {
  return BUILD_VARIABLES.flatMap((from) => {
    const value = env[from];
    return value === undefined || value === ''
      ? []
      : [{ name: `SUBMARINE_BUILD_${from}`, value, from }];
  });
}

function readOnly(source: string, target: string): Mount {
  return { type: 'bind', source, target, readOnly: true };
}
