import { dirname, resolve } from 'node:path';

import { composeDocument } from '../../environment/compose-document.ts';
import { isCondaFile, parseCondaFile } from '../../environment/conda-file.ts';
import { decodeText } from '../../environment/decode-text.ts';
import type { EnvironmentDocument, Kernel } from '../../environment/environment.ts';
import type { ForeignKind } from '../../environment/foreign-file.ts';
import {
  asCondaFile,
  findForeignKind,
  FOREIGN_NAMES,
  isCondaLike,
} from '../../environment/foreign-file.ts';
import type { Overrides } from '../../environment/override-document.ts';
import { overrideDocument } from '../../environment/override-document.ts';
import { parseEnvironments } from '../../environment/parse-environment.ts';
import { InvalidDataError, InvalidFileError, UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import { definedOnly } from '../../defined-only.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import type { FileSource } from './given-file.ts';
import { readGivenFile } from './given-file.ts';
import { ownDocuments } from './own-documents.ts';
import { readBeside } from './read-beside.ts';

/** Where the environments to add come from: what is said here makes one, or holds in the place of what a file says. */
export interface DocumentSource extends Overrides {
  /** Profiles, or with a `docker-image` a conda environment file. */
  readonly file?: FileSource | undefined;
  /** A conda environment file, of which the kernel is made. */
  readonly condaFile?: FileSource | undefined;
}

/**
 * The documents that are to be added: those of a file with what the source overrides, or one that it makes.
 *
 * @throws InvalidFileError with every problem of a file
 * @throws InvalidDataError when a file cannot be read
 * @throws UsageError when the source does not make an environment
 */
export async function documentsToAdd(
  source: DocumentSource,
  submarine: Submarine,
  call?: Call,
): Promise<readonly EnvironmentDocument[]> {
  if (source.file === undefined) return fromParts(source, submarine, call);
  const file = await readGivenFile(source.file, submarine.caller, call);
  const text = decodeText(file.bytes, file.source);
  const kind = findForeignKind(text, file.source);
  if (kind !== undefined && !isCondaLike(kind)) throw foreignFile(kind, file.source);
  if (kind !== undefined || (await isCondaFile(text))) {
    // With an image it is a kernel; without one it lacks its base.
    if (source['docker-image'] === undefined) throw withoutImage(file.source, kind, source.name);
    return fromParts({ ...source, file: undefined, condaFile: file }, submarine, call);
  }
  const documents = await ownDocuments(text, file.source, 'environment', call);
  const overrides = await toOverrides(source, submarine, call);
  if (Object.keys(overrides).length === 0) return parseEnvironments(text, file.source);
  if (documents.length > 1) {
    throw new UsageError(
      `${quote(file.source)} holds ${documents.length} environments, and only one can be overridden`,
      'edit the file, or add its environments one by one',
      { code: 'several-environments', data: { count: documents.length } },
    );
  }
  const overridden = await overrideDocument(documents[0]?.text ?? '', overrides);
  return parseEnvironments(overridden, file.source);
}

async function fromParts(
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<readonly EnvironmentDocument[]> {
  const image = source['docker-image'];
  if (image === undefined) {
    throw new UsageError(
      'there is nothing to make an environment of: no file and no image',
      undefined,
      {
        code: 'nothing-to-add',
      },
    );
  }
  const overrides = await toOverrides(source, submarine, call);
  const name = source.name ?? overrides.kernel?.name;
  if (name === undefined) {
    throw new UsageError('the environment has no name', undefined, { code: 'environment-unnamed' });
  }
  const { kernel } = overrides;
  const text = composeDocument(
    definedOnly({
      ...overrides,
      name,
      'docker-image': image,
      kernel: kernel && definedOnly({ ...kernel, name: kernel.name ?? name }),
    }),
  );
  return parseComposed(text);
}

/**
 * Reads a document that nobody has as a file.
 *
 * @throws InvalidDataError with every problem, without lines
 */
export function parseComposed(text: string): Promise<readonly EnvironmentDocument[]> {
  return parseEnvironments(text, 'the options').catch((error: unknown) => {
    throw error instanceof InvalidFileError ? withoutLines(error) : error;
  });
}

/** No file has the lines of what was composed, so they are not told. */
function withoutLines({ problems }: InvalidFileError): InvalidDataError {
  const [first, ...more] = problems;
  if (first !== undefined && more.length === 0) {
    const { message, remedy, code } = first;
    return new InvalidDataError(message, remedy, {
      ...(code === undefined ? {} : { code }),
      data: { problems },
    });
  }
  const lines = problems.map(({ message, remedy }) => `${message}: ${remedy}`);
  return new InvalidDataError(lines.join('\nsubmarine: '), undefined, { data: { problems } });
}

async function toOverrides(
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<Overrides> {
  const { name, condaFile, description, ...more } = source;
  const kernel = definedOnly({
    ...(condaFile === undefined ? {} : await importKernel(condaFile, source, submarine, call)),
    ...definedOnly(source.kernel ?? {}),
  });
  return definedOnly({
    name,
    'docker-image': more['docker-image'],
    'vm-image': more['vm-image'],
    kernel: Object.keys(kernel).length === 0 ? undefined : kernel,
    description,
  });
}

async function importKernel(
  file: FileSource,
  { kernel, name }: Overrides,
  { caller }: Submarine,
  call: Call | undefined,
): Promise<Kernel> {
  const { bytes, source, path, isFetched } = await readGivenFile(file, caller, call);
  const folder = path === undefined ? caller.cwd : dirname(resolve(caller.cwd, path));
  const imported = await parseCondaFile(condaText(decodeText(bytes, source), source), source, {
    name: kernel?.name,
    defaultName: name,
    readBeside: async (other) => (isFetched === true ? undefined : readBeside(folder, other)),
  });
  for (const { line, column, message, remedy } of imported.notices) {
    warn(call, { code: 'imported-file', source, message, remedy, place: { line, column } });
  }
  return imported.kernel;
}

/** @throws InvalidDataError when it is a file of another program, of which no kernel can be made */
function condaText(text: string, source: string): string {
  const kind = findForeignKind(text, source);
  if (kind === undefined) return text;
  if (!isCondaLike(kind)) throw foreignFile(kind, source);
  return asCondaFile(text, kind);
}

function foreignFile(kind: ForeignKind, source: string): InvalidDataError {
  return new InvalidDataError(
    `${quote(source)} is ${FOREIGN_NAMES[kind]}, and no environment`,
    undefined,
    { code: 'foreign-file', data: { source, kind } },
  );
}

function withoutImage(
  source: string,
  kind: ForeignKind | undefined,
  name: string | undefined,
): InvalidDataError {
  const what = kind === undefined ? 'a conda environment file' : FOREIGN_NAMES[kind];
  return new InvalidDataError(
    `${quote(source)} is ${what}, and names no image to build it in`,
    undefined,
    { code: 'conda-file-without-image', data: { source, name, isUnnamed: kind !== undefined } },
  );
}
