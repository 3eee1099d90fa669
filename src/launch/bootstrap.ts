import { InvalidDataError, UsageError } from '../errors.ts';
import type { LaunchFacts } from './launch-request.ts';
import type { Mount } from './mounts.ts';

/** Where our bootstrap lies in an image, and where it is put in one that has none. */
export const BOOTSTRAP = '/submarine-bootstrap.sh';

/** The command that becomes an interactive shell: bash where there is one, else sh. */
export const SHELL = [BOOTSTRAP, '--shell'] as const;

/** The command that becomes an interactive shell in the kernel of a running container, whatever the environment that it is started in. */
export const ENTERING_SHELL = [BOOTSTRAP, '--enter'] as const;

/** The contract that this version and its bootstrap keep with each other; it stands at the head of the script. */
export const CONTRACT = 4;

/** The label by which an image says which contract its bootstrap keeps. */
export const CONTRACT_LABEL = 'submarine.bootstrap';

/** How a container comes to our bootstrap. */
export interface BootstrapUse {
  /** Set where the image's own entrypoint is not the bootstrap. */
  readonly entrypoint: string | undefined;
  /** Ours, where the image has none or an older one. */
  readonly mounts: readonly Mount[];
}

/**
 * The bootstrap of a container: the image's own where that keeps our contract, else ours, mounted in its place.
 *
 * @throws InvalidDataError when the image's is newer than this version, or older and nothing can be mounted
 * @throws UsageError when it has none and nothing can be mounted
 */
export function useBootstrap({ image, engine, bootstrapPath }: LaunchFacts): BootstrapUse {
  // While the image is not here nothing is known of it: the line is the one for an image of ours.
  if (image === undefined) return { entrypoint: undefined, mounts: [] };
  const isInImage = image.entrypoint.at(-1) === BOOTSTRAP;
  const entrypoint = isInImage ? undefined : BOOTSTRAP;
  const contract = isInImage ? contractOf(image.labels) : 0;
  if (contract === CONTRACT) return { entrypoint, mounts: [] };
  if (contract > CONTRACT) throw newerContract(contract);
  if (engine.remote) throw isInImage ? olderContract() : noBootstrap();
  const ours = { type: 'bind', source: bootstrapPath, target: BOOTSTRAP, readOnly: true } as const;
  return { entrypoint, mounts: [ours] };
}

/** The first bootstraps had no label. */
function contractOf({ [CONTRACT_LABEL]: label = '1' }: Readonly<Record<string, string>>): number {
  return /^\d{1,6}$/.test(label) ? Number(label) : 1;
}

function newerContract(contract: number): InvalidDataError {
  return new InvalidDataError(
    `the bootstrap of the image speaks contract ${contract}, and this version of submarine speaks ${CONTRACT}`,
    undefined,
    { code: 'bootstrap-newer', data: { contract, known: CONTRACT } },
  );
}

function olderContract(): InvalidDataError {
  return new InvalidDataError(
    `the bootstrap of the image is older than contract ${CONTRACT}, and no other can be mounted, since the engine runs on another machine`,
    `rebuild the image with today's: COPY submarine-bootstrap.sh ${BOOTSTRAP}, and LABEL ${CONTRACT_LABEL}=${CONTRACT}`,
    { code: 'bootstrap-older', data: { known: CONTRACT } },
  );
}

function noBootstrap(): UsageError {
  return new UsageError(
    'the engine runs on another machine, and the image has no bootstrap of its own',
    'use a prepared image, see docs/images.md',
    { code: 'bootstrap-elsewhere' },
  );
}
