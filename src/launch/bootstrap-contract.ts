import type { Kernel } from '../environment/environment.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { BOOTSTRAP, useBootstrap } from './bootstrap.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import type { Variable } from './variables.ts';
import { isShellName } from './variables.ts';
import type { EnteredKernel } from './wanted-kernel.ts';

/** What the bootstrap is told when a command is to run: the command line's half of the contract at its head. */
interface BootstrapContract {
  /** Set where the image's own entrypoint is not the bootstrap. */
  readonly entrypoint: string | undefined;
  readonly arguments: readonly string[];
  readonly mounts: readonly Mount[];
  readonly variables: readonly Variable[];
}

/** As systems name their users. */
const USER_NAME = /^[A-Za-z0-9_][\w.-]*$/;

/** @throws InvalidDataError when the image's bootstrap keeps another contract, see `useBootstrap` */
export function bootstrapContract(
  request: LaunchRequest,
  kernel: Kernel | undefined,
  facts: LaunchFacts,
  entered: EnteredKernel | undefined,
): BootstrapContract {
  const { entrypoint, mounts } = useBootstrap(facts);
  return {
    entrypoint,
    arguments: kernel === undefined ? [] : ['--kernel', kernel.name],
    mounts: [...mounts, ...(entered?.mounts ?? [])],
    variables: [
      { name: 'SUBMARINE_RUN', value: facts.runId },
      ...(USER_NAME.test(facts.callerName)
        ? [{ name: 'SUBMARINE_USER_NAME', value: facts.callerName }]
        : []),
      ...(kernel === undefined ? [] : kernelVariables(request, kernel)),
      ...(entered === undefined ? [] : [{ name: 'SUBMARINE_PREFIX', value: entered.prefix }]),
      ...(entered?.buildId === undefined
        ? []
        : [{ name: 'SUBMARINE_BUILD', value: entered.buildId }]),
      // A baked image has the variables of the profile that it was made from: those of this one are in their place.
      ...(entered !== undefined && !hasVariables(kernel)
        ? [{ name: 'SUBMARINE_VARIABLES', value: '' }]
        : []),
      ...(request.verbose ? [{ name: 'SUBMARINE_VERBOSE', value: '1' }] : []),
    ],
  };
}

function kernelVariables({ kind, variables }: LaunchRequest, kernel: Kernel): readonly Variable[] {
  const names = variables.map(({ name }) => name).filter(isShellName);
  return [
    { name: 'SUBMARINE_KERNEL', value: kernel.name },
    ...(hasVariables(kernel)
      ? [{ name: 'SUBMARINE_VARIABLES', value: shellAssignments(kernel.variables ?? {}) }]
      : []),
    ...(names.length === 0 ? [] : [{ name: 'SUBMARINE_GIVEN', value: names.join(' ') }]),
    ...(kind === 'notebook' ? [{ name: 'SUBMARINE_KERNELSPEC', value: kernelspec(kernel) }] : []),
  ];
}

function hasVariables(kernel: Kernel | undefined): boolean {
  return Object.keys(kernel?.variables ?? {}).length > 0;
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
