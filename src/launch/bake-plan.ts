import { dirname, join } from 'node:path';

import type { Environment, Kernel } from '../environment/environment.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { bakeLabels } from './bake-labels.ts';
import { BOOTSTRAP } from './bootstrap-contract.ts';
import type { BuiltKernel } from './built-kernel.ts';
import { builtKernel, buildFilePaths, buildVariables, requireBuildable } from './built-kernel.ts';
import type { ContextFile, ImageBuild } from './image-build.ts';
import type { LaunchFacts, LaunchRequest } from './launch-request.ts';

/**
 * Plans an image in which the kernel of an environment is built already.
 *
 * It is built in a stage that nothing else is kept of: packages, certificates, settings and passwords stay there.
 *
 * @param facts - what a launch of the environment would be planned from
 * @throws InvalidDataError when there is no kernel to build, or its specification is too long
 */
export function planBake(
  environment: Environment,
  facts: LaunchFacts,
  request: Pick<ImageBuild, 'tag' | 'extras'> & Pick<LaunchRequest, 'watched'>,
): ImageBuild {
  const kernel = requireBuildable(environment);
  const built = builtKernel(kernel, facts.lockedSpecification);
  const variables = shellAssignments(kernel.variables ?? {});
  const id = built.digest.slice(0, 32);
  return {
    tag: request.tag,
    extras: request.extras,
    base: facts.imageName,
    dockerfile: `${[
      ...buildStage(kernel, built, facts, request),
      '',
      ...finalStage(id, facts, { hasVariables: variables !== '' }),
      labelLine(bakeLabels(environment, kernel, built.digest, facts)),
    ].join('\n')}\n`,
    files: contextFiles(built, variables, facts),
    variables: buildVariables(facts),
    scratchLabel: scratchLabel(facts),
    logPath: join(facts.hostFolder, 'logs', `${id}-bake.log`),
  };
}

function scratchLabel({ runId }: LaunchFacts): string {
  return `submarine.bake=${runId}`;
}

/** The name is no other image's, or the second FROM could mean this stage. */
function stageName({ runId }: LaunchFacts): string {
  return `submarine-bake-${runId}`;
}

function buildStage(
  kernel: Kernel,
  { digest }: BuiltKernel,
  facts: LaunchFacts,
  { watched }: Pick<LaunchRequest, 'watched'>,
): string[] {
  const { image, imageName } = facts;
  return [
    `FROM ${imageName} AS ${stageName(facts)}`,
    `LABEL ${scratchLabel(facts)}`,
    'USER 0:0',
    `ENV SUBMARINE_BAKE=1 SUBMARINE_DIGEST=${digest}`,
    ...(image === undefined ? [] : [`ENV SUBMARINE_IMAGE=${image.id}`]),
    ...(watched ? ['ENV SUBMARINE_PROGRESS=1'] : []),
    'COPY build /submarine-bake/',
    ...buildVariables(facts).map(({ name }) => `ARG ${name}`),
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
  id: string,
  facts: LaunchFacts,
  { hasVariables }: { readonly hasVariables: boolean },
): string[] {
  const { image, imageName } = facts;
  const prefix = `/opt/submarine/kernels/${id}`;
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

function contextFiles(
  { pieces }: BuiltKernel,
  variables: string,
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
    ...pieces.map((text, index) => ({
      path: `build/specification-${index + 1}`,
      content: { text },
    })),
    ...buildFilePaths(facts).map(({ source, path }) => ({
      path: `build/files/${path}`,
      content: { source },
    })),
    ...(variables === '' ? [] : [{ path: 'variables', content: { text: variables } }]),
  ];
}
