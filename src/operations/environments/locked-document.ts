import { decodeText } from '../../environment/decode-text.ts';
import type { EnvironmentDocument } from '../../environment/environment.ts';
import { overrideDocument } from '../../environment/override-document.ts';
import { parseEnvironments } from '../../environment/parse-environment.ts';
import { UsageError } from '../../errors.ts';
import { hasDependencies } from '../../kernel/kernel-content.ts';
import { importLock } from '../../lock/import-lock.ts';
import { lockFromImport } from '../../lock/lock-from-import.ts';
import type { ImportedLock, Lock } from '../../lock/lock.ts';
import { missingChecksums } from '../../lock/unchecked-packages.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { GivenFile } from './given-file.ts';

/** An environment with the lock that a file of another program makes for it. */
interface LockedDocument {
  readonly document: EnvironmentDocument;
  readonly lock: Lock;
}

/**
 * Gives the one environment that is added the lock of a file. Where its profile lists no dependencies, it comes to
 * list what the file holds.
 *
 * @param file - an `@EXPLICIT` list or a `conda-lock.yml`
 */
export async function lockDocument(
  documents: readonly EnvironmentDocument[],
  { bytes, source }: GivenFile,
  call?: Call,
): Promise<LockedDocument> {
  const [first, ...others] = documents;
  if (first === undefined || others.length > 0) {
    throw new UsageError(
      `a lock is for one environment, and ${documents.length} are added`,
      'add them one by one',
      { code: 'several-environments', data: { count: documents.length } },
    );
  }
  const imported = await importLock(decodeText(bytes, source), source);
  for (const message of imported.notices) warn(call, { code: 'imported-file', source, message });
  const document = await withDependencies(first, imported, source);
  const { kernel = {}, 'docker-image': image } = document.environment;
  const lock = lockFromImport(imported, { kernel, image }, source);
  const packages = [...new Set(Object.values(lock.platforms).flatMap(missingChecksums))];
  if (packages.length > 0) {
    warn(call, {
      code: 'list-without-checksums',
      source,
      packages,
      environment: document.environment.name,
    });
  }
  return { document, lock };
}

async function withDependencies(
  document: EnvironmentDocument,
  { content }: ImportedLock,
  source: string,
): Promise<EnvironmentDocument> {
  const { name, kernel } = document.environment;
  if (kernel !== undefined && hasDependencies(kernel)) return document;
  const { channels, dependencies } = content;
  const text = await overrideDocument(document.text, {
    kernel: {
      ...(kernel === undefined ? { name } : {}),
      ...(kernel?.channels === undefined && channels.length > 0 ? { channels } : {}),
      dependencies,
    },
  });
  const [changed = document] = await parseEnvironments(text, source);
  return changed;
}
