import { dirname, resolve } from 'node:path';

import { composeDocument } from '../../environment/compose-document.ts';
import { isCondaFile, parseCondaFile } from '../../environment/conda-file.ts';
import { decodeText } from '../../environment/decode-text.ts';
import type { EnvironmentDocument, Kernel } from '../../environment/environment.ts';
import type { Overrides } from '../../environment/override-document.ts';
import { overrideDocument } from '../../environment/override-document.ts';
import { parseEnvironments } from '../../environment/parse-environment.ts';
import { splitDocuments } from '../../environment/split-documents.ts';
import { InvalidDataError, InvalidFileError, UsageError } from '../../errors.ts';
import { quote } from '../../text/quote.ts';
import { definedOnly } from '../defined-only.ts';
import type { Call } from '../events.ts';
import { warn } from '../events.ts';
import type { Submarine } from '../submarine.ts';
import { readBeside } from './read-beside.ts';

/** A file that was given, as it was read. */
export interface GivenFile {
  readonly bytes: Uint8Array;
  /** What it is called in messages. */
  readonly source: string;
  /** Its path, beside which it may refer to others; undefined for what is not a file. */
  readonly path?: string | undefined;
}

/** What an environment is made of, or is to say in the place of what a file says. */
export interface Parts {
  readonly name?: string | undefined;
  readonly image?: string | undefined;
  readonly vmImage?: string | undefined;
  readonly kernel?: string | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly dependencies?: readonly string[] | undefined;
  readonly pip?: readonly string[] | undefined;
  readonly description?: string | undefined;
}

/** Where the environments to add come from. */
export interface DocumentSource extends Parts {
  /** Profiles, or with an `image` a conda environment file. */
  readonly file?: GivenFile | undefined;
  /** A conda environment file, of which the kernel is made. */
  readonly condaFile?: GivenFile | undefined;
}

/**
 * The documents that are to be added: those of a file with what the parts override, or one that the parts make.
 *
 * @throws InvalidFileError with every problem of a file
 * @throws UsageError when the parts do not make an environment
 */
export async function documentsToAdd(
  source: DocumentSource,
  submarine: Submarine,
  call?: Call,
): Promise<readonly EnvironmentDocument[]> {
  const { file } = source;
  if (file === undefined) return fromParts(source, submarine, call);
  const text = decodeText(file.bytes, file.source);
  if (await isCondaFile(text)) return fromCondaFile(file, source, submarine, call);
  const overrides = await toOverrides(source, submarine, call);
  if (Object.keys(overrides).length === 0) return parseEnvironments(text, file.source);
  const documents = splitDocuments(text);
  if (documents.length > 1) {
    throw new UsageError(
      `${quote(file.source)} holds ${documents.length} environments, and only one can be overridden`,
      'edit the file, or add its environments one by one',
    );
  }
  const overridden = await overrideDocument(documents[0]?.text ?? '', overrides);
  return parseEnvironments(overridden, file.source);
}

/** A conda file where a profile was expected: with an image it is a kernel, without one it lacks its base. */
function fromCondaFile(
  file: GivenFile,
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<readonly EnvironmentDocument[]> {
  if (source.image !== undefined) {
    return fromParts({ ...source, file: undefined, condaFile: file }, submarine, call);
  }
  throw new InvalidDataError(
    `${quote(file.source)} is a conda environment file, and names no image to build it in`,
    undefined,
    { code: 'conda-file-without-image', data: { source: file.source, name: source.name } },
  );
}

async function fromParts(
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<readonly EnvironmentDocument[]> {
  if (source.image === undefined) {
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
      'docker-image': source.image,
      kernel: kernel && definedOnly({ ...kernel, name: kernel.name ?? name }),
    }),
  );
  return parseEnvironments(text, 'the options').catch((error: unknown) => {
    throw error instanceof InvalidFileError ? withoutLines(error) : error;
  });
}

/** No file has the lines of what was composed, so they are not told. */
function withoutLines({ problems }: InvalidFileError): InvalidDataError {
  const [first, ...more] = problems;
  if (first !== undefined && more.length === 0) {
    return new InvalidDataError(first.message, first.remedy, { data: { problems } });
  }
  const lines = problems.map(({ message, remedy }) => `${message}: ${remedy}`);
  return new InvalidDataError(lines.join('\nsubmarine: '), undefined, { data: { problems } });
}

async function toOverrides(
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<Overrides> {
  const kernel = await toKernel(source, submarine, call);
  return definedOnly({
    name: source.name,
    'docker-image': source.image,
    'vm-image': source.vmImage,
    kernel: Object.keys(kernel).length === 0 ? undefined : kernel,
    description: source.description,
  });
}

async function toKernel(
  source: DocumentSource,
  submarine: Submarine,
  call: Call | undefined,
): Promise<Partial<Kernel>> {
  const { condaFile, dependencies: conda = [], pip } = source;
  const dependencies = [...conda, ...(pip === undefined ? [] : [{ pip }])];
  return {
    ...(condaFile === undefined ? {} : await importKernel(condaFile, source, submarine, call)),
    ...definedOnly({
      name: source.kernel,
      channels: source.channels,
      dependencies: dependencies.length === 0 ? undefined : dependencies,
    }),
  };
}

async function importKernel(
  { bytes, source, path }: GivenFile,
  { kernel, name }: Parts,
  { caller }: Submarine,
  call: Call | undefined,
): Promise<Kernel> {
  const folder = path === undefined ? caller.cwd : dirname(resolve(caller.cwd, path));
  const imported = await parseCondaFile(decodeText(bytes, source), source, {
    name: kernel,
    defaultName: name,
    readBeside: (other) => readBeside(folder, other),
  });
  for (const { line, column, message, remedy } of imported.notices) {
    warn(call, { code: 'imported-file', source, message, remedy, place: { line, column } });
  }
  return imported.kernel;
}
