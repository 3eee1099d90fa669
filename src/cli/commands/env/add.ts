import { Command } from 'commander';

import type { AddRequest } from '../../../operations/environments/add-environments.ts';
import type { FileSource } from '../../../operations/environments/given-file.ts';
import type { Context } from '../../context.ts';
import { toFileSource } from '../../options/file-argument.ts';
import { collect } from '../../options/global-options.ts';
import { documentStream } from '../../render/document-stream.ts';
import { quote } from '../../../text/quote.ts';

interface AddOptions {
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
  readonly yes?: boolean;
  readonly dryRun?: boolean;
}

export function addCommand(context: Context): Command {
  return new Command('add')
    .alias('create')
    .description('add environments to the store: all of a file, or one that the options make')
    .argument(
      '[file]',
      'a file of profiles, its https:// address, or - for stdin; the options override what it says',
    )
    .option('--name <name>', 'the name of the environment')
    .option('--image <image>', 'the container image')
    .option('--vm-image <image>', 'the image of a virtual machine')
    .option('--kernel <name>', 'the name of the kernel')
    .option('--channel <channel>', 'a channel of the kernel (repeatable)', collect)
    .option(
      '--dependency <spec>',
      'a conda package of the kernel: numpy=1.26 (repeatable)',
      collect,
    )
    .option('--pip <requirement>', 'a pip requirement of the kernel (repeatable)', collect)
    .option('--description <text>', 'what it is for')
    .option('--conda-file <file>', 'take the kernel from a conda environment file')
    .option(
      '--lock-file <file>',
      'lock its kernel to the packages of an @EXPLICIT list or a conda-lock.yml',
    )
    .option('--replace', 'replace an environment of the same name')
    .option('-y, --yes', 'do not ask before what was fetched is added')
    .option('--dry-run', 'print what would be added and change nothing')
    .addHelpText(
      'after',
      `
Files of other programs are taken as kernels where they can be one: conda environment files, pip's
requirements, what conda list has printed. What is fetched from an address is shown before it is
added.

Examples:
  submarine env add --name demo --image python:3.12-slim --description 'to try things out'
  submarine env add --name demo --image python:3.12-slim --replace --dry-run
  printf 'dependencies: [numpy]' | submarine env add - --name np --image python:3.12-slim
  printf '@EXPLICIT\\nhttps://conda.anaconda.org/conda-forge/noarch/tzdata-2024a-h0c530f3_0.conda' |
    submarine env add --name tz --image python:3.12-slim --lock-file - --dry-run`,
    )
    .action((file: string | undefined, options: AddOptions) =>
      addEnvironments(file, options, context),
    );
}

async function addEnvironments(
  file: string | undefined,
  options: AddOptions,
  context: Context,
): Promise<void> {
  const { io } = context;
  const { addEnvironments: add } =
    await import('../../../operations/environments/add-environments.ts');
  const request = await toRequest(file, options, context);
  const submarine = await context.submarine();
  if (options.dryRun !== true && options.yes !== true && io.canAsk && isFetched(request)) {
    const { documents } = await add(submarine, { ...request, dryRun: true }, context.call());
    io.talk(documentStream(documents));
    const names = documents.map(({ environment }) => quote(environment.name)).join(', ');
    if (!(await io.confirm(`add ${names}?`))) return io.note('nothing was added');
  }
  const { documents, lock } = await add(submarine, request, context.call());
  if (options.dryRun !== true) {
    for (const { environment } of documents) io.out(environment.name);
    return;
  }
  io.write(documentStream(documents));
  for (const [platform, { packages }] of Object.entries(lock?.platforms ?? {})) {
    const count = packages.length === 1 ? '1 package' : `${packages.length} packages`;
    io.note(`its lock would have ${count} for ${platform}`);
  }
}

async function toRequest(
  file: string | undefined,
  options: AddOptions,
  context: Context,
): Promise<AddRequest> {
  const read = async (path: string | undefined): Promise<FileSource | undefined> =>
    path === undefined ? undefined : fetchedOnce(await toFileSource(path, context), context);
  const { name, image, vmImage, description, replace, dryRun } = options;
  return {
    ...{ name, 'docker-image': image, 'vm-image': vmImage, description, replace, dryRun },
    kernel: toKernel(options),
    file: await read(file),
    condaFile: await read(options.condaFile),
    lockFile: await read(options.lockFile),
  };
}

/** What is shown is what is added. */
async function fetchedOnce(file: FileSource, context: Context): Promise<FileSource> {
  if (typeof file !== 'string') return file;
  const { isAddress, readGivenFile } =
    await import('../../../operations/environments/given-file.ts');
  return isAddress(file) ? readGivenFile(file, await context.caller(), context.call()) : file;
}

function isFetched({ file, condaFile, lockFile }: AddRequest): boolean {
  return [file, condaFile, lockFile].some(
    (one) => typeof one === 'object' && one.isFetched === true,
  );
}

function toKernel({ kernel, channel, dependency = [], pip }: AddOptions): AddRequest['kernel'] {
  const dependencies = [...dependency, ...(pip === undefined ? [] : [{ pip }])];
  return {
    name: kernel,
    channels: channel,
    dependencies: dependencies.length === 0 ? undefined : dependencies,
  };
}
