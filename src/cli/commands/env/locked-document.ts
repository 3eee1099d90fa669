import { decodeText } from '../../../environment/decode-text.ts';
import type { EnvironmentDocument } from '../../../environment/environment.ts';
import { overrideDocument } from '../../../environment/override-document.ts';
import { parseEnvironments } from '../../../environment/parse-environment.ts';
import { UsageError } from '../../../errors.ts';
import { hasDependencies } from '../../../kernel/kernel-content.ts';
import type { ImportedLock } from '../../../lock/imported-lock.ts';
import { importLock } from '../../../lock/import-lock.ts';
import { lockFromImport } from '../../../lock/lock-from-import.ts';
import type { Lock } from '../../../lock/lock.ts';
import { missingChecksums } from '../../../lock/unchecked-packages.ts';
import type { Context } from '../../context.ts';
import { lockLine } from '../../stored-lock.ts';
import { readGiven } from './documents-to-add.ts';

/** An environment with the lock that a file of another program makes for it. */
export interface LockedDocument {
  readonly document: EnvironmentDocument;
  readonly lock: Lock;
}

/**
 * Gives the one environment that is added the lock of a file. Where its profile lists no dependencies, it comes to
 * list what the file holds.
 *
 * @param file - an `@EXPLICIT` list or a `conda-lock.yml`; `-` for stdin
 */
export async function lockDocument(
  documents: readonly EnvironmentDocument[],
  file: string,
  context: Context,
): Promise<LockedDocument> {
  const [first, ...others] = documents;
  if (first === undefined || others.length > 0) {
    throw new UsageError(
      `--lock-file is for one environment, and ${documents.length} are added`,
      'add them one by one',
    );
  }
  const source = file === '-' ? '<stdin>' : file;
  const imported = await importLock(decodeText(await readGiven(file, context), source), source);
  for (const words of imported.notices) context.io.note(`${source}: warning: ${words}`);
  const document = await withDependencies(first, imported, source);
  const { kernel = {}, 'docker-image': image } = document.environment;
  const lock = lockFromImport(imported, { kernel, image }, source);
  warnOfUnchecked(lock, document.environment.name, source, context);
  return { document, lock };
}

function warnOfUnchecked({ platforms }: Lock, name: string, source: string, { io }: Context): void {
  const names = new Set(Object.values(platforms).flatMap(missingChecksums));
  if (names.size === 0) return;
  io.note(
    `${source}: warning: no checksum for ${[...names].join(', ')}: whatever bytes come will be installed`,
  );
  io.note(
    `  give a list with checksums (conda list --explicit --md5), or lock it: ${lockLine(name)}`,
  );
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
