import type { EnvironmentDocument } from '../../environment/environment.ts';
import { serializeLock } from '../../lock/lock-file.ts';
import type { Lock } from '../../lock/lock.ts';
import type { Call } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { addDocuments } from './add-documents.ts';
import type { DocumentSource } from './documents-to-add.ts';
import { documentsToAdd } from './documents-to-add.ts';
import type { FileSource } from './given-file.ts';
import { readGivenLock } from './given-file.ts';

/** Environments to add. */
export interface AddRequest extends DocumentSource {
  /** An `@EXPLICIT` list or a `conda-lock.yml`, which becomes the lock of the one environment that is added. */
  readonly lockFile?: FileSource | undefined;
  /** Whether a name that exists gets the new text, in its old place. */
  readonly replace?: boolean | undefined;
  readonly dryRun?: boolean | undefined;
}

/** What was added. */
export interface Added {
  readonly documents: readonly EnvironmentDocument[];
  /** The lock of the only one, where a file was given for it. */
  readonly lock?: Lock;
}

/**
 * Adds environments: all that a request means, or none, and a lock together with its environment.
 *
 * @throws UsageError when the request makes no environment
 * @throws NameTakenError with all names that exist, without `replace`
 * @throws InvalidFileError with every problem of a file
 */
export async function addEnvironments(
  submarine: Submarine,
  request: AddRequest,
  call?: Call,
): Promise<Added> {
  const { lockFile, replace = false, dryRun = false } = request;
  const options = { replace, dryRun };
  const documents = await documentsToAdd(request, submarine, call);
  if (lockFile === undefined) {
    await addDocuments(submarine, documents, options, call);
    return { documents };
  }
  const { lockDocument } = await import('./locked-document.ts');
  const { document, lock } = await lockDocument(
    documents,
    await readGivenLock(lockFile, submarine.caller),
    call,
  );
  const locks = new Map([[document.environment.name, serializeLock(lock)]]);
  await addDocuments(submarine, [document], { ...options, locks }, call);
  return { documents: [document], lock };
}
