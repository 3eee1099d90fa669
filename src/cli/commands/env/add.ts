import { Command } from 'commander';

import type { EnvironmentDocument } from '../../../environment/environment.ts';
import type { Context } from '../../context.ts';
import { collect } from '../../options/global-options.ts';
import type { AddOptions } from './documents-to-add.ts';

export function addCommand(context: Context): Command {
  return new Command('add')
    .description('add environments to the store: all of a file, or one that the options make')
    .argument('[file]', 'a file of profiles, or - for stdin; the options override what it says')
    .option('--name <name>', 'the name of the environment')
    .option('--image <image>', 'the docker image')
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
    .option('--dry-run', 'print what would be added and change nothing')
    .addHelpText(
      'after',
      `
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
  const { documentsToAdd } = await import('./documents-to-add.ts');
  const documents = await documentsToAdd(file, options, context);
  if (options.lockFile !== undefined) {
    await addLocked(documents, options.lockFile, options, context);
    return;
  }
  const { replace = false, dryRun = false } = options;
  const store = await context.store();
  await store.add(documents, { replace, dryRun });
  if (dryRun) context.io.write(documents.map(({ text }) => endLine(text)).join('---\n'));
  else for (const { environment } of documents) context.io.out(environment.name);
}

/** The lock is written last: a name that is taken must not lose its own. */
async function addLocked(
  documents: readonly EnvironmentDocument[],
  lockFile: string,
  { replace = false, dryRun = false }: AddOptions,
  context: Context,
): Promise<void> {
  const { lockDocument } = await import('./locked-document.ts');
  const { serializeLock } = await import('../../../lock/lock-file.ts');
  const { document, lock } = await lockDocument(documents, lockFile, context);
  const { name } = document.environment;
  const store = await context.store();
  await store.add([document], { replace, dryRun });
  if (dryRun) {
    context.io.write(endLine(document.text));
    for (const [platform, { packages }] of Object.entries(lock.platforms)) {
      const count = packages.length === 1 ? '1 package' : `${packages.length} packages`;
      context.io.note(`its lock would have ${count} for ${platform}`);
    }
    return;
  }
  await store.writeLock(name, serializeLock(lock));
  context.io.out(name);
}

function endLine(text: string): string {
  return text.endsWith('\n') ? text : `${text}\n`;
}
