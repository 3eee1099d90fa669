import { basename, dirname, join } from 'node:path';

import type { Environment, Kernel } from '../environment/environment.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { bakeLabels } from './bake-labels.ts';
import { BOOTSTRAP, CONTRACT, CONTRACT_LABEL } from './bootstrap.ts';
import type { InstallStep } from './build-containers.ts';
import { specificationPieces } from './build-containers.ts';
import type { ContextFile, ImageBuild } from './image-build.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';
import type { NetworkSettings } from './network-settings.ts';
import { publicSettingsOf } from './network-settings.ts';
import { bakedPrefix, findWantedKernel, requireBuildable } from './wanted-kernel.ts';

/** What is to be installed into an image. */
export interface BakedPackages {
  /** The packages, as the head of the bootstrap describes them. */
  readonly list: string;
  readonly steps: readonly InstallStep[];
  /** Their archives on this machine, as `KIND/FILE` in a folder of this machine. */
  readonly archives: { readonly folder: string; readonly files: readonly string[] };
}

/**
 * Plans an image in which the kernel of an environment is built already.
 *
 * It is built in a stage that nothing else is kept of, from archives that were fetched before: no login comes near it.
 *
 * @param facts - what a launch of the environment would be planned from
 * @throws InvalidDataError when there is no kernel to build, or it has too many packages
 */
export function planBake(
  environment: Environment,
  facts: LaunchFacts,
  packages: BakedPackages,
  request: Pick<ImageBuild, 'tag' | 'extras'> & Pick<LaunchRequest, 'watched'>,
): ImageBuild {
  const kernel = requireBuildable(environment);
  // What the image below holds already is built all the same: it was asked for.
  const digest = findWantedKernel(kernel, { ...facts, image: undefined })?.digest ?? '';
  const variables = shellAssignments(kernel.variables ?? {});
  const prefix = bakedPrefix(digest);
  const settings = packages.steps.includes('sources')
    ? publicSettingsOf(facts)
    : { mounts: [], variables: [] };
  return {
    tag: request.tag,
    extras: request.extras,
    base: facts.imageName,
    dockerfile: `${[
      ...buildStage(kernel, { digest, prefix, packages, settings }, facts, request),
      '',
      ...finalStage(prefix, facts, { hasVariables: variables !== '' }),
      labelLine({
        ...bakeLabels(environment, kernel, digest, facts),
        [CONTRACT_LABEL]: String(CONTRACT),
      }),
    ].join('\n')}\n`,
    files: contextFiles(packages, variables, settings, facts),
    variables: settings.variables.filter(({ name }) => !isFile(name, settings)),
    scratchLabel: scratchLabel(facts),
    logPath: join(facts.hostFolder, 'logs', `${basename(prefix)}-bake.log`),
  };
}

function scratchLabel({ runId }: LaunchFacts): string {
  return `submarine.bake=${runId}`;
}

/** The name is no other image's, or the second FROM could mean this stage. */
function stageName({ runId }: LaunchFacts): string {
  return `submarine-bake-${runId}`;
}

interface Baking {
  readonly digest: string;
  readonly prefix: string;
  readonly packages: BakedPackages;
  /** What a package that is built from its source may need to reach others. */
  readonly settings: NetworkSettings;
}

function buildStage(
  kernel: Kernel,
  { digest, prefix, packages, settings }: Baking,
  facts: LaunchFacts,
  { watched }: Pick<LaunchRequest, 'watched'>,
): string[] {
  const { image, imageName } = facts;
  return [
    `FROM ${imageName} AS ${stageName(facts)}`,
    `LABEL ${scratchLabel(facts)}`,
    'USER 0:0',
    `ENV SUBMARINE_BAKE=1 SUBMARINE_DIGEST=${digest} SUBMARINE_PREFIX=${prefix}`,
    `ENV SUBMARINE_BUILD=${facts.runId} SUBMARINE_INSTALL="${packages.steps.join(' ')}"`,
    ...(image === undefined ? [] : [`ENV SUBMARINE_IMAGE=${image.id}`]),
    ...(watched ? ['ENV SUBMARINE_PROGRESS=1'] : []),
    'COPY build /submarine-bake/',
    ...settings.variables
      .filter(({ name }) => !isFile(name, settings))
      .map(({ name }) => `ARG ${name}`),
    `RUN ${JSON.stringify(['/bin/sh', '/submarine-bake/submarine-bake.sh', kernel.name])}`,
  ];
}

/**
 * The image is what it was but for the kernel and the bootstrap. An entrypoint that is set takes the image's command
 * away, so that is said again.
 *
 * @see https://docs.docker.com/reference/dockerfile/#understand-how-cmd-and-entrypoint-interact
 */
function finalStage(
  prefix: string,
  facts: LaunchFacts,
  { hasVariables }: { readonly hasVariables: boolean },
): string[] {
  const { image, imageName } = facts;
  const isOurs = image === undefined || image.entrypoint.at(-1) === BOOTSTRAP;
  const command = image?.command ?? [];
  return [
    `FROM ${imageName}`,
    ...[prefix, '/opt/submarine/envs'].map(
      (path) => `COPY --from=${stageName(facts)} ${path} ${path}`,
    ),
    ...(hasVariables ? [`COPY variables ${prefix}/conda-meta/submarine-variables`] : []),
    `COPY build${BOOTSTRAP} ${BOOTSTRAP}`,
    ...(isOurs ? [] : [`ENTRYPOINT ${JSON.stringify([BOOTSTRAP])}`]),
    ...(isOurs || command.length === 0 ? [] : [`CMD ${JSON.stringify(command)}`]),
  ];
}

/**
 * One instruction for all, since each is a line in the image's history.
 *
 * @see https://docs.docker.com/reference/dockerfile/#environment-replacement
 */
function labelLine(labels: Readonly<Record<string, string>>): string {
  const word = (text: string): string => `"${text.replaceAll(/["\\$]/g, String.raw`\$&`)}"`;
  const words = Object.entries(labels).map(([key, value]) => `${key}=${word(value)}`);
  return `LABEL ${words.join(' ')}`;
}

/** Whether the variable names a file, which is copied into the context. */
function isFile(name: string, { mounts }: NetworkSettings): boolean {
  return mounts.some(({ target }) => target.startsWith(`/submarine-build/${bare(name)}/`));
}

function bare(name: string): string {
  return name.replace(/^SUBMARINE_BUILD_/, '');
}

function contextFiles(
  { list, archives }: BakedPackages,
  variables: string,
  { mounts }: NetworkSettings,
  facts: LaunchFacts,
): readonly ContextFile[] {
  const script = (source: string, path: string): ContextFile => ({
    path: `build/${path}`,
    content: { source },
    executable: true,
  });
  const bakeScript = 'submarine-bake.sh';
  return [
    script(facts.bootstrapPath, BOOTSTRAP.slice(1)),
    script(join(dirname(facts.bootstrapPath), bakeScript), bakeScript),
    ...specificationPieces(list).map((text, index) => ({
      path: `build/specification-${index + 1}`,
      content: { text },
    })),
    ...archives.files.map((file) => ({
      path: `build/archives/${file}`,
      content: { source: join(archives.folder, file) },
    })),
    ...mounts.map(({ source = '', target }) => ({
      path: `build/files/${target.replace('/submarine-build/', '')}`,
      content: { source },
    })),
    ...(variables === '' ? [] : [{ path: 'variables', content: { text: variables } }]),
  ];
}
