import { dirname, join } from 'node:path';

import type { Environment, Kernel } from '../environment/environment.ts';
import { InvalidDataError } from '../errors.ts';
import { shellAssignments } from '../kernel/kernel-variables.ts';
import { quote } from '../text/quote.ts';
import { bakeLabels } from './bake-labels.ts';
import { BOOTSTRAP } from './bootstrap-contract.ts';
import type { BuiltKernel } from './built-kernel.ts';
import { builtKernel, buildFilePaths, buildVariables } from './built-kernel.ts';
import type { ContextFile, ImageBuild } from './image-build.ts';
import type { LaunchFacts } from './launch-request.ts';

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
  request: Pick<ImageBuild, 'tag' | 'engineArguments'>,
): ImageBuild {
  const { name, kernel } = environment;
  const built = builtKernel(kernel, facts.lockedSpecification);
  if (kernel === undefined || built === undefined) {
    throw new InvalidDataError(
      `the environment ${quote(name)} has no kernel to build`,
      kernel === undefined
        ? 'list dependencies in its profile'
        : `its image holds the kernel ${quote(kernel.name)} already`,
    );
  }
  const variables = shellAssignments(kernel.variables ?? {});
  const passedVariables = buildVariables(facts);
  const id = built.digest.slice(0, 32);
  return {
    ...request,
    base: facts.imageName,
    dockerfile: `${[
      ...buildStage(kernel, built, facts),
      '',
      ...finalStage(id, facts, { hasVariables: variables !== '' }),
      labelLine(bakeLabels(environment, kernel, built.digest, facts)),
    ].join('\n')}\n`,
    files: contextFiles(built, variables, facts),
    passedVariables,
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

function buildStage(kernel: Kernel, { digest }: BuiltKernel, facts: LaunchFacts): string[] {
  const { image, imageName, stderrIsTerminal } = facts;
  return [
    `FROM ${imageName} AS ${stageName(facts)}`,
    `LABEL ${scratchLabel(facts)}`,
    'USER 0:0',
    `ENV SUBMARINE_BAKE=1 SUBMARINE_DIGEST=${digest}`,
    ...(image === undefined ? [] : [`ENV SUBMARINE_IMAGE=${image.id}`]),
    ...(stderrIsTerminal ? ['ENV SUBMARINE_PROGRESS=1'] : []),
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
