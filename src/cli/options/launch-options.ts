import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { engineOption } from './engine-option.ts';
import { collect } from './global-options.ts';

/** How image, kernel and engine are chosen, as commander gives it. */
export interface ImageOptions {
  readonly pull?: 'missing' | 'always' | 'never';
  readonly platform?: string;
  readonly frozen?: boolean;
  /** `false` for `--no-lock`. */
  readonly lock?: boolean;
  readonly offline?: boolean;
  readonly engine?: string;
  readonly engineArg?: readonly string[];
  readonly dryRun?: boolean;
}

/** What the build of a kernel takes. */
export interface BuildOptions extends ImageOptions {
  readonly memory?: string;
  readonly gpus?: string;
}

/** What any container of ours takes. */
export interface ContainerOptions extends ImageOptions {
  readonly volume?: readonly string[];
  readonly user?: string;
  readonly memory?: string;
}

/** What `run` and `notebook` take alike. */
export interface LaunchOptions extends ContainerOptions {
  readonly env?: string;
  readonly envVar?: readonly string[];
  readonly envFile?: readonly string[];
  readonly publish?: readonly string[];
  readonly workdir?: string;
  /** `false` for `--no-code`. */
  readonly code?: string | false;
  readonly codeReadOnly?: boolean;
  readonly results?: readonly string[];
  readonly recordEnv?: boolean;
  /** `false` for `--no-diff`. */
  readonly diff?: boolean;
  readonly gpus?: string;
  readonly cpus?: string;
  readonly shmSize?: string;
  readonly name?: string;
  readonly stopTimeout?: number;
}

/** Gives a command the options of a launch. */
export function addLaunchOptions(command: Command): Command {
  return addImageOptions(addContainerOptions(command)).option(
    '--stop-timeout <seconds>',
    'kill the command this long after a signal',
    parseSeconds,
  );
}

function addContainerOptions(command: Command): Command {
  return command
    .option(
      '--env <name>',
      "the environment (default: $SUBMARINE_ENV, the project's, the selected one)",
    )
    .option('-e, --env-var <key[=value]>', 'set a variable in the container (repeatable)', collect)
    .option('--env-file <file>', 'set the variables that a file lists (repeatable)', collect)
    .option('-v, --volume <source:target>', 'mount a folder or a volume (repeatable)', collect)
    .option('-p, --publish <port>', 'publish a port of the container (repeatable)', collect)
    .option('-w, --workdir <path>', 'the working directory in the container')
    .option('--code <dir>', 'the folder to mount and work in (default: the working directory)')
    .option('--no-code', 'mount no code folder')
    .option('--code-read-only', 'mount the code folder so that nothing can be written there')
    .option('--results <dir>', 'compare the files of this folder in a rerun (repeatable)', collect)
    .option('--record-env', 'record the values of variables, and not their names alone')
    .option('--no-diff', 'do not record how the code differs from its commit')
    .option('--user <user>', 'the user in the container (default: you)')
    .option('--gpus <gpus>', 'GPUs to give: all, 2, device=0')
    .option('--cpus <number>', 'how many CPUs to give: 2, 0.5')
    .option('--memory <size>', 'the memory limit: 512m, 8g')
    .option('--shm-size <size>', 'the size of /dev/shm (default: half of the memory)')
    .option('--name <name>', 'the name of the container');
}

/** The options by which image, kernel and engine are chosen. */
export function addImageOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--pull <when>', 'when to fetch the image')
        .choices(['missing', 'always', 'never'])
        .default('missing'),
    )
    .option('--platform <platform>', 'the platform of the image: linux/arm64')
    .option(
      '--frozen',
      'refuse to start without a fresh lock and an unchanged kernel (or set SUBMARINE_FROZEN=1)',
    )
    .option('--no-lock', 'use no lock')
    .option('--offline', 'fetch nothing: no image and no package')
    .addOption(engineOption())
    .option(
      '--engine-arg <argument>',
      'pass an argument to the engine unchanged: --engine-arg=--network=host (repeatable)',
      collect,
    )
    .option('--dry-run', 'print the exact command and start nothing');
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0))
    throw new InvalidArgumentError('Write a number of seconds.');
  return seconds;
}
