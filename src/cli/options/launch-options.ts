import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { addDockerOptions } from './docker-options.ts';
import { engineOption } from './engine-option.ts';
import { collect } from './global-options.ts';
import { MAX_TIMER_MS } from '../../text/time-span.ts';
import { parseSpan } from './span-option.ts';

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
  readonly mount?: readonly string[];
  readonly tmpfs?: readonly string[];
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
  /** `false` for `--no-git`. */
  readonly git?: boolean;
  readonly home?: string;
  readonly results?: readonly string[];
  readonly recordEnv?: boolean;
  /** `false` for `--no-diff`. */
  readonly diff?: boolean;
  readonly gpus?: string;
  readonly cpus?: string;
  readonly shmSize?: string;
  readonly name?: string;
  /** In milliseconds. */
  readonly timeout?: number;
  readonly secret?: readonly string[];
  readonly network?: string;
  readonly detachKeys?: string;
  readonly stopTimeout?: number;
}

/**
 * Gives a command the options of a launch.
 *
 * @param publish - how a port is published
 */
export function addLaunchOptions(command: Command, publish: Option): Command {
  return addDockerOptions(addImageOptions(addContainerOptions(command, publish)))
    .option('--network <name>', 'a network of the engine, or none')
    .option('--timeout <time>', 'end the command after this long: 90s, 30m, 12h', parseTimeout)
    .option('--stop-timeout <seconds>', 'kill the command this long after a signal', parseSeconds);
}

/** The option of everything that gives secrets to a container. */
export function secretOption(): Option {
  return new Option(
    '--secret <name[=source]>',
    'give the command a file /run/secrets/NAME: NAME=file:PATH, NAME=env:VARIABLE (repeatable)',
  ).argParser(collect);
}

function addContainerOptions(command: Command, publish: Option): Command {
  return command
    .option(
      '--env <name>',
      "the environment (default: $SUBMARINE_ENV, the project's, the selected one)",
    )
    .option('-e, --env-var <key[=value]>', 'set a variable in the container (repeatable)', collect)
    .option('--env-file <file>', 'set the variables that a file lists (repeatable)', collect)
    .addOption(secretOption())
    .option('-v, --volume <source:target>', 'mount a folder or a volume (repeatable)', collect)
    .option(
      '--mount <mount>',
      'the same, as type=bind,source=./data,target=/data,readonly (repeatable)',
      collect,
    )
    .option('--tmpfs <target>', 'mount memory: /scratch, /scratch:size=2g (repeatable)', collect)
    .addOption(publish.argParser(collect))
    .option('-w, --workdir <path>', 'the working directory in the container')
    .option(
      '--code <dir>',
      'the folder to mount and work in (default: the working directory), or git+https://host/repo.git@ref',
    )
    .option('--no-code', 'mount no code folder')
    .option('--no-git', 'mount nothing of a repository that the code folder is a part of')
    .option('--code-read-only', 'mount the code folder so that nothing can be written there')
    .option(
      '--home <dir>',
      'the folder of caches and settings that persist (default: one of the environment alone), or none',
    )
    .option('--results <dir>', 'compare the files of this folder in a rerun (repeatable)', collect)
    .option('--record-env', 'record the values of variables, and not their names alone')
    .option('--no-diff', 'do not record how the code differs from its commit')
    .option('-u, --user <user>', 'the user in the container (default: you)')
    .option('--gpus <gpus>', 'GPUs to give: all, 2, device=0')
    .option('--cpus <number>', 'how many CPUs to give: 2, 0.5')
    .option('-m, --memory <size>', 'the memory limit: 512m, 8g')
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
      'pass an argument to the engine unchanged: --engine-arg=--cap-add=SYS_PTRACE (repeatable)',
      collect,
    )
    .option('--dry-run', 'print the exact command and start nothing');
}

function parseTimeout(text: string): number {
  const spanMs = parseSpan(text);
  if (spanMs < 1000 || spanMs > MAX_TIMER_MS) {
    throw new InvalidArgumentError('Write a time of 1s to 24d.');
  }
  return spanMs;
}

function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds >= 0))
    throw new InvalidArgumentError('Write a number of seconds.');
  if (seconds * 1000 > MAX_TIMER_MS)
    throw new InvalidArgumentError('Write 2073600 seconds at most: 24 days.');
  return seconds;
}
