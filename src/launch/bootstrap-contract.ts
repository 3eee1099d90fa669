import type { Environment, Kernel } from '../environment/environment.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { useBootstrap } from './bootstrap.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { Mount } from './mounts.ts';
import { isSameUser } from './resources.ts';
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
  { name, kernel }: Environment,
  facts: LaunchFacts,
  entered: EnteredKernel | undefined,
): BootstrapContract {
  const { entrypoint, mounts } = useBootstrap(facts);
  return {
    entrypoint,
    arguments: [
      ...(kernel === undefined ? [] : ['--kernel', kernel.name]),
      ...(executes(request) ? ['--execute'] : []),
    ],
    mounts: [...mounts, ...(entered?.mounts ?? [])],
    variables: [
      { name: 'SUBMARINE_RUN', value: facts.runId },
      ...userName(request, facts),
      // Jupyter calls the kernel's Python by the environment that it is of.
      ...(request.kind === 'notebook' || executes(request)
        ? [{ name: 'SUBMARINE_NOTEBOOK', value: name }]
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
      ...(request.timeoutMs === undefined
        ? []
        : [{ name: 'SUBMARINE_TIMEOUT', value: String(Math.ceil(request.timeoutMs / 1000)) }]),
      ...(request.verbose ? [{ name: 'SUBMARINE_VERBOSE', value: '1' }] : []),
    ],
  };
}

/** A container that builds for a notebook executes nothing. */
function executes({ kind, executes: isNotebook = false }: LaunchRequest): boolean {
  return kind === 'run' && isNotebook;
}

/** The caller's name, which is none of another user's. */
function userName({ user }: LaunchRequest, facts: LaunchFacts): readonly Variable[] {
  const isCaller = user === undefined || isSameUser(user, facts.caller);
  return isCaller && USER_NAME.test(facts.callerName)
    ? [{ name: 'SUBMARINE_USER_NAME', value: facts.callerName }]
    : [];
}

function kernelVariables({ variables }: LaunchRequest, kernel: Kernel): readonly Variable[] {
  const names = variables.map(({ name }) => name).filter(isShellName);
  return [
    { name: 'SUBMARINE_KERNEL', value: kernel.name },
    ...(hasVariables(kernel)
      ? [{ name: 'SUBMARINE_VARIABLES', value: shellAssignments(kernel.variables ?? {}) }]
      : []),
    ...(names.length === 0 ? [] : [{ name: 'SUBMARINE_GIVEN', value: names.join(' ') }]),
  ];
}

function hasVariables(kernel: Kernel | undefined): boolean {
  return Object.keys(kernel?.variables ?? {}).length > 0;
}
