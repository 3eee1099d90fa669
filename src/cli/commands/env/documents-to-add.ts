import { readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';

import { composeDocument } from '../../../environment/compose-document.ts';
import { isCondaFile, parseCondaFile } from '../../../environment/conda-file.ts';
import { decodeText } from '../../../environment/decode-text.ts';
import type { EnvironmentDocument, Kernel } from '../../../environment/environment.ts';
import type { Overrides } from '../../../environment/override-document.ts';
import { overrideDocument } from '../../../environment/override-document.ts';
import { parseEnvironments } from '../../../environment/parse-environment.ts';
import { splitDocuments } from '../../../environment/split-documents.ts';
import { errorCode, InvalidDataError, InvalidFileError, UsageError } from '../../../errors.ts';
import { quote, shellQuote } from '../../../text/quote.ts';
import type { Context } from '../../context.ts';
import { definedOnly } from '../../defined-only.ts';

/** The options of `env add`, as commander gives them. */
export interface AddOptions {
  readonly name?: string;
  readonly image?: string;
  readonly vmImage?: string;
  readonly kernel?: string;
  readonly channel?: readonly string[];
  readonly dependency?: readonly string[];
  readonly pip?: readonly string[];
  readonly description?: string;
  readonly condaFile?: string;
  readonly lockFile?: string;
  readonly replace?: boolean;
  readonly dryRun?: boolean;
}

/**
 * The documents that an `env add` means: those of a file with what the options override, or one that the options make.
 *
 * @param file - a path, `-` for stdin, or nothing
 */
export async function documentsToAdd(
  file: string | undefined,
  options: AddOptions,
  context: Context,
): Promise<readonly EnvironmentDocument[]> {
  if (file === undefined) return fromOptions(options, context);
  const source = file === '-' ? '<stdin>' : file;
  const text = decodeText(await readGiven(file, context), source);
  if (await isCondaFile(text)) return fromCondaFile(file, options, context);
  const overrides = await toOverrides(options, context);
  if (Object.keys(overrides).length === 0) return parseEnvironments(text, source);
  const documents = splitDocuments(text);
  if (documents.length > 1) {
    throw new UsageError(
      `${quote(source)} holds ${documents.length} environments, and the options can override one alone`,
      'edit the file, or add its environments one by one',
    );
  }
  return parseEnvironments(await overrideDocument(documents[0]?.text ?? '', overrides), source);
}

/** A conda file where a profile was expected: with an image it is a kernel, without one it lacks its base. */
function fromCondaFile(
  file: string,
  options: AddOptions,
  context: Context,
): Promise<readonly EnvironmentDocument[]> {
  if (options.image !== undefined) return fromOptions({ ...options, condaFile: file }, context);
  const name = options.name === undefined ? '' : ` --name ${shellQuote(options.name)}`;
  throw new InvalidDataError(
    `${quote(file)} is a conda environment file, and names no image to build it in`,
    `type: submarine env add ${shellQuote(file)} --image IMAGE${name}`,
  );
}

async function fromOptions(
  options: AddOptions,
  context: Context,
): Promise<readonly EnvironmentDocument[]> {
  if (options.image === undefined) {
    throw new UsageError(
      'there is no file to add, and no --image to make an environment of',
      'for example: submarine env add --name demo --image python:3.12-slim',
    );
  }
  const overrides = await toOverrides(options, context);
  const name = options.name ?? overrides.kernel?.name;
  if (name === undefined) {
    throw new UsageError('the environment has no name', 'give it one: --name NAME');
  }
  const { kernel } = overrides;
  const text = composeDocument(
    definedOnly({
      ...overrides,
      name,
      'docker-image': options.image,
      kernel: kernel && definedOnly({ ...kernel, name: kernel.name ?? name }),
    }),
  );
  try {
    return await parseEnvironments(text, 'the options');
  } catch (error) {
    // No file has these lines, so they are not told.
    if (!(error instanceof InvalidFileError)) throw error;
    const [first, ...more] = error.problems;
    throw more.length === 0 && first !== undefined
      ? new InvalidDataError(first.message, first.remedy, { cause: error })
      : new InvalidDataError(
          error.problems
            .map(({ message, remedy }) => `${message}: ${remedy}`)
            .join('\nsubmarine: '),
          '',
          { cause: error },
        );
  }
}

async function toOverrides(options: AddOptions, context: Context): Promise<Overrides> {
  const kernel = await toKernel(options, context);
  return definedOnly({
    name: options.name,
    'docker-image': options.image,
    'vm-image': options.vmImage,
    kernel: Object.keys(kernel).length === 0 ? undefined : kernel,
    description: options.description,
  });
}

async function toKernel(options: AddOptions, context: Context): Promise<Partial<Kernel>> {
  const { condaFile, dependency = [], pip } = options;
  const dependencies = [...dependency, ...(pip === undefined ? [] : [{ pip }])];
  return {
    ...(condaFile === undefined ? {} : await importKernel(condaFile, options, context)),
    ...definedOnly({
      name: options.kernel,
      channels: options.channel,
      dependencies: dependencies.length === 0 ? undefined : dependencies,
    }),
  };
}

async function importKernel(
  file: string,
  { kernel, name }: AddOptions,
  context: Context,
): Promise<Kernel> {
  const source = file === '-' ? '<stdin>' : file;
  const folder = file === '-' ? context.host.cwd : dirname(resolve(context.host.cwd, file));
  const imported = await parseCondaFile(
    decodeText(await readGiven(file, context), source),
    source,
    {
      name: kernel,
      defaultName: name,
      readBeside: (path) => readBeside(folder, path),
    },
  );
  for (const { line, column, message, remedy } of imported.notices) {
    context.io.note(`${source}:${line}:${column}: warning: ${message}: ${remedy}`);
  }
  return imported.kernel;
}

/**
 * The bytes of a file that the command line names; `-` is stdin.
 *
 * @throws InvalidDataError when it cannot be read
 */
export async function readGiven(file: string, { host, io }: Context): Promise<Buffer> {
  if (file === '-') return io.readStdin();
  try {
    return await readFile(resolve(host.cwd, file));
  } catch (cause) {
    throw new InvalidDataError(
      `the file ${quote(file)} cannot be read (${errorCode(cause) ?? String(cause)})`,
      'check its name and its permissions, or give - to read from stdin',
      { cause },
    );
  }
}

/** A file in the folder or below, links resolved; undefined when there is none. */
async function readBeside(folder: string, path: string): Promise<string | undefined> {
  try {
    const [root, file] = await Promise.all([realpath(folder), realpath(join(folder, path))]);
    return file.startsWith(root + sep) ? await readFile(file, 'utf8') : undefined;
  } catch {
    return undefined;
  }
}
